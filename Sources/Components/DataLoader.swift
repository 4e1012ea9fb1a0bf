import LinearAlgebra
package import Tabular
package import Workbench

/// A table in memory and where it came from.
package struct LoadedData: Sendable {
    /// The rows and columns.
    package let table: Table
    /// What was asked for.
    package let reference: DataReference
    /// The file's path, or `dataset:NAME@VERSION`.
    package let uri: String
    /// The dataset's artifact; nil for a file.
    package let artifact: Artifact?
    /// The file that was read.
    package let path: String
    /// The file's marks when it was read; nil for a dataset, which cannot change.
    package let fingerprint: FileFingerprint?
}

/// What tells whether a file is still the one that was read.
package struct FileFingerprint: Sendable, Equatable {
    /// The file's number in its file system.
    package let inode: UInt64
    /// Bytes.
    package let size: UInt64
    /// When it was last written, in seconds since 1970.
    package let modified: Double

    /// The marks of a file.
    package init(inode: UInt64, size: UInt64, modified: Double) {
        self.inode = inode
        self.size = size
        self.modified = modified
    }
}

/// Reads tables from files and datasets.
package struct DataLoader: Sendable {
    private let threads: Int
    private let fingerprint: @Sendable (String) -> FileFingerprint?
    private let progress: any ProgressReporter

    /// A loader.
    ///
    /// - Parameter fingerprint: the marks of a file; nil when it cannot be looked at.
    package init(
        threads: Int, fingerprint: @escaping @Sendable (String) -> FileFingerprint?,
        progress: any ProgressReporter
    ) {
        self.threads = threads
        self.fingerprint = fingerprint
        self.progress = progress
    }

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - types: columns whose types are known, by name.
    ///   - services: the workspace; needed for datasets only.
    /// - Throws: `notFound`, `invalidInput` for what is no such table, `unavailable`.
    package func load(
        _ reference: DataReference, types: [String: ColumnType] = [:], services: Services?
    ) async throws(BancadaError) -> LoadedData {
        let options = CSVOptions(types: types)
        let parallel = Parallel(threads: threads)
        switch reference {
        case .file(let path):
            let marks = fingerprint(path)
            let table = try CSVReader.read(
                path: path, options: options, parallel: parallel, progress: progress)
            return LoadedData(
                table: table, reference: reference, uri: path, artifact: nil, path: path,
                fingerprint: marks)
        case .dataset(let name, let version):
            guard let services else {
                throw BancadaError(
                    .notFound, "dataset \"\(name)\" not found: there is no workspace",
                    hint: "import a file with 'bancada data import FILE --name \(name)'")
            }
            let dataset = try await services.datasets.dataset(named: name, version: version)
            let folder = try await services.artifacts.cachedPath(
                of: dataset.artifact.content.digest)
            let path = folder + "/data.csv"
            let table = try CSVReader.read(
                path: path, options: options, parallel: parallel, progress: progress)
            return LoadedData(
                table: table, reference: reference, uri: dataset.uri, artifact: dataset.artifact,
                path: path, fingerprint: nil)
        }
    }

    /// The artifact of what was read: a dataset's own, or the file's bytes stored now.
    ///
    /// - Throws: `conflict` when the file is no longer the one that was read.
    package func artifact(
        of data: LoadedData, services: Services
    ) async throws(BancadaError) -> Artifact {
        if let artifact = data.artifact { return artifact }
        let content = try await services.artifacts.store(contentsOf: data.path)
        guard data.fingerprint == fingerprint(data.path) else {
            throw BancadaError(
                .conflict, "\(data.path) changed while it was being read",
                hint: "run the command again when nothing writes to the file")
        }
        let name = data.path.split(separator: "/").last.map(String.init) ?? data.path
        return try await services.artifacts.recordArtifact(
            NewArtifact(
                type: .dataset, name: name, digest: content.digest,
                metadata: [
                    Tag(key: "columns", value: String(data.table.columns.count)),
                    Tag(key: "rows", value: String(data.table.rowCount)),
                    Tag(key: "source", value: data.path),
                ]), at: services.clock.now())
    }
}
