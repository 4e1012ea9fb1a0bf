package import Workbench

/// The folder of MLflow's file store as a source, and the archives of ours that have one inside.
///
/// Keys are paths of folders. Experiments are here; runs are in `FileStoreSource+Runs`, models in
/// `FileStoreSource+Models`.
package struct FileStoreSource: ExchangeSource {
    package let title: String
    package let files: any ExchangeFiles
    /// The folder of the file store among the files; empty where they are it.
    let root: String
    /// Whether the archive says more than MLflow's folder can.
    let hasExtras: Bool

    /// A folder `mlruns` of MLflow's, or one that holds it.
    ///
    /// - Throws: `notFound`; `invalidInput` where there is no experiment.
    package init(folder files: any ExchangeFiles) throws(BancadaError) {
        self.files = files
        title = files.title
        hasExtras = false
        var found: String?
        for root in ["", FileStoreLayout.runs] where found == nil {
            if try Self.isFileStore(root, in: files) { found = root }
        }
        guard let found else {
            throw BancadaError(
                .invalidInput, "\(files.title) is no mlruns folder: it has no experiment",
                hint: "name the folder that has the numbered folders with a meta.yaml")
        }
        root = found
    }

    /// An archive that `bancada export` made, packed or not.
    ///
    /// - Throws: `invalidInput` for something else and for archives of a newer version.
    package init(archive files: any ExchangeFiles) throws(BancadaError) {
        self.files = files
        title = files.title
        root = FileStoreLayout.runs
        hasExtras = true
        try ArchiveMarker.check(in: files)
    }

    private static func isFileStore(
        _ root: String, in files: any ExchangeFiles
    ) throws(BancadaError) -> Bool {
        for entry in try files.entries(in: root) where entry.size == nil {
            let meta = join(root, entry.name, "meta.yaml")
            if isNumber(entry.name), try files.entry(at: meta) != nil { return true }
        }
        return false
    }

    static func join(_ parts: String...) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: "/")
    }

    static func isNumber(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && Int64(name) != nil
    }

    package func experiments() async throws(BancadaError) -> [String] {
        var found: [(number: Int64, path: String)] = []
        for place in [root, Self.join(root, FileStoreLayout.trash)] {
            for entry in try files.entries(in: place) where entry.size == nil {
                let path = Self.join(place, entry.name)
                guard Self.isNumber(entry.name), let number = Int64(entry.name),
                    try files.entry(at: path + "/meta.yaml") != nil
                else { continue }
                found.append((number, path))
            }
        }
        return found.sorted { ($0.number, $0.path) < ($1.number, $1.path) }.map(\.path)
    }

    package func experiment(_ key: String) async throws(BancadaError) -> Experiment {
        let meta = try MetaFile(key + "/meta.yaml", in: files)
        guard let id = Int64(try meta.requiredText("experiment_id")) else {
            throw meta.invalid("experiment_id", "is not a number")
        }
        let created = try meta.time("creation_time")
        var tags = try texts(in: key + "/tags")
        tags += try extras(of: key).tags
        return Experiment(
            id: ExperimentID(id), name: try meta.requiredText("name"),
            lifecycle: try meta.lifecycle(), creationTime: created,
            lastUpdateTime: max(created, try meta.time("last_update_time")), tags: tags,
            artifactLocation: meta.text("artifact_location"))
    }

    package func leftBehind() async throws(BancadaError) -> [LeftBehind] {
        var left: [LeftBehind] = []
        for key in try await experiments() {
            let traces = try files.entries(in: key + "/traces").filter { $0.size == nil }
            if !traces.isEmpty {
                left.append(
                    LeftBehind(
                        kind: "traces", name: key + "/traces", count: traces.count,
                        reason: "traces are not imported"))
            }
        }
        for place in [root, Self.join(root, FileStoreLayout.trash)] {
            for entry in try files.entries(in: place) {
                let known = ["models", FileStoreLayout.trash, ".DS_Store"].contains(entry.name)
                let path = Self.join(place, entry.name)
                let hasMeta = try files.entry(at: path + "/meta.yaml") != nil
                let isRead = entry.size == nil && Self.isNumber(entry.name) && hasMeta
                if known || isRead { continue }
                left.append(
                    LeftBehind(
                        kind: entry.size == nil ? "folders" : "files", name: path, count: 1,
                        reason: "it is no experiment with a meta.yaml"))
            }
        }
        return left
    }

    /// What an archive of ours says beside MLflow's files.
    func extras(of key: String) throws(BancadaError) -> ExtrasFile {
        hasExtras ? try ExtrasFile(of: key, in: files) : ExtrasFile()
    }

    /// The files of a folder as keys and values.
    func texts(in folder: String) throws(BancadaError) -> [Tag] {
        var texts: [Tag] = []
        for file in try files.allFiles(below: folder) {
            let bytes = try files.contents(of: folder + "/" + file.path)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw BancadaError(
                    .invalidInput, "\(files.title)/\(folder)/\(file.path) is not UTF-8")
            }
            texts.append(Tag(key: file.path, value: text))
        }
        return texts
    }
}
