import Components
import Workbench

/// Reading tables from the command line.
enum Loading {
    /// A loader with this process's threads.
    ///
    /// - Throws: `invalidInput` for a bad BANCADA_THREADS.
    static func loader(_ progress: any ProgressReporter) throws(BancadaError) -> DataLoader {
        DataLoader(
            threads: try Threads.count(), fingerprint: { FileFingerprint.of($0) },
            progress: progress)
    }

    /// The table that an argument names; the workspace is opened only for a dataset.
    static func load(_ text: String, global: GlobalOptions) async throws -> LoadedData {
        let reference = try DataReference(parsing: text)
        let progress = TerminalProgress(console: global.console)
        defer { progress.clear() }
        let loader = try loader(progress)
        guard reference.isDataset else {
            return try await loader.load(reference, services: nil)
        }
        return try await OpenWorkspace.reading(global) { workspace in
            try await loader.load(reference, services: workspace.services)
        }
    }
}
