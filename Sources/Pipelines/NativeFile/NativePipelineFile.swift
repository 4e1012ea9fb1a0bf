package import Documents
package import Workbench

/// Reads native pipeline files, and those that they call.
package struct NativePipelineFile {
    /// How deep pipelines may call pipelines.
    package static let maximumDepth = 16
    /// The most tasks, those of called pipelines counted as often as they are called.
    package static let maximumTasks = 100_000

    private let read: (String) throws(BancadaError) -> [UInt8]
    /// What was read already, with its number of tasks.
    private var known: [String: (pipeline: Pipeline, tasks: Int)] = [:]
    /// The files that are being read, the outermost first.
    private var open: [String] = []

    /// Reads the pipeline file at `path` and every file that it calls.
    ///
    /// - Parameter read: gives a file's bytes; paths of called files are relative to the folder of
    ///   the file that names them.
    /// - Throws: `invalidInput` with file, line and column; what `read` throws.
    package static func load(
        path: String, read: @escaping (String) throws(BancadaError) -> [UInt8]
    ) throws(BancadaError) -> Pipeline {
        var file = NativePipelineFile(read: read)
        return try file.pipeline(FilePath.normal(path))
    }

    /// Reads a pipeline of a document that was parsed already.
    ///
    /// - Parameters:
    ///   - document: the file's path, as messages name it; its folder is the one that paths start
    ///     from.
    ///   - read: as of `load`.
    /// - Throws: as `load`.
    package static func load(
        _ root: Node, document: String,
        read: @escaping (String) throws(BancadaError) -> [UInt8]
    ) throws(BancadaError) -> Pipeline {
        var file = NativePipelineFile(read: read)
        return try file.pipeline(FilePath.normal(document), root)
    }

    private init(read: @escaping (String) throws(BancadaError) -> [UInt8]) {
        self.read = read
    }

    private mutating func pipeline(_ path: String) throws(BancadaError) -> Pipeline {
        try pipeline(path, YAMLParser.parse(try read(path), document: path))
    }

    private mutating func pipeline(_ path: String, _ root: Node) throws(BancadaError) -> Pipeline {
        open.append(path)
        defer { open.removeLast() }
        var tasks = 0
        let reader = NativePipelineReader(document: path, folder: FilePath.folder(of: path))
        let pipeline = try reader.pipeline(root) { (file, place) throws(BancadaError) in
            let called = try self.called(file, from: path, at: place)
            tasks += called.tasks
            return called.pipeline
        }
        tasks += pipeline.tasks.count + (pipeline.onExit == nil ? 0 : 1)
        if tasks > Self.maximumTasks {
            throw BancadaError(
                .invalidInput,
                "\(path): \(tasks) tasks with those of called pipelines, expected at most "
                    + "\(Self.maximumTasks)")
        }
        known[path] = (pipeline, tasks)
        return pipeline
    }

    /// The pipeline that a task calls.
    private mutating func called(
        _ file: String, from caller: String, at place: SourceLocation
    ) throws(BancadaError) -> (pipeline: Pipeline, tasks: Int) {
        let path = FilePath.join(FilePath.folder(of: caller), file)
        let position = "\(caller):\(place.line):\(place.column): "
        if let known = known[path] { return known }
        if let first = open.firstIndex(of: path) {
            let cycle = (open[first...] + [path]).joined(separator: " -> ")
            throw BancadaError(
                .invalidInput, "\(position)pipelines call each other in a circle: \(cycle)",
                hint: "remove one of the calls")
        }
        if open.count >= Self.maximumDepth {
            throw BancadaError(
                .invalidInput,
                "\(position)pipelines call each other more than \(Self.maximumDepth) deep")
        }
        let bytes: [UInt8]
        do throws(BancadaError) { bytes = try read(path) } catch { throw error.prefixed(position) }
        _ = try pipeline(path, YAMLParser.parse(bytes, document: path))
        guard let result = known[path] else {
            throw BancadaError(.internal, "\(position)\(path) was read and is not there")
        }
        return result
    }
}
