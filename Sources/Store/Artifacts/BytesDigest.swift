import Crypto
import Workbench

/// Digests of bytes in memory.
package enum BytesDigest {
    /// The 64 hexadecimal digits of the SHA-256 of `bytes`.
    package static func sha256(_ bytes: [UInt8]) -> String {
        // A SHA-256 is always such a digest.
        ContentDigest(SHA256.hash(data: bytes))?.hex ?? ""
    }
}
