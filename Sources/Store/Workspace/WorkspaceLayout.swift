/// Where things are in a workspace's folder.
struct WorkspaceLayout: Sendable {
    /// The workspace's folder, as the user named it.
    let root: String

    init(root: String) {
        self.root = root.isEmpty ? "." : root
    }

    var database: String { root + "/bancada.sqlite" }
    /// The log of commits that are not in the database's file yet.
    var log: String { database + "-wal" }
    /// The index of the log, shared by the processes that use the workspace.
    var sharedIndex: String { database + "-shm" }
    /// A database that is being made.
    var newDatabase: String { database + ".new" }
    var artifacts: String { root + "/artifacts" }
    var cache: String { root + "/cache/artifacts" }
    var backups: String { root + "/backups" }
}
