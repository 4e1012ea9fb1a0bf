import Synchronization
import Workbench

/// Traces in memory: only what the routes need to be seen to do.
final class MemoryTraces: TraceStore {
    private struct State {
        var traces: [TraceID: Trace] = [:]
        var spans: [TraceID: [TraceSpan]] = [:]
        var links: [RunID: [TraceID]] = [:]
        var queries: [TraceQuery] = []
    }

    private let state = Mutex(State())

    /// The searches so far.
    var queries: [TraceQuery] { state.withLock(\.queries) }
    /// The links so far.
    var links: [RunID: [TraceID]] { state.withLock(\.links) }

    func record(_ trace: Trace) async throws(BancadaError) -> Trace {
        state.withLock { $0.traces[trace.id] = trace }
        return trace
    }

    func log(_ batches: [SpanBatch], in experiment: ExperimentID) async throws(BancadaError) {
        state.withLock { state in
            for batch in batches {
                state.spans[batch.trace, default: []] += batch.spans
                if state.traces[batch.trace] == nil {
                    state.traces[batch.trace] = Trace(
                        id: batch.trace, experiment: experiment,
                        requestTime: Timestamp(milliseconds: 5), state: batch.state ?? .inProgress,
                        requestPreview: batch.requestPreview, tags: batch.tags)
                }
            }
        }
    }

    func trace(_ id: TraceID) async throws(BancadaError) -> Trace {
        guard let trace = state.withLock({ $0.traces[id] }) else {
            throw BancadaError(.notFound, "trace \"\(id.text)\" not found")
        }
        return trace
    }

    func traces(_ ids: [TraceID]) async throws(BancadaError) -> [Trace] {
        state.withLock { state in ids.compactMap { state.traces[$0] } }
    }

    func spans(of id: TraceID) async throws(BancadaError) -> [TraceSpan] {
        state.withLock { $0.spans[id] ?? [] }
    }

    func traces(
        _ query: TraceQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Trace> {
        let all = state.withLock { state in
            state.queries.append(query)
            return state.traces.values.sorted { $0.id.text < $1.id.text }
        }
        return try MemoryTracking.page(all, limit, token)
    }

    func setTag(_ tag: Tag, of id: TraceID) async throws(BancadaError) {
        var trace = try await trace(id)
        trace.tags.removeAll { $0.key == tag.key }
        trace.tags.append(tag)
        _ = try await record(trace)
    }

    func deleteTag(_ key: String, of id: TraceID) async throws(BancadaError) {
        var trace = try await trace(id)
        trace.tags.removeAll { $0.key == key }
        _ = try await record(trace)
    }

    func deleteTraces(
        _ selection: TraceSelection, of experiment: ExperimentID
    ) async throws(BancadaError) -> Int {
        state.withLock { state in
            let before = state.traces.count
            switch selection {
            case .ids(let ids): for id in ids { state.traces[id] = nil }
            case .olderThan(let time, _):
                state.traces = state.traces.filter { $0.value.requestTime > time }
            }
            return before - state.traces.count
        }
    }

    func link(_ ids: [TraceID], to run: RunID) async throws(BancadaError) {
        state.withLock { $0.links[run, default: []] += ids }
    }
}
