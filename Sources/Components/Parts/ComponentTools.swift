import Pipelines
package import Workbench

/// What built-in components work with: a workspace, and what only the command line can do.
package struct ComponentTools: Sendable {
    /// The workspace.
    package let services: Services
    /// The folder that relative paths start from, absolute: that of the pipeline's file.
    package let folder: String
    /// The digest of a file's bytes.
    package let digest: @Sendable (String) throws(BancadaError) -> ContentDigest
    /// The marks of a file; nil when it cannot be looked at.
    package let marks: @Sendable (String) -> FileFingerprint?
    /// Whether a path is a folder.
    package let isFolder: @Sendable (String) -> Bool
    /// Adds a text to the end of a file, such as an execution's log; that of another program may
    /// be lost, so nothing depends on it.
    package let append: @Sendable (_ text: String, _ path: String) -> Void
    /// The path under which the server answers for a model; of a version, or of the preferred one.
    package let endpoint: @Sendable (_ name: String, _ version: Int?) -> String
    /// What plugins add.
    package let extensions: Extensions
    /// Loads models, those of plugins too.
    package var models: ModelLoader { ModelLoader(extensions) }

    /// Tools for one folder of files.
    package init(
        services: Services, folder: String,
        digest: @escaping @Sendable (String) throws(BancadaError) -> ContentDigest,
        marks: @escaping @Sendable (String) -> FileFingerprint?,
        isFolder: @escaping @Sendable (String) -> Bool,
        append: @escaping @Sendable (_ text: String, _ path: String) -> Void,
        endpoint: @escaping @Sendable (_ name: String, _ version: Int?) -> String,
        extensions: Extensions = .none
    ) {
        self.services = services
        self.folder = folder
        self.digest = digest
        self.marks = marks
        self.isFolder = isFolder
        self.append = append
        self.endpoint = endpoint
        self.extensions = extensions
    }

    /// `path` as it is when it is absolute, else below the folder; without `..` where that leads to
    /// the same file, which it does unless a link to a folder stands before it.
    package func resolve(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        let short = FilePath.normal(whole)
        return short == whole || marks(short) == marks(whole) ? short : whole
    }

    /// The data that a text names; files are looked for from the folder.
    ///
    /// - Throws: `invalidInput`.
    package func reference(_ text: String) throws(BancadaError) -> DataReference {
        switch try DataReference(parsing: text) {
        case .file(let path): .file(resolve(path))
        case let dataset: dataset
        }
    }

    /// Reads tables during an execution.
    package func loader(_ context: ExecutionContext) -> DataLoader {
        DataLoader(threads: context.threads, fingerprint: marks, progress: context.progress)
    }

    /// What tells whether data is still the same: the digest of a file's bytes or of a dataset's
    /// content.
    ///
    /// - Throws: `notFound`; `invalidInput`; `unavailable`.
    package func fingerprint(
        of reference: DataReference
    ) async throws(BancadaError) -> ContentDigest {
        switch reference {
        case .file(let path): try digest(path)
        case .dataset(let name, let version):
            try await services.datasets.dataset(named: name, version: version)
                .artifact.content.digest
        }
    }

    /// What decides the answers of a model that is an input, beside its bytes; nil for a model of a
    /// built-in algorithm.
    ///
    /// - Throws: `notFound` when the model's bytes are gone; `unavailable`.
    package func fingerprint(of model: RuntimeArtifact) async throws(BancadaError) -> JSON? {
        guard let digest = model.digest else { return nil }
        let files = try await services.artifacts.manifest(of: digest)
        return try models.fingerprint(of: files.map(\.path))
    }

    /// Adds lines to an execution's log.
    package func log(_ text: String, _ context: ExecutionContext) {
        append(text.hasSuffix("\n") ? text : text + "\n", context.logPath)
    }
}
