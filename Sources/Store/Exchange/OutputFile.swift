import Synchronization
package import Workbench

/// A file that appears under its name, durably, only when it is whole.
package final class OutputFile: ByteSink {
    private let path: String
    private let temporaryPath: String
    private let file: Mutex<OpenFile?>

    /// Starts a file beside `path`.
    ///
    /// - Throws: `invalidInput` when `path` is a folder, a pipe, a device or a link; `unavailable`.
    package init(_ path: String, process: ProcessIdentity) throws(BancadaError) {
        self.path = path
        temporaryPath = "\(path).\(process.processID).partial"
        do {
            if let facts = try FileSystem.facts(path, followingLinks: false), facts.kind != .file {
                throw BancadaError(
                    .invalidInput, "\(path) is no regular file, so it is not replaced",
                    hint: "write to a file, or to stdout with '-'")
            }
            // What a process of this number that was killed has left.
            try FileSystem.removeFile(temporaryPath)
            file = Mutex(try OpenFile(temporaryPath, .create))
        } catch {
            throw storeError(error, at: path)
        }
    }

    deinit { cancel() }

    package func write(_ bytes: [UInt8]) throws(BancadaError) {
        do throws(SystemError) {
            try file.withLock { (file) throws(SystemError) in
                try file?.write(bytes, count: bytes.count)
            }
        } catch {
            throw error.bancadaError
        }
    }

    package func commit() throws(BancadaError) {
        do throws(SystemError) {
            try file.withLock { (file) throws(SystemError) in
                try file?.sync()
                file = nil
            }
            try FileSystem.rename(temporaryPath, to: path)
            try FileSystem.syncFolder(FileSystem.parentFolder(path))
        } catch {
            cancel()
            throw error.bancadaError
        }
    }

    package func cancel() {
        file.withLock { $0 = nil }
        // There is nothing to remove after `commit`; what cannot be removed is named `.partial`.
        try? FileSystem.removeFile(temporaryPath)
    }
}
