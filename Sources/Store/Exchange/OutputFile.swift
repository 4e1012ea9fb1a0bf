import Synchronization
package import Workbench

/// A file that appears under its name, durably, only when it is whole. What has the name already
/// is never replaced.
package final class OutputFile: ByteSink {
    private let path: String
    private let temporaryPath: String
    private let file: Mutex<OpenFile?>

    /// Starts a file beside `path`.
    ///
    /// - Throws: `conflict` when there is a file at `path`; `invalidInput` for a folder, a pipe, a
    ///   device or a link; `notFound` for a missing folder; `unavailable`.
    package init(_ path: String, process: ProcessIdentity) throws(BancadaError) {
        self.path = path
        temporaryPath = "\(path).\(process.processID).partial"
        do {
            if let facts = try FileSystem.facts(path, followingLinks: false) {
                if facts.kind == .file { throw Self.taken(path) }
                throw BancadaError(
                    .invalidInput, "\(path) is no regular file, so it is not replaced",
                    hint: "write to a file, or to stdout with '-'")
            }
            let folder = FileSystem.parentFolder(path)
            guard try FileSystem.facts(folder)?.kind == .folder else {
                throw BancadaError(
                    .notFound, "cannot write \(path): there is no folder \(folder)",
                    hint: "make the folder first")
            }
            // What a process of this number that was killed has left.
            try FileSystem.removeFile(temporaryPath)
            file = Mutex(try OpenFile(temporaryPath, .create))
        } catch {
            throw Self.named(storeError(error, at: path), path, temporaryPath)
        }
    }

    private static func taken(_ path: String) -> BancadaError {
        BancadaError(
            .conflict, "\(path) exists already",
            hint: "choose another path or remove what is there")
    }

    /// The error in terms of the file that was asked for.
    private static func named(
        _ error: BancadaError, _ path: String, _ temporaryPath: String
    ) -> BancadaError {
        BancadaError(
            error.code, error.message.replacing(temporaryPath, with: path), hint: error.hint,
            cause: error.cause)
    }

    deinit { cancel() }

    package func write(_ bytes: [UInt8]) throws(BancadaError) {
        do throws(SystemError) {
            try file.withLock { (file) throws(SystemError) in
                try file?.write(bytes, count: bytes.count)
            }
        } catch {
            throw Self.named(error.bancadaError, path, temporaryPath)
        }
    }

    package func commit() throws(BancadaError) {
        do {
            try file.withLock { (file) throws(SystemError) in
                try file?.sync()
                file = nil
            }
            // It may have come in the meantime.
            if try FileSystem.facts(path, followingLinks: false) != nil { throw Self.taken(path) }
            try FileSystem.renameToFree(temporaryPath, to: path)
            try FileSystem.syncFolder(FileSystem.parentFolder(path))
        } catch {
            cancel()
            throw Self.named(storeError(error, at: path), path, temporaryPath)
        }
    }

    package func cancel() {
        file.withLock { $0 = nil }
        // There is nothing to remove after `commit`; what cannot be removed is named `.partial`.
        try? FileSystem.removeFile(temporaryPath)
    }
}
