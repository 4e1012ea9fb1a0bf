import Crypto
import Synchronization
import Workbench

/// A file whose bytes arrive piece by piece, below `artifacts/temporary`. It goes away with the last
/// reference, unless it was moved to its place by then.
final class ReceivedFile: Sendable {
    private let files: ContentFiles
    private let output: OpenFile
    private let isPlaced = Atomic(false)

    /// A new, empty file.
    init(in files: ContentFiles) throws {
        self.files = files
        try FileSystem.makeFolders(files.temporaryFolder)
        output = try files.makeTemporary()
    }

    deinit {
        if isPlaced.load(ordering: .relaxed) { return }
        // A leftover is swept by the next process that opens the workspace.
        try? FileSystem.removeFile(output.path)
    }

    /// Appends bytes.
    func append(_ bytes: [UInt8]) throws {
        do {
            try output.write(bytes, count: bytes.count)
        } catch {
            throw files.named(error, instead: output.path)
        }
    }

    /// Makes it the content with this digest of its bytes, durably.
    func place(as digest: ContentDigest) throws {
        do {
            try output.setPermissions(0o444)
            try output.sync()
            let target = files.path(of: digest)
            let folder = FileSystem.parentFolder(target)
            _ = try FileSystem.makeFolder(folder)
            try FileSystem.rename(output.path, to: target)
            isPlaced.store(true, ordering: .relaxed)
            try FileSystem.syncFolder(folder)
            try files.syncFolders()
        } catch {
            throw files.named(error, instead: output.path)
        }
    }
}
