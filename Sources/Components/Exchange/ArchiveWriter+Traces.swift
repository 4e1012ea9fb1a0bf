import Workbench

extension ArchiveWriter {
    /// Traces of a page: their spans may be long.
    private static var tracesAtATime: Int { 20 }

    /// Writes the traces of an experiment, which only bancada reads.
    mutating func writeTraces(
        of experiment: Experiment, in folder: String
    ) async throws(BancadaError) {
        var last: TraceID?
        repeat {
            let page = try await services.exchange.traces(
                of: experiment.id, after: last, limit: Self.tracesAtATime)
            for stored in page {
                try operation.checkStopped()
                tally.add(.traces, \.read)
                let id = stored.trace.id
                let key = "\(FileStoreLayout.traces(of: folder))/\(hash([id.text]))"
                let time = stored.trace.requestTime
                try tar.file(key + ".json", TraceFile(stored).bytes, at: time)
                if let place = ArtifactPath.trace(id, of: experiment.id) {
                    try await writeFiles(at: place, as: key, time)
                }
                tally.add(.traces, \.written)
            }
            last = page.last?.trace.id
        } while last != nil
    }
}

extension ArtifactPath {
    /// Where MLflow keeps the files of a trace; nil for an id that can be no path.
    static func trace(_ trace: TraceID, of experiment: ExperimentID) -> ArtifactPath? {
        try? ArtifactPath("\(experiment.number)/traces/\(trace.text)/artifacts")
    }
}
