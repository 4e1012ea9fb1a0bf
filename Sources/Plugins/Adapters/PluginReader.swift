package import Workbench

/// A reader that a plugin provides: it turns a file into a dataset folder.
package struct PluginReader: Sendable {
    /// What the plugin says of it.
    package let declaration: ReaderDeclaration
    private let host: PluginHost

    /// The reader that `declaration` describes, done by the plugin of `host`.
    package init(_ declaration: ReaderDeclaration, host: PluginHost) {
        self.declaration = declaration
        self.host = host
    }

    /// Its name.
    package var name: String { declaration.name }

    /// What of the plugin decides its results.
    ///
    /// - Throws: `unavailable` when a file cannot be read; `unsupported` for too large a folder.
    package func fingerprint() throws(BancadaError) -> JSON {
        try PluginFingerprint.json(of: host.manifest)
    }

    /// Whether it reads files of such a name.
    package func reads(_ fileName: String) -> Bool {
        declaration.files.contains { FilePattern.matches(fileName, $0) }
    }

    /// Reads the file at `path` into the folder `dataset`, inside the context's work folder.
    ///
    /// - Returns: how many rows were read.
    /// - Throws: `invalidInput` for a file it cannot use; `pluginFailed`; `cancelled`; `timeout`.
    package func read(
        _ path: String, into dataset: String, context: ExecutionContext
    ) async throws(BancadaError) -> Int {
        try WorkPaths.makeParent(of: dataset)
        let observer = ExecutionObserver(context, label: name)
        let rows = try await host.answer(
            ReaderReadCall(
                reader: name, path: path, dataset: dataset, work: context.workFolder),
            PluginCallContext(context, observer: observer))
        if let wrong = WorkPaths.fault(of: dataset, asked: dataset, work: context.workFolder) {
            throw host.fault("\"reader.read\": reader \"\(name)\" wrote no dataset: \(wrong)")
        }
        guard WorkPaths.exists(dataset + "/data.csv") else {
            throw host.fault("\"reader.read\": reader \"\(name)\" wrote no data.csv")
        }
        return rows
    }
}
