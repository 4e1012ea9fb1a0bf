import Documents
package import Pipelines
package import Workbench

/// Why a task was executed, or why its result was taken from an earlier run.
package struct CacheExplanation: Sendable {
    /// The pipeline run.
    package let run: RunID
    /// The task in it.
    package let task: TaskRecord
    /// What its result depends on; nil where results of the task are never reused.
    package let inputs: CacheInputs?
    /// The last earlier execution of the same task, and what differs from it.
    package let earlier: Earlier?

    /// An earlier execution.
    package struct Earlier: Sendable {
        /// The pipeline run.
        package let run: RunID
        /// How the task ended there.
        package let state: TaskState
        /// What differs now; empty when nothing does.
        package let differences: [CacheInputs.Difference]
    }

    /// Explains a task of a run; of the newest run that has such a task where none is named.
    ///
    /// - Throws: `notFound`.
    package static func of(
        _ path: String, run: RunID?, services: Services
    ) async throws(BancadaError) -> CacheExplanation {
        let (owner, task) = try await find(path, run: run, services: services)
        let inputs = try inputs(of: task)
        let pipeline = try await services.pipelines.pipelineRun(owner).pipeline
        var earlier: Earlier?
        for (id, record) in try await services.pipelines.earlierTasks(
            path, pipeline: pipeline, before: owner, limit: 20)
        {
            guard let inputs, let before = try Self.inputs(of: record) else { continue }
            earlier = Earlier(
                run: id, state: record.state, differences: inputs.differences(from: before))
            break
        }
        return CacheExplanation(run: owner, task: task, inputs: inputs, earlier: earlier)
    }

    private static func find(
        _ path: String, run: RunID?, services: Services
    ) async throws(BancadaError) -> (RunID, TaskRecord) {
        if let run {
            let tasks = try await services.pipelines.tasks(of: run)
            guard let task = tasks.first(where: { $0.path == path }) else {
                let names = tasks.map(\.path)
                throw BancadaError(
                    .notFound, "run \(run.text.prefix(8)) has no task \"\(path)\"",
                    hint: NearestName.of(path, among: names).map { "write \"\($0)\"" }
                        ?? "use one of \(names.prefix(12).joined(separator: ", "))")
            }
            return (run, task)
        }
        let query = RunQuery(kinds: [.pipeline])
        var token: PageToken?
        repeat {
            let page = try await services.runs.runs(query, limit: 100, after: token)
            for run in page.items {
                let tasks = try await services.pipelines.tasks(of: run.id)
                if let task = tasks.first(where: { $0.path == path }) { return (run.id, task) }
            }
            token = page.next
        } while token != nil
        throw BancadaError(
            .notFound, "no pipeline run has a task \"\(path)\"",
            hint: "list pipeline runs with 'bancada runs list --kind pipeline'")
    }

    private static func inputs(of task: TaskRecord) throws(BancadaError) -> CacheInputs? {
        guard let text = task.cacheInputs else { return nil }
        let node = try JSONParser.parse(Array(text.utf8), document: "cache inputs")
        return CacheInputs(stored: node.json)
    }
}
