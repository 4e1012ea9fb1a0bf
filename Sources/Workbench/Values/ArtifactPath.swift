/// Where a file or folder is in the artifact tree: parts joined by `/`; the root has none.
package struct ArtifactPath: Sendable, Hashable {
    /// The parts, none of them empty, `.` or `..`.
    package let parts: [String]

    /// The longest path, in bytes.
    package static let maximumLength = 4096

    /// The path that `text` spells; repeated and closing slashes do not count.
    ///
    /// - Throws: `invalidInput` for an absolute path, `.` and `..`, control characters, backslashes
    ///   in parts that lead upward, and paths over `maximumLength`.
    package init(_ text: String) throws(BancadaError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).compactMap { String($0) }
        let isSafe = parts.allSatisfy { part in
            part != "." && !part.split(separator: "\\").contains("..") && part != ".."
        }
        let hasControl = text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        guard isSafe, !hasControl, !text.hasPrefix("/"),
            text.utf8.count <= Self.maximumLength
        else {
            throw BancadaError(
                .invalidInput, "invalid path \"\(text.prefix(200))\"",
                hint: "use a relative path without '.', '..' and control characters")
        }
        self.parts = parts
    }

    /// The path with these parts.
    ///
    /// - Precondition: none is empty, `.`, `..` or has a slash.
    package init(parts: [String]) {
        precondition(
            parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0x2F) },
            "the parts of a path are names")
        self.parts = parts
    }

    /// The parts joined by `/`; empty for the root.
    package var text: String { parts.joined(separator: "/") }

    /// Where MLflow keeps the artifacts of a run.
    package static func run(_ run: RunID, of experiment: ExperimentID) -> ArtifactPath {
        ArtifactPath(parts: [String(experiment.number), run.text, "artifacts"])
    }

    /// Where MLflow keeps the files of a logged model.
    package static func model(
        _ model: LoggedModelID, of experiment: ExperimentID
    ) -> ArtifactPath {
        ArtifactPath(parts: [String(experiment.number), "models", model.text, "artifacts"])
    }

    /// Where the files of a stored content are shown.
    package static func content(_ digest: ContentDigest) -> ArtifactPath {
        ArtifactPath(parts: ["contents", digest.hex])
    }

    /// The path of `rest` below this one.
    package func appending(_ rest: ArtifactPath) -> ArtifactPath {
        ArtifactPath(parts: parts + rest.parts)
    }
}

/// A file of the artifact tree.
package struct ArtifactFile: Sendable, Equatable {
    /// Its bytes on disk, absolute; only to be read.
    package let localPath: String
    /// How many bytes it has.
    package let size: Int64
    /// SHA-256 of its bytes.
    package let digest: ContentDigest

    /// A file of the tree.
    package init(localPath: String, size: Int64, digest: ContentDigest) {
        self.localPath = localPath
        self.size = size
        self.digest = digest
    }
}

/// One name in a folder of the artifact tree.
package struct ArtifactTreeEntry: Sendable, Equatable {
    /// The name, without its folder.
    package let name: String
    /// The file's size in bytes; nil for a folder.
    package let size: Int64?

    /// A file, or a folder where `size` is nil.
    package init(name: String, size: Int64?) {
        self.name = name
        self.size = size
    }
}
