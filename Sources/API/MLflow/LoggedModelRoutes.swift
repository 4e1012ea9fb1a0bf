import HTTPTypes
import Hummingbird
import Workbench

/// Logged models: what MLflow 3 keeps of every model beside its files.
struct LoggedModelRoutes: Sendable {
    let stores: TrackingStores
    let locations: ArtifactLocations

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("logged-models", [.post: { fields, _ in try await create(fields) }])
        table.add("logged-models/search", [.post: { fields, _ in try await search(fields) }])
        table.add(
            "logged-models/{model_id}",
            [
                .get: { _, context in try await get(context) },
                .patch: { try await finalize($0, $1) },
                .delete: { _, context in try await delete(context) },
            ])
        table.add("logged-models/{model_id}/tags", [.patch: { try await setTags($0, $1) }])
        table.add(
            "logged-models/{model_id}/tags/{key}",
            [.delete: { _, context in try await deleteTag(context) }])
        table.add("logged-models/{model_id}/params", [.post: { try await logParams($0, $1) }])
        table.add(
            "logged-models/{model_id}/artifacts/directories", [.get: { try await list($0, $1) }])
    }

    private func id(_ context: BasicRequestContext) throws -> LoggedModelID {
        try MLflowFields.loggedModel(context.pathParameter("model_id"), in: "model_id")
    }

    private func create(_ fields: MLflowFields) async throws -> AnswerWriter {
        let model = NewLoggedModel(
            id: LoggedModelID(digitsOf: stores.makeRunID()), experiment: try fields.experiment(),
            name: try fields.text("name") ?? "", type: try fields.text("model_type") ?? "",
            sourceRun: try fields.optionalRun("source_run_id"), params: try fields.params(),
            tags: try fields.tags())
        return try await answer(
            stores.loggedModels.createLoggedModel(model, at: stores.clock.now()))
    }

    private func get(_ context: BasicRequestContext) async throws -> AnswerWriter {
        try await answer(stores.loggedModels.loggedModel(id(context)))
    }

    private func answer(_ model: LoggedModel) async throws -> AnswerWriter {
        let root = try await locations.root(of: model.experiment)
        var answer = AnswerWriter()
        answer.object("model") { $0.loggedModel(model, root: root) }
        return answer
    }

    private func finalize(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> AnswerWriter {
        let text = try fields.requiredText("status")
        let known = [LoggedModelStatus.ready, .failed]
        guard let status = known.first(where: { $0.rawValue == text }) else {
            throw MLflowFields.unknown("status", text, known.map(\.rawValue))
        }
        return try await answer(
            stores.loggedModels.finalize(id(context), status, at: stores.clock.now()))
    }

    private func delete(_ context: BasicRequestContext) async throws -> AnswerWriter {
        try await stores.loggedModels.deleteLoggedModel(id(context), at: stores.clock.now())
        return AnswerWriter()
    }

    private func setTags(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> AnswerWriter {
        _ = try await stores.loggedModels.setTags(fields.tags(), of: id(context))
        return AnswerWriter()
    }

    private func deleteTag(_ context: BasicRequestContext) async throws -> AnswerWriter {
        try await stores.loggedModels.deleteTag(context.pathParameter("key"), of: id(context))
        return AnswerWriter()
    }

    private func logParams(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> AnswerWriter {
        _ = try await stores.loggedModels.logParams(fields.params(), to: id(context))
        return AnswerWriter()
    }

    private func list(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> AnswerWriter {
        let model = try await stores.loggedModels.loggedModel(id(context))
        let root = ArtifactLocations.model(
            model.id, below: try await locations.root(of: model.experiment))
        let path = try fields.text("artifact_directory_path") ?? ""
        return try await stores.answer(listing: path, below: root)
    }

    // MARK: - Search

    private func search(_ fields: MLflowFields) async throws -> AnswerWriter {
        var datasets: [DatasetReference] = []
        for dataset in try fields.objects("datasets") {
            datasets.append(
                DatasetReference(
                    name: try dataset.requiredText("dataset_name"),
                    digest: try dataset.filledText("dataset_digest")))
        }
        let query = try LoggedModelQuery(
            experiments: fields.experiments(), filter: fields.filter(.loggedModels),
            datasets: datasets, order: order(fields))
        let limit = try fields.limit(otherwise: 100, atMost: 1_000)
        let token = try fields.pageToken()
        if query.experiments.isEmpty { return AnswerWriter() }
        let page = try await stores.loggedModels.loggedModels(query, limit: limit, after: token)
        let roots = try await locations.roots(of: page.items.lazy.map(\.experiment))
        var answer = AnswerWriter()
        answer.objects("models", page.items) {
            $0.loggedModel($1, root: roots[$1.experiment] ?? "")
        }
        answer.nextPage(page.next)
        return answer
    }

    private func order(_ fields: MLflowFields) throws(BancadaError) -> [LoggedModelOrder] {
        var order: [LoggedModelOrder] = []
        for key in try fields.objects("order_by") {
            let field = try Self.field(key.requiredText("field_name"))
            guard !order.contains(where: { $0.key.field == field }) else {
                throw BancadaError(
                    .invalidInput, "the order by \"\(field.key)\" comes twice",
                    hint: "name a field once")
            }
            var dataset: DatasetReference?
            if let name = try key.filledText("dataset_name") {
                dataset = DatasetReference(
                    name: name, digest: try key.filledText("dataset_digest"))
            }
            order.append(
                LoggedModelOrder(
                    OrderKey(field, ascending: try key.flag("ascending", otherwise: true)),
                    dataset: dataset))
        }
        return order
    }

    /// The field that orders: a metric by its key as it is, or an attribute.
    private static func field(_ name: String) throws(BancadaError) -> SearchField {
        if let key = name.removingPrefix("metrics."), !key.isEmpty {
            return SearchField(.metric, key)
        }
        let subject = SearchSubject.loggedModels
        let attribute = subject.synonyms[name] ?? name
        guard subject.orderableAttributes.contains(attribute) else {
            throw MLflowFields.unknown(
                "field_name", name, subject.orderableAttributes.sorted() + ["metrics.KEY"])
        }
        return SearchField(.attribute, attribute)
    }
}
