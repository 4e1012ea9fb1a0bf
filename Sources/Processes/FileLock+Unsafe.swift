package import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock between processes on a file, which the kernel releases when its holder ends.
package final class FileLock: Sendable {
    private let file: Int32

    private init(file: Int32) { self.file = file }

    deinit { Kernel.close(file) }

    /// Waits for the lock on `path`, a file that is made when it is missing, for as long as
    /// `isWanted` says so.
    ///
    /// - Throws: `unavailable` when the file cannot be opened or locked; what `isWanted` throws.
    package static func acquire(
        _ path: String, while isWanted: () throws(BancadaError) -> Void
    ) async throws(BancadaError) -> FileLock {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw BancadaError(
                .unavailable, "cannot open the lock \(path): \(Kernel.message(errno))",
                hint: "check the folder and its permissions")
        }
        // From here on the descriptor is closed with the value.
        let lock = FileLock(file: file)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw BancadaError(
                    .unavailable, "cannot lock \(path): \(Kernel.message(errno))")
            }
            try isWanted()
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw BancadaError(.cancelled, "the work was cancelled", cause: error)
            }
        }
        return lock
    }
}
