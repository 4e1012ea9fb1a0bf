package import Workbench

extension FileStoreSource {
    package func traces(of experiment: String) async throws(BancadaError) -> [String] {
        guard hasExtras else { return [] }
        let folder = FileStoreLayout.traces(of: experiment)
        return try files.entries(in: folder)
            .filter { $0.size != nil && $0.name.hasSuffix(".json") }
            .map { "\(folder)/\($0.name.dropLast(".json".count))" }
    }

    package func trace(_ key: String) async throws(BancadaError) -> ForeignTrace {
        let parts = key.split(separator: "/")
        guard let number = parts.dropLast().last.flatMap({ Int64($0) }) else {
            throw BancadaError(.invalidInput, "\(files.title)/\(key) is below no experiment")
        }
        let file = try TraceFile(key + ".json", of: ExperimentID(number), in: files)
        return ForeignTrace(stored: file.stored, folder: key)
    }
}
