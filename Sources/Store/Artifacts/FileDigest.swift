import Crypto
package import Workbench

/// Digests of files outside the workspace.
package enum FileDigest {
    /// SHA-256 of a file's bytes, read in pieces.
    ///
    /// - Throws: `notFound`; `invalidInput` for what is no file; `unavailable`.
    package static func of(_ path: String) throws(BancadaError) -> ContentDigest {
        do {
            let file = try OpenFile(path, .read)
            guard try file.facts().kind == .file else {
                throw BancadaError(.invalidInput, "\(path) is not a file")
            }
            var hasher = SHA256()
            var buffer = [UInt8](repeating: 0, count: try ContentFiles.bufferSize(for: file))
            while true {
                let count = try file.read(into: &buffer)
                hasher.update(data: buffer[..<count])
                if count < buffer.count { break }
            }
            guard let digest = ContentDigest(hasher.finalize()) else {
                throw BancadaError(.internal, "a digest without 64 digits")
            }
            return digest
        } catch {
            throw storeError(error, at: path)
        }
    }
}
