import HTTPTypes
import Workbench

/// Experiments.
struct ExperimentRoutes: Sendable {
    let stores: TrackingStores

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("experiments/create", [.post: { fields, _ in try await create(fields) }])
        table.add("experiments/get", [.get: { fields, _ in try await get(fields) }])
        table.add("experiments/get-by-name", [.get: { fields, _ in try await getByName(fields) }])
        table.add(
            "experiments/search",
            [
                .post: { fields, _ in try await search(fields) },
                .get: { fields, _ in try await search(fields) },
            ])
        table.add("experiments/update", [.post: { fields, _ in try await update(fields) }])
        table.add(
            "experiments/delete", [.post: { fields, _ in try await move(fields, to: .deleted) }])
        table.add(
            "experiments/restore", [.post: { fields, _ in try await move(fields, to: .active) }])
        table.add(
            "experiments/set-experiment-tag", [.post: { fields, _ in try await setTag(fields) }])
        table.add(
            "experiments/delete-experiment-tag",
            [.post: { fields, _ in try await deleteTag(fields) }])
    }

    private func create(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        let place = try fields.filledText("artifact_location")
        if let place { try Self.check(place) }
        let id = try await stores.experiments.createExperiment(
            named: name, artifactLocation: place, tags: fields.tags(), at: stores.clock.now())
        var answer = AnswerWriter()
        answer.member("experiment_id", String(id.number))
        return answer
    }

    /// Refuses places that no path below can be joined to, or that lead upward.
    private static func check(_ place: String) throws(BancadaError) {
        try ModelSource.checkPlain(place, of: "artifact_location")
        guard !place.contains("?"), !place.contains("#") else {
            throw BancadaError(
                .invalidInput,
                "artifact_location '\(place.prefix(200))' has a query or a fragment",
                hint: "give a plain URI or path")
        }
        _ = try ArtifactPath(location: place)
    }

    private func get(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(try await stores.experiments.experiment(fields.experiment()))
    }

    private func getByName(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(
            try await stores.experiments.experiment(
                named: fields.requiredText("experiment_name")))
    }

    private func answer(_ experiment: Experiment) -> AnswerWriter {
        var answer = AnswerWriter()
        answer.object("experiment") { $0.experiment(experiment) }
        return answer
    }

    private func search(_ fields: MLflowFields) async throws -> AnswerWriter {
        let query = try ExperimentQuery(
            view: fields.view("view_type"), filter: fields.filter(.experiments),
            order: fields.order(.experiments))
        let page = try await stores.experiments.experiments(
            query, limit: fields.limit(otherwise: 1_000, atMost: 50_000),
            after: fields.pageToken())
        var answer = AnswerWriter()
        answer.objects("experiments", page.items) { $0.experiment($1) }
        answer.nextPage(page.next)
        return answer
    }

    private func update(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.experiments.renameExperiment(
            fields.experiment(), to: fields.requiredText("new_name"), at: stores.clock.now())
        return AnswerWriter()
    }

    private func move(
        _ fields: MLflowFields, to stage: LifecycleStage
    ) async throws -> AnswerWriter {
        try await stores.experiments.setLifecycle(
            stage, of: fields.experiment(), at: stores.clock.now())
        return AnswerWriter()
    }

    private func setTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.experiments.setTag(fields.tag(), of: fields.experiment())
        return AnswerWriter()
    }

    private func deleteTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.experiments.deleteTag(fields.requiredText("key"), of: fields.experiment())
        return AnswerWriter()
    }
}
