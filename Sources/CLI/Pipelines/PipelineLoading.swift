import Components
import Documents
import Foundation
import ModelFormats
import Pipelines
import Workbench

/// A pipeline that was read, checked and found executable.
struct LoadedPipeline {
    /// What to run.
    var request: PipelineRunRequest
    /// The components of its tasks.
    let components: ResolvedComponents
    /// The order of its tasks.
    let plan: PipelinePlan
}

/// Reads pipelines from files, or from a run that is stored.
enum PipelineLoading {
    /// Reads the pipeline file at `path` with everything that it calls and checks it.
    ///
    /// - Throws: `notFound`, `invalidInput` with file, line and column.
    static func load(
        _ path: String, parameters: [String: PipelineParameters.Setting],
        options: PipelineOptions, catalog: any ComponentCatalog
    ) async throws -> LoadedPipeline {
        let documents = DocumentCollector()
        let pipeline = try NativePipelineFile.load(path: path) { path throws(BancadaError) in
            try documents.read(path)
        }
        let base = FileManager.default.currentDirectoryPath
        return try await checked(
            pipeline, base: base, documents: documents.all, options: options, catalog: catalog
        ) { pipeline throws(BancadaError) in
            try PipelineParameters.resolve(given: parameters, pipeline)
        }
    }

    /// The pipeline of a stored run, from the texts that it was made from.
    ///
    /// - Throws: `corrupt`; `invalidInput` when it can no longer be executed here.
    static func restore(
        _ record: PipelineRunRecord, catalog: any ComponentCatalog
    ) async throws -> LoadedPipeline {
        let stored = try StoredPipeline(record)
        let pipeline = try pipeline(of: stored, record)
        return try await checked(
            pipeline, base: stored.base, documents: stored.documents, options: stored.options,
            catalog: catalog
        ) { _ throws(BancadaError) in stored.parameters }
    }

    /// The pipeline of a stored run, not checked against what there is to execute.
    ///
    /// - Throws: `corrupt`.
    static func pipeline(of record: PipelineRunRecord) throws -> Pipeline {
        try pipeline(of: try StoredPipeline(record), record)
    }

    private static func pipeline(
        of stored: StoredPipeline, _ record: PipelineRunRecord
    ) throws -> Pipeline {
        let texts = Dictionary(stored.documents.map { ($0.path, $0.text) }) { first, _ in first }
        guard let first = stored.documents.first else {
            throw BancadaError(.corrupt, "run \(record.run.text) has no pipeline file")
        }
        return try NativePipelineFile.load(path: first.path) { path throws(BancadaError) in
            guard let text = texts[path] else {
                throw BancadaError(
                    .corrupt, "run \(record.run.text) does not have the text of \(path)")
            }
            return Array(text.utf8)
        }
    }

    private static func checked(
        _ pipeline: Pipeline, base: String, documents: [(path: String, text: String)],
        options: PipelineOptions, catalog: any ComponentCatalog,
        parameters: (Pipeline) throws(BancadaError) -> [JSON.Member]
    ) async throws -> LoadedPipeline {
        let values = try parameters(pipeline)
        let anchored = pipeline.anchored(at: base)
        let components = try await ResolvedComponents(of: anchored, catalog: catalog)
        let plan = try PipelinePlan(anchored) { components.specification(of: $0) }
        return LoadedPipeline(
            request: PipelineRunRequest(
                pipeline: anchored, base: base, documents: documents, parameters: values,
                options: options),
            components: components, plan: plan)
    }
}

/// Reads files and keeps their texts.
private final class DocumentCollector {
    private(set) var all: [(path: String, text: String)] = []

    /// The bytes of a file.
    ///
    /// - Throws: `notFound`, `invalidInput`, `unavailable`.
    func read(_ path: String) throws(BancadaError) -> [UInt8] {
        let bytes = try FileBytes.read(path)
        if all.allSatisfy({ $0.path != path }) {
            all.append((path, String(decoding: bytes, as: UTF8.self)))
        }
        return bytes
    }
}
