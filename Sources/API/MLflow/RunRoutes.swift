import HTTPTypes
import Workbench

/// Runs: made, read, searched, changed, moved to the bin and back.
struct RunRoutes: Sendable {
    let stores: TrackingStores
    let locations: ArtifactLocations

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("runs/create", [.post: { fields, _ in try await create(fields) }])
        table.add("runs/get", [.get: { fields, _ in try await get(fields) }])
        table.add("runs/update", [.post: { fields, _ in try await update(fields) }])
        table.add("runs/delete", [.post: { fields, _ in try await move(fields, to: .deleted) }])
        table.add("runs/restore", [.post: { fields, _ in try await move(fields, to: .active) }])
        table.add("runs/search", [.post: { fields, _ in try await search(fields) }])
    }

    private func create(_ fields: MLflowFields) async throws -> AnswerWriter {
        let tags = try fields.tags()
        let run = NewRun(
            id: stores.makeRunID(), kind: .external, experiment: try fields.experiment(),
            name: try fields.filledText("run_name"),
            user: try fields.text("user_id") ?? "",
            parent: try await parent(in: tags),
            startTime: try fields.timestamp("start_time") ?? stores.clock.now(), tags: tags)
        return try await answer(stores.runs.createRun(run), isNew: true)
    }

    /// The run that the tags name as the parent; nil where it is none of this workspace, which is
    /// no error for MLflow.
    private func parent(in tags: [Tag]) async throws(BancadaError) -> RunID? {
        let text = tags.last { $0.key == "mlflow.parentRunId" }?.value
        guard let id = text.flatMap(RunID.init) else { return nil }
        do {
            return try await stores.runs.run(id).id
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private func get(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await answer(stores.runs.run(fields.run()))
    }

    private func answer(_ run: Run, isNew: Bool = false) async throws -> AnswerWriter {
        let root = try await locations.root(of: run.experiment)
        var answer = AnswerWriter()
        answer.object("run") { $0.run(run, root: root, isNew: isNew) }
        return answer
    }

    private func update(_ fields: MLflowFields) async throws -> AnswerWriter {
        let change = RunUpdate(
            status: try status(fields), endTime: try fields.timestamp("end_time"),
            name: try fields.filledText("run_name"))
        let run = try await stores.runs.updateRun(fields.run(), change)
        let root = try await locations.root(of: run.experiment)
        var answer = AnswerWriter()
        answer.object("run_info") { $0.runInfo(run, root: root) }
        return answer
    }

    private func status(_ fields: MLflowFields) throws(BancadaError) -> RunStatus? {
        guard let text = try fields.identifier("status"), !text.isEmpty else { return nil }
        // As protobuf numbers them: from 1 on, in this order.
        let known: [RunStatus] = [.running, .scheduled, .finished, .failed, .killed]
        if let number = Int(text), (1...known.count).contains(number) { return known[number - 1] }
        guard let status = RunStatus(rawValue: text) else {
            throw MLflowFields.unknown("status", text, known.map(\.rawValue))
        }
        return status
    }

    private func move(
        _ fields: MLflowFields, to stage: LifecycleStage
    ) async throws -> AnswerWriter {
        try await stores.runs.setLifecycle(stage, of: fields.run())
        return AnswerWriter()
    }

    private func search(_ fields: MLflowFields) async throws -> AnswerWriter {
        let query = try RunQuery(
            experiments: fields.experiments(), view: fields.view("run_view_type"),
            filter: fields.filter(.runs), order: fields.order(.runs))
        let limit = try fields.limit(otherwise: 1_000, atMost: 50_000)
        let token = try fields.pageToken()
        // No experiments are none here; for the store they are all.
        if query.experiments.isEmpty { return AnswerWriter() }
        let page = try await stores.runs.runs(query, limit: limit, after: token)
        let roots = try await locations.roots(of: page.items.lazy.map(\.experiment))
        var answer = AnswerWriter()
        answer.objects("runs", page.items) { $0.run($1, root: roots[$1.experiment] ?? "") }
        answer.nextPage(page.next)
        return answer
    }
}
