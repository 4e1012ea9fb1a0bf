package import Workbench

/// What `--data` names: a file, or a dataset of the workspace.
package enum DataReference: Sendable, Equatable {
    case file(String)
    case dataset(name: String, version: Int?)

    /// Reads `dataset:NAME`, `dataset:NAME@VERSION` or a path.
    ///
    /// - Throws: `invalidInput` when a `dataset:` reference has no name or an impossible version.
    package init(parsing text: String) throws(BancadaError) {
        guard let rest = text.removingPrefix("dataset:") else {
            guard !text.isEmpty else {
                throw BancadaError(
                    .invalidInput, "the name of the data is empty",
                    hint: "write a file's path or dataset:NAME")
            }
            self = .file(text)
            return
        }
        let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
        let version = parts.count == 2 ? Int(parts[1]) : nil
        guard let name = parts.first, !name.isEmpty, parts.count <= 2,
            parts.count == 1 || (version ?? 0) > 0
        else {
            throw BancadaError(
                .invalidInput, "\"\(text)\" is not dataset:NAME or dataset:NAME@VERSION",
                hint: "list datasets with 'bancada data list'")
        }
        self = .dataset(name: String(name), version: version)
    }

    /// Whether a workspace is needed to find it.
    package var isDataset: Bool {
        if case .dataset = self { return true }
        return false
    }

    /// Whether a file of such a name is read as CSV, whatever plugins say.
    package static func isTable(_ fileName: String) -> Bool {
        var name = fileName.lowercased()
        if name.hasSuffix(".gz") { name = String(name.dropLast(3)) }
        return tableEndings.contains { name.hasSuffix($0) }
    }

    private static let tableEndings = [".csv", ".tsv", ".txt"]

    /// The stem of the file's name without `.csv`, `.tsv`, `.txt` and `.gz`, or the dataset's name:
    /// what a model trained on it is called.
    package var stem: String {
        switch self {
        case .dataset(let name, _): return name
        case .file(let path):
            var stem = path.split(separator: "/").last.map(String.init) ?? path
            for suffix in [".gz"] + Self.tableEndings {
                if stem.lowercased().hasSuffix(suffix), stem.count > suffix.count {
                    stem = String(stem.dropLast(suffix.count))
                }
            }
            return stem
        }
    }

    /// As `stem`, also without the ending of a pattern such as `*.parquet` that the name has.
    package func stem(without patterns: [String]) -> String {
        for ending in patterns.compactMap({ $0.removingPrefix("*") }) where ending.hasPrefix(".") {
            if stem.hasSuffix(ending), stem.count > ending.count {
                return String(stem.dropLast(ending.count))
            }
        }
        return stem
    }
}
