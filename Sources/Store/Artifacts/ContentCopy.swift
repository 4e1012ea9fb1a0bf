import Workbench

/// Copies of content outside `artifacts/`, which appear whole or not at all.
struct ContentCopy: Sendable {
    let files: ContentFiles
    /// Permission bits of the files in the copy.
    let permissions: UInt32

    /// Copies `content` to `target`, which must not exist. The unfinished copy is beside it, so that
    /// the last step is a rename.
    ///
    /// - Throws: `conflict` when `target` exists; `corrupt`; `SystemError`.
    func copy(_ content: StoredContent, to target: String, stop: StopFlag) throws {
        if try FileSystem.facts(target, followingLinks: false) != nil { throw Self.taken(target) }
        let parent = FileSystem.parentFolder(target)
        let temporary = "\(parent)/.bancada-\(files.names.next())"
        do {
            switch content.kind {
            case .file:
                try files.copy(
                    content.digest, to: temporary, permissions: permissions, stop: stop)
            case .folder: try copyFolder(content.digest, to: temporary, stop: stop)
            }
            do throws(SystemError) {
                try FileSystem.renameToFree(temporary, to: target)
            } catch {
                throw error.code == SystemCode.exists ? Self.taken(target) : error
            }
            try FileSystem.syncFolder(parent)
        } catch {
            // The error that is thrown says more than one about the leftover.
            try? FileSystem.removeTree(temporary)
            throw error
        }
    }

    /// The files of a stored folder.
    ///
    /// - Throws: `corrupt`.
    func manifest(of digest: ContentDigest) throws -> Manifest {
        let bytes = try files.bytes(of: digest, atMost: Manifest.sizeLimit)
        guard let manifest = Manifest(bytes: bytes) else {
            throw BancadaError(
                .corrupt, "\(files.path(of: digest)) is not the manifest of a folder",
                hint: corruptionHint)
        }
        return manifest
    }

    private func copyFolder(_ digest: ContentDigest, to target: String, stop: StopFlag) throws {
        _ = try FileSystem.makeFolder(target)
        // By bytes: two names that Swift's strings hold equal are two folders.
        var folders: Set<[UInt8]> = [Array(target.utf8)]
        for entry in try manifest(of: digest).entries {
            let path = target + "/" + entry.path
            let folder = FileSystem.parentFolder(path)
            if folders.insert(Array(folder.utf8)).inserted { try FileSystem.makeFolders(folder) }
            try files.copy(entry.digest, to: path, permissions: permissions, stop: stop)
        }
        for folder in folders {
            try FileSystem.syncFolder(String(decoding: folder, as: UTF8.self))
        }
    }

    private static func taken(_ target: String) -> BancadaError {
        BancadaError(
            .conflict, "\(target) exists already",
            hint: "choose another path or remove what is there")
    }
}
