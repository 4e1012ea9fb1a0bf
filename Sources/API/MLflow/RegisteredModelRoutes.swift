import HTTPTypes
import Workbench

/// Registered models, their tags and aliases.
struct RegisteredModelRoutes: Sendable {
    let stores: TrackingStores

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("registered-models/create", [.post: { fields, _ in try await create(fields) }])
        table.add("registered-models/get", [.get: { fields, _ in try await get(fields) }])
        table.add("registered-models/update", [.patch: { fields, _ in try await update(fields) }])
        table.add("registered-models/rename", [.post: { fields, _ in try await rename(fields) }])
        table.add("registered-models/delete", [.delete: { fields, _ in try await delete(fields) }])
        table.add("registered-models/search", [.get: { fields, _ in try await search(fields) }])
        table.add("registered-models/set-tag", [.post: { fields, _ in try await setTag(fields) }])
        table.add(
            "registered-models/delete-tag", [.delete: { fields, _ in try await deleteTag(fields) }])
        table.add(
            "registered-models/alias",
            [
                .post: { fields, _ in try await setAlias(fields) },
                .get: { fields, _ in try await version(fields) },
                .delete: { fields, _ in try await deleteAlias(fields) },
            ])
        table.add(
            "registered-models/get-latest-versions",
            [
                .post: { fields, _ in try await latestVersions(fields) },
                .get: { fields, _ in try await latestVersions(fields) },
            ])
    }

    private func create(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(
            try await stores.registry.createModel(
                named: fields.requiredText("name"), description: fields.text("description") ?? "",
                tags: fields.tags(), at: stores.clock.now()))
    }

    private func get(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(try await stores.registry.model(named: fields.requiredText("name")))
    }

    private func answer(_ model: RegisteredModel) -> AnswerWriter {
        var answer = AnswerWriter()
        answer.object("registered_model") { $0.registeredModel(model) }
        return answer
    }

    /// What is not described is no longer described, as in MLflow.
    private func update(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(
            try await stores.registry.updateModel(
                named: fields.requiredText("name"), newName: nil,
                description: fields.text("description") ?? "", at: stores.clock.now()))
    }

    private func rename(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(
            try await stores.registry.updateModel(
                named: fields.requiredText("name"), newName: fields.requiredText("new_name"),
                description: nil, at: stores.clock.now()))
    }

    private func delete(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.registry.deleteModel(named: fields.requiredText("name"))
        return AnswerWriter()
    }

    private func search(_ fields: MLflowFields) async throws -> AnswerWriter {
        let query = try RegistryQuery(
            filter: fields.registryFilter(.registeredModels), order: fields.order(.registeredModels)
        )
        let page = try await stores.registry.models(
            query, limit: fields.limit(otherwise: 100, atMost: 1_000), after: fields.pageToken())
        var answer = AnswerWriter()
        answer.objects("registered_models", page.items) { $0.registeredModel($1) }
        answer.nextPage(page.next)
        return answer
    }

    private func setTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.registry.setTag(fields.tag(), ofModel: fields.requiredText("name"))
        return AnswerWriter()
    }

    private func deleteTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.registry.deleteTag(
            fields.requiredText("key"), ofModel: fields.requiredText("name"))
        return AnswerWriter()
    }

    // MARK: - Aliases and stages

    private func setAlias(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.registry.setAlias(
            fields.requiredText("alias"), version: fields.modelVersion(),
            ofModel: fields.requiredText("name"))
        return AnswerWriter()
    }

    /// A missing alias of a model that exists is a wrong value here, as in MLflow; but the latest
    /// version of a model without versions is missing.
    private func version(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        let alias = try fields.requiredText("alias")
        do {
            let version = try await stores.registry.version(alias: alias, ofModel: name)
            var answer = AnswerWriter()
            answer.object("model_version") { $0.modelVersion(version) }
            return answer
        } catch {
            guard error.code == .notFound, alias.lowercased() != TrackingRules.latestAlias
            else { throw error }
            _ = try await stores.registry.model(named: name)
            throw BancadaError(.invalidInput, "registered model alias \(alias) not found")
        }
    }

    private func deleteAlias(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.registry.deleteAlias(
            fields.requiredText("alias"), ofModel: fields.requiredText("name"))
        return AnswerWriter()
    }

    private func latestVersions(_ fields: MLflowFields) async throws -> AnswerWriter {
        let model = try await stores.registry.model(named: fields.requiredText("name"))
        var stages: Set<ModelStage> = []
        for text in try fields.texts("stages") { stages.insert(try ModelStage(named: text)) }
        let versions = model.latestVersions.filter { stages.isEmpty || stages.contains($0.stage) }
        var answer = AnswerWriter()
        answer.objects("model_versions", versions) { $0.modelVersion($1) }
        return answer
    }
}

extension MLflowFields {
    /// The number of a model version, which is a text here.
    func modelVersion() throws(BancadaError) -> Int {
        guard let text = try identifier("version"), !text.isEmpty else {
            throw Self.missing("version")
        }
        guard let version = Int(text), version >= 0 else {
            throw BancadaError(
                .invalidInput,
                "invalid value '\(text.prefix(100))' for parameter 'version': expected the number "
                    + "of a model version")
        }
        return version
    }
}
