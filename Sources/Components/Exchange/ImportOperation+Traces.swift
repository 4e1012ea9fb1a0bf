import Workbench

extension ImportOperation {
    func importTraces(_ key: String, into id: ExperimentID) async throws(BancadaError) {
        for trace in try await source.traces(of: key) {
            try checkStopped()
            tally.add(.traces, \.read)
            try await take("trace \(trace)", .traces) { () throws(BancadaError) in
                try await importTrace(trace, into: id)
            }
        }
    }

    private func importTrace(
        _ key: String, into experiment: ExperimentID
    ) async throws(BancadaError) {
        let foreign = try await source.trace(key)
        var stored = foreign.stored
        stored.trace.experiment = experiment
        let isNew = try await services.exchange.importTrace(stored)
        tally.add(.traces, isNew ? \.written : \.present)
        guard let place = ArtifactPath.trace(stored.trace.id, of: experiment) else { return }
        let subject = "files of trace \(stored.trace.id.text)"
        try await take(subject, .artifacts) { () throws(BancadaError) in
            _ = try await ArtifactImport(self).take(
                .init(
                    folder: foreign.folder, place: place, subject: subject, isPresent: !isNew))
        }
    }
}
