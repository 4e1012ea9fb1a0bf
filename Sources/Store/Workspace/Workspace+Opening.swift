import GRDB
package import Workbench

extension Workspace {
    /// Whether the folder holds a workspace, of whatever version and state.
    package static func exists(at path: String) -> Bool {
        // What cannot be looked at is reported by the call that opens it.
        ((try? FileSystem.facts(WorkspaceLayout(root: path).database)) ?? nil) != nil
    }

    /// Makes a workspace in a folder, which is made where it is missing, and opens it.
    ///
    /// - Throws: `conflict` when there is one already; `invalidInput` when the path is a file;
    ///   `unavailable` for a full or read-only disk or a missing permission.
    package static func create(
        at path: String, _ settings: WorkspaceSettings
    ) throws(BancadaError) -> Workspace {
        let layout = WorkspaceLayout(root: path)
        try converting(layout) {
            if try FileSystem.facts(layout.database) != nil { throw taken(layout) }
            try make(layout, settings)
        }
        return try open(at: path, settings)
    }

    /// Opens the workspace in a folder, or makes one.
    ///
    /// - Throws: as `create(at:_:)` and `open(at:access:_:)`.
    package static func openOrCreate(
        at path: String, _ settings: WorkspaceSettings
    ) throws(BancadaError) -> Workspace {
        if !exists(at: path) {
            do throws(BancadaError) {
                return try create(at: path, settings)
            } catch {
                // Another process was faster.
                if error.code != .conflict { throw error }
            }
        }
        return try open(at: path, settings)
    }

    /// Opens a workspace.
    ///
    /// - Throws: `notFound` when there is none; `corrupt` when its database is damaged, foreign or
    ///   newer, with everything left as it was; `unavailable` when it cannot be written, or another
    ///   process locks it for more than ten seconds.
    package static func open(
        at path: String, access: Access = .readWrite, _ settings: WorkspaceSettings
    ) throws(BancadaError) -> Workspace {
        let layout = WorkspaceLayout(root: path)
        let identity = try ProcessIdentity.current()
        return try converting(layout) {
            try checkFolder(layout)
            let header = try DatabaseHeader(ofFile: layout.database)
            try header.check(layout.database, against: settings.schema)
            let log = try FileSystem.facts(layout.log)
            try header.checkSize(layout.database, hasLog: (log?.size ?? 0) > 0)
            switch access {
            case .privateCopy: return try openCopy(layout, access, identity, settings)
            case .readWrite: return try openInPlace(layout, access, identity, settings)
            case .readOnly:
                guard isWritable(layout) else {
                    return try openCopy(layout, access, identity, settings)
                }
                do {
                    return try openInPlace(layout, access, identity, settings)
                } catch let error as DatabaseError
                    where error.resultCode == .SQLITE_FULL
                    || error.resultCode == .SQLITE_IOERR || error.resultCode == .SQLITE_CANTOPEN
                {
                    // A full disk has no room for the index that SQLite shares between readers.
                    return try openCopy(layout, access, identity, settings)
                }
            }
        }
    }

    private static func openInPlace(
        _ layout: WorkspaceLayout, _ access: Access, _ identity: ProcessIdentity,
        _ settings: WorkspaceSettings
    ) throws -> Workspace {
        guard isWritable(layout) else {
            throw BancadaError(
                .unavailable, "the workspace \(layout.root) cannot be written",
                hint: "give yourself permission to write it or choose another workspace")
        }
        let checked = try prepare(layout.database, backups: layout.backups, settings)
        var connections: any DatabaseWriter = checked
        if access == .readWrite {
            connections = try settings.opening.pool(at: layout.database)
            try checked.close()
            TemporaryNames.sweep(layout.artifacts + "/temporary")
            TemporaryNames.sweep(layout.cache, prefix: ".bancada-")
        }
        return workspace(layout, access, connections, identity, settings, privateFolder: nil)
    }

    private static func openCopy(
        _ layout: WorkspaceLayout, _ access: Access, _ identity: ProcessIdentity,
        _ settings: WorkspaceSettings
    ) throws -> Workspace {
        let folder = try PrivateCopy.make(
            of: layout, in: settings.temporaryFolder, identity: identity,
            opening: settings.opening)
        do {
            let copy = WorkspaceLayout(root: folder)
            let connection = try prepare(copy.database, backups: nil, settings)
            return workspace(layout, access, connection, identity, settings, privateFolder: folder)
        } catch {
            // The error that is thrown says more than one about the leftover.
            try? FileSystem.removeTree(folder)
            throw error
        }
    }

    private static func workspace(
        _ layout: WorkspaceLayout, _ access: Access, _ connections: any DatabaseWriter,
        _ identity: ProcessIdentity, _ settings: WorkspaceSettings, privateFolder: String?
    ) -> Workspace {
        let refusal = BancadaError(
            .unavailable, "the workspace \(layout.root) is open for reading only",
            hint: "choose a workspace that can be written")
        return Workspace(
            layout: layout, access: access,
            database: WorkspaceDatabase(
                path: layout.database, connections: connections,
                schemaVersion: settings.schema.version, clock: settings.clock,
                generator: settings.generator, refusal: access == .readWrite ? nil : refusal),
            identity: identity, privateFolder: privateFolder)
    }

    /// Checks the database at `path` and migrates it where it is older, after a backup into
    /// `backups`; returns the connection that did it.
    private static func prepare(
        _ path: String, backups: String?, _ settings: WorkspaceSettings
    ) throws -> DatabaseQueue {
        let schema = settings.schema
        let connection = try settings.opening.connection(to: path)
        func version() throws -> Int {
            try DatabaseInspection.version(of: connection, path: path, schema: schema)
        }
        if try version() == schema.version { return connection }
        try FolderLock.holding(FileSystem.parentFolder(path), patience: settings.patience) {
            // Another process may have migrated it meanwhile.
            let version = try version()
            if version == schema.version { return }
            if let backups {
                try FileSystem.makeFolders(backups)
                let time = settings.clock.now().milliseconds
                try Migrator.backUp(
                    connection, to: "\(backups)/bancada-\(version)-\(time).sqlite")
            }
            try Migrator.migrate(connection, to: schema)
            // The file's header now says the new version, also to those who only read the header.
            try connection.writeWithoutTransaction { db in
                _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
        return connection
    }

    private static func make(_ layout: WorkspaceLayout, _ settings: WorkspaceSettings) throws {
        if let facts = try FileSystem.facts(layout.root), facts.kind != .folder {
            throw notAFolder(layout)
        }
        try FileSystem.makeFolders(layout.root)
        try FolderLock.holding(layout.root, patience: settings.patience) {
            try removeUnfinished(layout)
            do {
                try Migrator.create(
                    at: layout.newDatabase, schema: settings.schema, time: settings.clock.now(),
                    opening: settings.opening)
                try FileSystem.renameToFree(layout.newDatabase, to: layout.database)
            } catch {
                // The error that is thrown says more than one about the leftover.
                try? removeUnfinished(layout)
                let isTaken = (error as? SystemError)?.code == SystemCode.exists
                throw isTaken ? taken(layout) : error
            }
            try FileSystem.syncFolder(layout.root)
            try FileSystem.syncFolder(FileSystem.parentFolder(layout.root))
        }
    }

    private static func removeUnfinished(_ layout: WorkspaceLayout) throws {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            try FileSystem.removeFile(layout.newDatabase + suffix)
        }
    }

    private static func checkFolder(_ layout: WorkspaceLayout) throws {
        guard let facts = try FileSystem.facts(layout.root) else {
            throw BancadaError(
                .notFound, "workspace \(layout.root) not found",
                hint: "create it with 'bancada init \(layout.root)'")
        }
        guard facts.kind == .folder else { throw notAFolder(layout) }
        guard try FileSystem.facts(layout.database) != nil else {
            throw BancadaError(
                .notFound, "\(layout.root) is not a workspace: it has no bancada.sqlite",
                hint: "create one with 'bancada init \(layout.root)'")
        }
    }

    private static func isWritable(_ layout: WorkspaceLayout) -> Bool {
        FileSystem.isWritable(layout.root) && FileSystem.isWritable(layout.database)
    }

    private static func notAFolder(_ layout: WorkspaceLayout) -> BancadaError {
        BancadaError(
            .invalidInput, "\(layout.root) is a file, a workspace is a folder",
            hint: "choose another path")
    }

    private static func taken(_ layout: WorkspaceLayout) -> BancadaError {
        BancadaError(
            .conflict, "\(layout.root) is a workspace already",
            hint: "use it as it is or choose another path")
    }

    private static func converting<Value>(
        _ layout: WorkspaceLayout, _ body: () throws -> Value
    ) throws(BancadaError) -> Value {
        do {
            return try body()
        } catch {
            throw storeError(error, at: layout.database)
        }
    }
}
