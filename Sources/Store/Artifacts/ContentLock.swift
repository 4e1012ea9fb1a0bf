import Synchronization

/// The agreement between those who bring content in and those who remove it, in all processes: a
/// file without a row is either on its way in, under a shared lock, or may be removed, under an
/// exclusive one.
final class ContentLock: Sendable {
    private let file: OpenFile

    /// Waits for the lock of `artifacts/`, which is made where it is missing. It ends with this
    /// object.
    init(_ files: ContentFiles, exclusively: Bool) throws {
        try FileSystem.makeFolders(files.folder)
        file = try OpenFile(files.folder, .directory)
        try file.lock(exclusively: exclusively)
    }

    /// Keeps the lock until here.
    func release() {
        withExtendedLifetime(self) {}
    }
}
