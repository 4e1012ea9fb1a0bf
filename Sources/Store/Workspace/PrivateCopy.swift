import GRDB
import Workbench

/// A copy of a workspace's database outside the workspace, for readers who must not or cannot write
/// there: SQLite itself needs to write beside a database with a log, even to read it.
enum PrivateCopy {
    private static let prefix = "bancada-copy-"

    /// Makes a folder for this process alone, with `bancada.sqlite` as it is now.
    ///
    /// While another process uses the workspace, SQLite makes the copy, under its locks. Otherwise
    /// nobody changes the files, and they are copied as they are, with the log that a crash left.
    static func make(
        of layout: WorkspaceLayout, in temporaryFolder: String, identity: ProcessIdentity,
        opening: DatabaseOpening
    ) throws -> String {
        TemporaryNames.sweep(temporaryFolder, prefix: prefix)
        let names = TemporaryNames(identity: identity)
        var folder: String
        repeat {
            folder = "\(temporaryFolder)/\(prefix)\(names.next())"
        } while try !FileSystem.makeFolder(folder, permissions: 0o700)
        do {
            let copy = WorkspaceLayout(root: folder)
            let isInUse = try FileSystem.facts(layout.sharedIndex) != nil
            if try !isInUse || !snapshot(layout.database, to: copy.database, opening) {
                try FileSystem.copyFile(layout.database, to: copy.database)
                if try FileSystem.facts(layout.log) != nil {
                    try FileSystem.copyFile(layout.log, to: copy.log)
                }
            }
            return folder
        } catch {
            // The error that is thrown says more than one about the leftover.
            try? FileSystem.removeTree(folder)
            throw error
        }
    }

    /// False where SQLite cannot open the database without writing.
    private static func snapshot(
        _ path: String, to copy: String, _ opening: DatabaseOpening
    ) throws -> Bool {
        do {
            let source = try opening.connection(to: path, readOnly: true)
            try source.vacuum(into: copy)
            try source.close()
            return true
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR].contains(error.resultCode)
        {
            try FileSystem.removeFile(copy)
            return false
        }
    }
}
