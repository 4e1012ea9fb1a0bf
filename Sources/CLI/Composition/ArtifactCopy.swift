import Components
import Foundation
import Workbench

/// Copies files of a run out of the workspace: all of them, or none where something is in the way.
struct ArtifactCopy {
    /// What was copied.
    struct Written {
        /// The files and folders that were made, with the folder that was asked for.
        let paths: [String]
        let fileCount: Int
        let byteCount: Int64
    }

    let artifacts: RunArtifacts
    let run: RunID
    let services: Services

    /// Copies the file or folder at `path`, or what is at the top where it is empty, into `folder`,
    /// which is made where there is none.
    ///
    /// - Throws: `notFound`; `conflict` where a file or folder of the name is there; `corrupt`;
    ///   `unavailable`.
    func copy(_ path: ArtifactPath, into folder: String) async throws(BancadaError) -> Written {
        let files = try await files(at: path)
        // What is at the top of the copy: the last name of the path, or the names at the top.
        let depth = max(path.parts.count - 1, 0)
        var names: [String] = []
        var seen: Set<String> = []
        for file in files where seen.insert(file.path.parts[depth]).inserted {
            names.append(file.path.parts[depth])
        }
        for name in names { try checkFree("\(folder)/\(name)") }
        let temporary = "\(folder)/.bancada-\(services.makeRunID().text.prefix(12))"
        // What cannot be removed is said by the error before, or is an empty folder.
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        for file in files {
            let parts = file.path.parts[depth...]
            let parent = ([temporary] + parts.dropLast()).joined(separator: "/")
            try change(folder) { try Self.makeFolder(parent) }
            let found = try await artifacts.file(at: file.path)
            guard let found else { throw Self.missing(file.path, run) }
            try await services.artifacts.copy(
                found.digest, to: "\(parent)/\(parts.last ?? "file")")
        }
        for name in names {
            let target = "\(folder)/\(name)"
            try change(target) {
                try FileManager.default.moveItem(atPath: "\(temporary)/\(name)", toPath: target)
            }
        }
        return Written(
            paths: names.map { "\(folder)/\($0)" }, fileCount: files.count,
            byteCount: files.reduce(0) { $0 + $1.size })
    }

    private func files(
        at path: ArtifactPath
    ) async throws(BancadaError) -> [RunArtifacts.File] {
        if let file = try await artifacts.file(at: path) {
            return [RunArtifacts.File(path: path, size: file.size)]
        }
        let files = try await artifacts.files(below: path, limit: .max).files
        if files.isEmpty { throw Self.missing(path, run) }
        return files
    }

    /// The error for a path where the run has nothing.
    static func missing(_ path: ArtifactPath, _ run: RunID) -> BancadaError {
        let short = run.text.prefix(8)
        return BancadaError(
            .notFound,
            path.parts.isEmpty
                ? "run \(short) has no artifacts in this workspace"
                : "run \(short) has no artifact \"\(path.text)\"",
            hint: path.parts.isEmpty
                ? "show the run with 'bancada runs show \(short)'"
                : "list them with 'bancada runs artifacts \(short)'")
    }

    private func checkFree(_ path: String) throws(BancadaError) {
        // Links count, wherever they lead.
        let isTaken = (try? FileManager.default.attributesOfItem(atPath: path)) != nil
        guard !isTaken else {
            throw BancadaError(
                .conflict, "\(path) exists already",
                hint: "choose another folder or remove what is there")
        }
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    private func change(_ path: String, _ body: () throws -> Void) throws(BancadaError) {
        do {
            try body()
        } catch {
            throw BancadaError(
                .unavailable, "cannot write \(path)", hint: "check the folder and its permissions",
                cause: error)
        }
    }
}
