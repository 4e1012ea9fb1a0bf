import HTTPTypes
import Workbench

/// Versions of registered models.
struct ModelVersionRoutes: Sendable {
    /// What a client writes as the source of a prompt, which has no files.
    private static let promptSources: Set<String> = ["dummy-source", "prompt-template"]

    let stores: TrackingStores
    let source: ModelSource

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("model-versions/create", [.post: { fields, _ in try await create(fields) }])
        table.add("model-versions/get", [.get: { fields, _ in try await get(fields) }])
        table.add("model-versions/update", [.patch: { fields, _ in try await update(fields) }])
        table.add("model-versions/delete", [.delete: { fields, _ in try await delete(fields) }])
        table.add("model-versions/search", [.get: { fields, _ in try await search(fields) }])
        table.add(
            "model-versions/get-download-uri",
            [.get: { fields, _ in try await downloadPlace(fields) }])
        table.add("model-versions/set-tag", [.post: { fields, _ in try await setTag(fields) }])
        table.add(
            "model-versions/delete-tag", [.delete: { fields, _ in try await deleteTag(fields) }])
        table.add(
            "model-versions/transition-stage", [.post: { fields, _ in try await move(fields) }])
    }

    private func create(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        let text = try fields.requiredText("source")
        let tags = try fields.tags()
        let run = try fields.optionalRun("run_id")
        var version = NewModelVersion(
            name: name, source: text, run: run, description: try fields.text("description") ?? "",
            tags: tags, runLink: try fields.text("run_link") ?? "", makesEntry: false)
        // A missing entry is told before anything about its source.
        _ = try await stores.registry.model(named: name)
        if tags.markPrompt {
            guard Self.promptSources.contains(text) else {
                throw BancadaError(
                    .invalidInput, "invalid source '\(text.prefix(200))' of a prompt",
                    hint: "write dummy-source")
            }
        } else {
            let accepted = try await source.accept(
                text, run: run, loggedModel: fields.optionalLoggedModel("model_id"))
            version.source = accepted.source
            version.run = accepted.run
            version.loggedModel = accepted.loggedModel
            version.digest = accepted.digest
        }
        return answer(try await stores.registry.createVersion(version, at: stores.clock.now()))
    }

    private func answer(_ version: ModelVersion) -> AnswerWriter {
        var answer = AnswerWriter()
        answer.object("model_version") { $0.modelVersion(version) }
        return answer
    }

    private func version(_ fields: MLflowFields) async throws -> ModelVersion {
        let name = try fields.requiredText("name")
        return try await stores.registry.version(fields.modelVersion(), ofModel: name)
    }

    private func get(_ fields: MLflowFields) async throws -> AnswerWriter {
        answer(try await version(fields))
    }

    /// What is not described is no longer described, as in MLflow.
    private func update(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        return answer(
            try await stores.registry.updateVersion(
                fields.modelVersion(), ofModel: name, description: fields.text("description") ?? "",
                at: stores.clock.now()))
    }

    private func delete(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        try await stores.registry.deleteVersion(
            fields.modelVersion(), ofModel: name, at: stores.clock.now())
        return AnswerWriter()
    }

    /// Without an order, what changed last comes first.
    private func search(_ fields: MLflowFields) async throws -> AnswerWriter {
        var query = try RegistryQuery(
            filter: fields.registryFilter(.modelVersions), order: fields.order(.modelVersions))
        if query.order.isEmpty {
            let change = SearchField(.attribute, "last_updated_timestamp")
            query.order = [OrderKey(change, ascending: false)]
        }
        let page = try await stores.registry.versions(
            query, limit: fields.limit(otherwise: 10_000, atMost: 200_000),
            after: fields.pageToken())
        var answer = AnswerWriter()
        answer.objects("model_versions", page.items) { $0.modelVersion($1) }
        answer.nextPage(page.next)
        return answer
    }

    private func downloadPlace(_ fields: MLflowFields) async throws -> AnswerWriter {
        let place = try await source.location(of: version(fields))
        var answer = AnswerWriter()
        answer.member("artifact_uri", place)
        return answer
    }

    private func setTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        try await stores.registry.setTag(
            fields.tag(), ofVersion: fields.modelVersion(), model: name)
        return AnswerWriter()
    }

    private func deleteTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        try await stores.registry.deleteTag(
            fields.requiredText("key"), ofVersion: fields.modelVersion(), model: name)
        return AnswerWriter()
    }

    private func move(_ fields: MLflowFields) async throws -> AnswerWriter {
        let name = try fields.requiredText("name")
        return answer(
            try await stores.registry.moveVersion(
                fields.modelVersion(), ofModel: name,
                to: ModelStage(named: fields.requiredText("stage")),
                archivesOthers: fields.flag("archive_existing_versions", otherwise: false),
                at: stores.clock.now()))
    }
}
