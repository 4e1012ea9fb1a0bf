import Components
import Foundation
import Store
import Workbench

/// Runs exports and imports: opens what they read and write, shows how they go, prints the summary.
enum ExchangeRun {
    /// Writes an archive.
    static func export(
        _ options: ExportOptions, _ global: GlobalOptions,
        _ scope: (Services) async throws -> ExportOperation.Scope
    ) async throws {
        let progress = TerminalProgress(console: global.console)
        let toStdout = options.output == "-"
        if toStdout, isatty(1) == 1 {
            throw BancadaError(
                .invalidInput, "an archive does not go to a terminal",
                hint: "name a file with --output, or pipe the archive on")
        }
        let summary = try await Interruption.asking { isStopped in
            try await OpenWorkspace.reading(global) { workspace in
                let services = workspace.services
                let operation = ExportOperation(
                    try await scope(services), services: services, disk: FolderFiles("/"),
                    currentFolder: FileManager.default.currentDirectoryPath,
                    artifactRoot: options.artifactRoot, progress: progress, isStopped: isStopped)
                let sink: any ByteSink =
                    toStdout
                    ? StandardOutput()
                    : try OutputFile(options.output, process: services.process)
                do {
                    let summary = try await operation.run(into: sink)
                    try sink.commit()
                    return summary
                } catch {
                    sink.cancel()
                    throw error
                }
            }
        }
        progress.clear()
        let document = ExchangeDocument(summary: summary, target: options.output)
        if global.json, !toStdout {
            global.console.print(document.json)
        } else if toStdout {
            document.notes.forEach(global.console.note)
        } else {
            global.console.print(document.text(reads: false))
        }
    }

    /// Takes a source in.
    static func take(
        _ global: GlobalOptions,
        _ open: () throws(BancadaError) -> (any ExchangeSource, artifacts: any ExchangeFiles)
    ) async throws {
        let (source, artifacts) = try open()
        let progress = TerminalProgress(console: global.console)
        let summary = try await Interruption.asking { isStopped in
            try await OpenWorkspace.writing(global) { workspace in
                try await ImportOperation(
                    source, into: workspace.services, artifacts: artifacts,
                    disk: FolderFiles("/"),
                    currentFolder: FileManager.default.currentDirectoryPath,
                    progress: progress, isStopped: isStopped
                ).run()
            }
        }
        progress.clear()
        let document = ExchangeDocument(summary: summary, target: source.title)
        if global.json {
            global.console.print(document.json)
        } else {
            global.console.print(document.text(reads: true))
        }
        if summary.hasFailures { throw ExitStatus.failed.exit }
    }

    /// The experiment with this name or id.
    ///
    /// - Throws: `notFound`.
    static func experiment(
        _ name: String, _ services: Services
    ) async throws(BancadaError) -> ExperimentID {
        do {
            return try await services.experiments.experiment(named: name).id
        } catch {
            guard error.code == .notFound, let number = Int64(name) else { throw error }
            return try await services.experiments.experiment(ExperimentID(number)).id
        }
    }

    /// The files of a folder, or of a tar archive.
    ///
    /// - Throws: `notFound`; `invalidInput`.
    static func files(_ path: String) throws(BancadaError) -> any ExchangeFiles {
        switch kind(of: path) {
        case .folder: return FolderFiles(path)
        case .file:
            let url = URL(fileURLWithPath: path)
            let folder = path.contains("/") ? url.deletingLastPathComponent().path : "."
            return try TarFiles(url.lastPathComponent, in: FolderFiles(folder))
        case nil:
            throw BancadaError(.notFound, "\(path) not found", hint: "check the path")
        }
    }

    /// A store of MLflow's by its URI, and where its artifacts are.
    ///
    /// - Throws: `unsupported` for servers; `notFound`; `invalidInput`.
    static func mlflow(
        _ uri: String, artifacts: String?
    ) throws(BancadaError) -> (any ExchangeSource, artifacts: any ExchangeFiles) {
        if let artifacts, kind(of: artifacts) != .folder {
            throw BancadaError(
                .invalidInput, "there is no folder \(artifacts) of artifacts",
                hint: "name the folder of the server's --artifacts-destination")
        }
        let path = try path(ofMLflow: uri)
        switch kind(of: path) {
        case .folder: return (try folder(path), FolderFiles(artifacts ?? path + "/mlartifacts"))
        case .file:
            let folder =
                path.contains("/")
                ? URL(fileURLWithPath: path).deletingLastPathComponent().path : "."
            return (
                try MLflowDatabaseSource(path), FolderFiles(artifacts ?? folder + "/mlartifacts")
            )
        case nil:
            throw BancadaError(.notFound, "\(path) not found", hint: "check the path")
        }
    }

    /// A folder as MLflow's file store, or the database in it.
    private static func folder(_ path: String) throws(BancadaError) -> any ExchangeSource {
        do throws(BancadaError) {
            return try FileStoreSource(folder: FolderFiles(path))
        } catch {
            // The database of a workspace is named, so that the error says what it is.
            for name in ["mlflow.db", "bancada.sqlite"] where kind(of: "\(path)/\(name)") == .file {
                return try MLflowDatabaseSource("\(path)/\(name)")
            }
            throw error
        }
    }

    /// The path in a URI of a store of MLflow's.
    private static func path(ofMLflow uri: String) throws(BancadaError) -> String {
        if uri.hasPrefix("sqlite:"), !uri.hasPrefix("sqlite:///") {
            throw BancadaError(
                .invalidInput, "\(uri) is no URI of a database",
                hint: "write sqlite:///FILE, or sqlite:////FILE from the root folder")
        }
        var path = uri
        if let scheme = uri.firstRange(of: "://"), !uri.hasPrefix("file://") {
            guard uri.hasPrefix("sqlite:///") else {
                throw BancadaError(
                    .unsupported,
                    "\(uri[..<scheme.lowerBound]) stores are not imported, only folders and SQLite",
                    hint: "name the mlruns folder, or the server's sqlite:///FILE")
            }
            path = String(uri.dropFirst("sqlite:///".count))
        } else if uri.hasPrefix("file:") {
            path = URL(string: uri)?.path ?? String(uri.dropFirst("file:".count))
        }
        return path
    }

    private enum Kind {
        case file, folder
    }

    private static func kind(of path: String) -> Kind? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return FileManager.default.fileExists(atPath: path + "/.") ? .folder : .file
    }
}

/// stdout as a stream of bytes.
private struct StandardOutput: ByteSink {
    func write(_ bytes: [UInt8]) throws(BancadaError) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            throw BancadaError(
                .unavailable, "cannot write the archive to stdout", hint: "check the free space",
                cause: error)
        }
    }

    func commit() throws(BancadaError) {}

    func cancel() {}
}
