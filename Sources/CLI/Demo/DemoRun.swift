import API
import Components
import Documents
import Inference
import LinearAlgebra
import Pipelines
import Tabular
import Training
import Workbench

/// The whole loop on Palmer Penguins, as `bancada demo` runs it: the sample pipeline from a CSV file
/// to a deployed model, a prediction over HTTP that is equal to the one in process, and the way back
/// to the data.
struct DemoRun {
    let workspace: OpenWorkspace
    let global: GlobalOptions
    /// Times the stages after the pipeline.
    let display: StageDisplay

    /// What the demo ends with.
    struct Outcome {
        let dataPath: String
        let pipeline: PipelineResult
        let model: TrainedModel
        let rows: Table
        let served: ServedModelFacts
        let answer: DemoAnswer
        let lineage: Lineage
    }

    /// What is served.
    struct ServedModelFacts {
        let uri: String
        let registered: ModelVersion?
        let folder: String
        let model: any ServedModel
    }

    /// Runs every stage.
    ///
    /// - Throws: the exit code of a pipeline that did not succeed; `failed` when the served
    ///   predictions are not the in-process ones; what the stages throw.
    func run() async throws -> Outcome {
        let path = try SampleFiles.place(in: workspace.path)
        let pipeline = try await runPipeline(path.pipeline)
        let served = try await load()
        let model = try TrainedModel.load(from: served.folder)
        let rows = try await testRows(of: pipeline, model)
        let repository = ModelRepository()
        try repository.publish(served.model)
        let answer = try await ask(repository: repository, rows: rows, model)
        try await compare(answer, with: model, rows: rows)
        let lineage = try await trace(answer, pipeline)
        return Outcome(
            dataPath: path.data, pipeline: pipeline, model: model, rows: rows, served: served,
            answer: answer, lineage: lineage)
    }

    private func runPipeline(_ path: String) async throws -> PipelineResult {
        let options = PipelineOptions(jobs: try Threads.count())
        let execution = PipelineExecution(workspace: workspace, global: global)
        let result = try await WorkspaceCatalog.using(
            workspace, plugins: [], global
        ) { catalog in
            let loaded = try await PipelineLoading.load(
                path, parameters: [:], options: options, catalog: catalog)
            return try await execution.showing { runner, stops in
                try await runner.run(loaded.request, components: loaded.components, stops: stops)
            }
        }
        if result.outcome.state == .succeeded { return result }
        throw BancadaError(
            result.outcome.state == .cancelled ? .cancelled : .failed,
            result.outcome.message ?? "the pipeline was stopped",
            hint: "see 'bancada runs logs \(result.run.text.prefix(8))\(workspace.option)'")
    }

    private func load() async throws -> ServedModelFacts {
        try await display.stage(
            "serve", outputs: { [.init("model", .string($0.uri))] },
            {
                let resolved = try await workspace.resolver.resolve(
                    .alias(name: "penguins", alias: "champion"))
                return ServedModelFacts(
                    uri: resolved.uri, registered: resolved.registered, folder: resolved.folder,
                    model: try await ModelLoader(.none).serve(
                        resolved.folder, name: resolved.name, version: resolved.version))
            })
    }

    /// The rows that the pipeline kept from training.
    private func testRows(
        of pipeline: PipelineResult, _ model: TrainedModel
    ) async throws -> Table {
        let split = pipeline.tasks.first { $0.path == "split" }
        guard let value = split?.outputs.first(where: { $0.name == "test" })?.value,
            let artifact = ArtifactValue(value)
        else {
            throw BancadaError(
                .failed, "the pipeline's task \"split\" gave no rows to judge by",
                hint: "restore the sample pipeline: delete it and run the demo again")
        }
        let folder = try await workspace.services.artifacts.cachedPath(of: artifact.digest)
        return try await Loading.loader(SilentProgress()).load(
            .file(folder + "/" + DatasetFolder.dataFile), types: model.columnTypes,
            services: nil
        ).table
    }

    private func ask(
        repository: ModelRepository, rows: Table, _ model: TrainedModel
    ) async throws -> DemoAnswer {
        let configuration = try Serving.configuration(host: "127.0.0.1", port: 0, token: nil)
        let body = DemoQuestion.body(rows, features: model.features)
        return try await withServer(
            configuration, repository: repository, logger: Serving.logger(verbose: global.verbose)
        ) { address in
            try await display.stage(
                "predict",
                outputs: { answer in
                    [
                        .init("rows", JSON(answer.labels.count)),
                        .init("first", .string(answer.labels.first ?? "")),
                    ]
                },
                {
                    let reply = try await HTTPClient(address).post(
                        "/v2/models/penguins/infer", json: body.compactBytes)
                    return try DemoAnswer(reply, url: address.url)
                })
        }
    }

    private func compare(
        _ answer: DemoAnswer, with model: TrainedModel, rows: Table
    ) async throws {
        _ = try await display.stage(
            "compare", outputs: { [.init("equal", .bool($0))] },
            {
                let expected = try model.predict(rows)
                let probabilities = expected.probabilities?.values ?? []
                guard answer.labels == expected.texts,
                    answer.probabilities.map(\.bitPattern) == probabilities.map(\.bitPattern)
                else {
                    throw BancadaError(
                        .failed,
                        "the served predictions of \(answer.modelName) version "
                            + "\(answer.modelVersion) differ from the in-process ones",
                        hint: "report it with the output of 'bancada doctor'")
                }
                return true
            })
    }

    /// From the answer's model version back to the table that the pipeline read.
    private func trace(_ answer: DemoAnswer, _ pipeline: PipelineResult) async throws -> Lineage {
        try await display.stage(
            "lineage",
            outputs: { lineage in
                [
                    .init("run", .string(String(lineage.run.id.text.prefix(8)))),
                    .init(
                        "data",
                        .string(lineage.origins.first?.artifact.content.digest.short ?? "")),
                ]
            },
            {
                let uri = try ModelURI(
                    parsing: "models:/\(answer.modelName)/\(answer.modelVersion)")
                let lineage = try await Lineage.trace(
                    workspace.resolver.resolve(uri), services: workspace.services)
                let read = pipeline.tasks.first { $0.path == "load" }?.outputs
                    .compactMap { ArtifactValue($0.value)?.digest }
                let digests = lineage.origins.map(\.artifact.content.digest)
                guard let table = read?.first, digests.contains(table) else {
                    throw BancadaError(
                        .failed, "the lineage of \(uri) does not lead to the table it was made of")
                }
                return lineage
            })
    }
}
