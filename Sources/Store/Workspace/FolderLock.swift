import Workbench

/// The right to create or migrate a workspace, held by one process at a time through a lock on the
/// folder itself.
enum FolderLock {
    /// Runs `body` while holding the folder's lock.
    ///
    /// - Throws: `unavailable` when another process keeps the lock for longer than `patience`.
    static func holding<Value>(
        _ folder: String, patience: Duration, _ body: () throws -> Value
    ) throws -> Value {
        let file = try OpenFile(folder, .directory)
        for _ in 0...Int(patience / .milliseconds(1)) {
            if try file.tryLock() {
                let value = try body()
                // Keeps the lock until here.
                _ = try file.facts()
                return value
            }
            pause(microseconds: 1000)
        }
        throw BancadaError(
            .unavailable, "another process is creating or upgrading the workspace \(folder)",
            hint: "wait for it to finish, then try again")
    }
}
