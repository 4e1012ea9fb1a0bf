import API
import Components
import Documents
import Inference
import LinearAlgebra
import Tabular
import Training
import Workbench

/// The whole loop on Palmer Penguins, as `bancada demo` runs it: from a CSV file to a prediction
/// over HTTP that is equal to the one in process, and back to the digest of the data.
struct DemoRun {
    /// What everything random in the demo is made from.
    static let seed: UInt64 = 7
    /// The share of rows that the model is judged on.
    static let holdout = 0.2

    let workspace: OpenWorkspace
    let global: GlobalOptions
    let display: StageDisplay
    let threads: Int
    let isCancelled: @Sendable () -> Bool

    /// What the demo ends with.
    struct Outcome {
        let dataPath: String
        let dataset: DatasetVersion
        let training: TrainResult
        let served: ServedModelFacts
        let answer: DemoAnswer
        let lineage: Lineage
    }

    /// What is served.
    struct ServedModelFacts {
        let uri: String
        let model: any ServedModel
    }

    /// Runs every stage.
    ///
    /// - Throws: `failed` when the served predictions are not the in-process ones; what the stages
    ///   throw.
    func run() async throws -> Outcome {
        let (path, dataset) = try await importData()
        try await describe(dataset)
        let training = try await train(dataset)
        let served = try await load()
        let repository = ModelRepository()
        try repository.publish(served.model)
        guard let rows = training.testTable else {
            throw BancadaError(.internal, "the demo's training kept no rows to judge by")
        }
        let answer = try await ask(served, repository: repository, rows: rows, training.model)
        try await compare(answer, with: training.model, rows: rows)
        let lineage = try await trace(answer, dataset: dataset)
        return Outcome(
            dataPath: path, dataset: dataset, training: training, served: served, answer: answer,
            lineage: lineage)
    }

    private func importData() async throws -> (String, DatasetVersion) {
        try await display.stage(
            "import",
            outputs: { result in
                [
                    .init("dataset", .string(result.1.uri)), .init("rows", JSON(result.1.rows)),
                    .init("columns", JSON(result.1.columns)),
                ]
            },
            {
                let path = try SampleData.place(in: workspace.path)
                let data = try await Loading.loader(SilentProgress()).load(
                    .file(path), services: nil)
                return (
                    path,
                    try await DatasetImport.store(
                        data, named: "penguins", services: workspace.services)
                )
            })
    }

    private func describe(_ dataset: DatasetVersion) async throws {
        _ = try await display.stage(
            "describe",
            outputs: { (summaries: [ColumnSummary]) in
                [
                    .init("missing_values", JSON(summaries.map(\.missing).reduce(0, +))),
                    .init("text_columns", JSON(summaries.filter { $0.type == .text }.count)),
                ]
            },
            {
                let data = try await Loading.loader(SilentProgress()).load(
                    .dataset(name: dataset.name, version: dataset.version),
                    services: workspace.services)
                return ColumnSummary.all(of: data.table, parallel: Parallel(threads: threads))
            })
    }

    private func train(_ dataset: DatasetVersion) async throws -> TrainResult {
        let request = TrainRequest(
            data: .dataset(name: dataset.name, version: dataset.version),
            plan: TrainingPlan(target: "species"), validation: .holdout(Self.holdout),
            modelName: "penguins", aliases: ["champion"], seed: Self.seed)
        return try await TrainOperation(
            request, loader: try Loading.loader(SilentProgress()),
            context: FitContext(
                seed: Self.seed, parallel: Parallel(threads: threads), isCancelled: isCancelled),
            observer: display
        ).run { workspace.services }
    }

    private func load() async throws -> ServedModelFacts {
        try await display.stage(
            "serve", outputs: { [.init("model", .string($0.uri))] },
            {
                let resolved = try await workspace.resolver.resolve(
                    .alias(name: "penguins", alias: "champion"))
                return ServedModelFacts(
                    uri: resolved.uri, model: try await Serving.load(resolved))
            })
    }

    private func ask(
        _ served: ServedModelFacts, repository: ModelRepository, rows: Table,
        _ model: TrainedModel
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

    /// From the answer's model version back to the data.
    private func trace(_ answer: DemoAnswer, dataset: DatasetVersion) async throws -> Lineage {
        try await display.stage(
            "lineage",
            outputs: { lineage in
                [
                    .init("run", .string(String(lineage.run.id.text.prefix(8)))),
                    .init(
                        "data",
                        .string(lineage.inputs.first?.artifact.content.digest.short ?? "")),
                ]
            },
            {
                let uri = try ModelURI(
                    parsing: "models:/\(answer.modelName)/\(answer.modelVersion)")
                let lineage = try await Lineage.trace(
                    workspace.resolver.resolve(uri), services: workspace.services)
                let digests = lineage.inputs.map(\.artifact.content.digest)
                guard digests.contains(dataset.artifact.content.digest) else {
                    throw BancadaError(
                        .failed, "the lineage of \(uri) does not lead to \(dataset.uri)")
                }
                return lineage
            })
    }
}
