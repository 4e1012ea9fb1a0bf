import Crypto
package import Workbench

/// The files below `artifacts/`: one per content, named by its digest, never changed.
struct ContentFiles: Sendable {
    /// `WORKSPACE/artifacts`.
    let folder: String
    /// Where unfinished files are.
    var temporaryFolder: String { folder + "/temporary" }
    let names: TemporaryNames

    /// Where the bytes with this digest are.
    func path(of digest: ContentDigest) -> String {
        "\(folder)/\(digest.hex.prefix(2))/\(digest.hex)"
    }

    /// The whole of a small content, checked against its digest.
    ///
    /// - Throws: `corrupt` when it is missing, too large or has another digest.
    func bytes(of digest: ContentDigest, atMost limit: Int) throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.bytes(of: path(of: digest), atMost: limit)
        } catch let error as SystemError where error.isMissing {
            throw Self.missing(path(of: digest))
        }
        guard ContentDigest(SHA256.hash(data: bytes)) == digest else {
            throw Self.changed(path(of: digest))
        }
        return bytes
    }

    /// Copies content to `target`, which must not exist, and checks the digest on the way. The copy
    /// shares blocks with the original where the file system can.
    ///
    /// - Throws: `corrupt` when the content is missing or no longer has its digest.
    func copy(
        _ digest: ContentDigest, to target: String, permissions: UInt32, stop: StopFlag
    ) throws {
        let source: OpenFile
        do throws(SystemError) {
            source = try OpenFile(path(of: digest), .read)
        } catch {
            throw error.isMissing ? Self.missing(path(of: digest)) : error
        }
        let output = try OpenFile(target, .create)
        let isCloned = output.clone(source)
        var hasher = SHA256()
        var buffer = [UInt8](repeating: 0, count: try Self.bufferSize(for: source))
        while true {
            try stop.check()
            let count = try source.read(into: &buffer)
            hasher.update(data: buffer[..<count])
            if !isCloned { try output.write(buffer, count: count) }
            if count < buffer.count { break }
        }
        guard ContentDigest(hasher.finalize()) == digest else {
            throw Self.changed(path(of: digest))
        }
        try output.setPermissions(permissions)
        try output.sync()
    }

    /// A buffer of a chunk, or just above the file's size where that is less.
    static func bufferSize(for file: borrowing OpenFile) throws(SystemError) -> Int {
        Int(min(Int64(FileQueue.chunk), max(0, try file.facts().size) + 1))
    }

    static func missing(_ path: String) -> BancadaError {
        BancadaError(.corrupt, "artifact file \(path) is missing", hint: hint)
    }

    private static func changed(_ path: String) -> BancadaError {
        BancadaError(
            .corrupt, "artifact file \(path) was changed: its bytes do not have its digest",
            hint: hint)
    }

    private static let hint = "store the same data again, or restore the file from a copy"
}

extension ContentFiles {
    /// A new, empty file below `temporaryFolder`, which must be there.
    func makeTemporary() throws(SystemError) -> OpenFile {
        while true {
            do throws(SystemError) {
                return try OpenFile(temporaryFolder + "/" + names.next(), .create)
            } catch {
                // Another workspace object of this process has taken the name.
                if error.code != SystemCode.exists { throw error }
            }
        }
    }

    /// Nobody knows the names of temporary files: an error about one is about the folder.
    func named(_ error: any Error, instead temporary: String) -> any Error {
        guard let failure = error as? SystemError, failure.path == temporary else { return error }
        return SystemError(code: failure.code, operation: failure.operation, path: folder)
    }

    /// Returns when the names of the folders that hold content are on the disk.
    func syncFolders() throws(SystemError) {
        try FileSystem.syncFolder(folder)
        try FileSystem.syncFolder(FileSystem.parentFolder(folder))
    }
}

extension ContentDigest {
    /// The digest that was computed.
    init?(_ digest: SHA256.Digest) {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        self.init(hex: String(text))
    }
}

extension ContentDigest {
    /// SHA-256 of bytes.
    package static func sha256(_ bytes: [UInt8]) -> ContentDigest {
        guard let digest = ContentDigest(SHA256.hash(data: bytes)) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return digest
    }
}
