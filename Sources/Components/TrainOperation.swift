import Documents
import Tabular
package import Training
import Workbench

/// Trains a model: load, split, fit, evaluate, register, every step tracked under one run.
///
/// Everything that can be wrong with the input is found before the workspace is touched. From then
/// on the run tells how it went: a failure ends it FAILED, an interruption KILLED, and a crash
/// leaves it RUNNING with a dead lease.
package struct TrainOperation: Sendable {
    private let request: TrainRequest
    private let loader: DataLoader
    private let context: FitContext
    private let observer: any StageObserver

    /// A training that has not begun.
    package init(
        _ request: TrainRequest, loader: DataLoader, context: FitContext,
        observer: any StageObserver
    ) {
        self.request = request
        self.loader = loader
        self.context = context
        self.observer = observer
    }

    /// The tables of a training, checked.
    private struct Material {
        let data: LoadedData
        let testData: LoadedData?
        let plan: TrainingPlan
        let algorithm: Algorithm
        let settings: Settings
        let task: LearningTask
        let train: Table
        let test: Table?
    }

    /// Runs the training.
    ///
    /// - Parameter open: opens the workspace; called once, and for files only when the input is
    ///   known to be good.
    /// - Throws: `notFound` and `invalidInput` for data, target and settings; `cancelled`;
    ///   `unavailable` when the result cannot be stored.
    package func run(open: () async throws -> Services) async throws -> TrainResult {
        try request.validate()
        let needsWorkspace: Bool =
            switch request.validation {
            case .test(let reference): request.data.isDataset || reference.isDataset
            default: request.data.isDataset
            }
        let early = needsWorkspace ? try await open() : nil
        let material = try await prepare(early)
        let services: Services
        if let early { services = early } else { services = try await open() }
        return try await track(material, services)
    }

    // MARK: - Before the workspace is touched

    private func prepare(_ services: Services?) async throws -> Material {
        let data = try await observer.stage("load", outputs: Self.size) {
            try await loader.load(request.data, services: services)
        }
        let testData: LoadedData? =
            if case .test(let reference) = request.validation {
                try await observer.stage("load_test", outputs: Self.size) {
                    try await loader.load(
                        reference, types: Self.types(of: data.table), services: services)
                }
            } else { nil }
        let target = try Target(request.plan.target, of: data.table, task: request.plan.task)
        let (algorithm, settings) = try request.plan.resolve(for: target.task)
        var plan = request.plan
        plan.task = target.task
        plan.algorithm = algorithm
        try context.checkCancellation()
        var train = data.table
        var test = testData?.table
        if case .holdout(let fraction) = request.validation {
            (train, test) = try await observer.stage(
                "split",
                outputs: { parts in
                    [
                        .init("train_rows", JSON(parts.0.rowCount)),
                        .init("test_rows", JSON(parts.1?.rowCount ?? 0)),
                    ]
                },
                {
                    let parts = try Validation.holdout(
                        data.table, plan: plan, fraction: fraction, seed: request.seed)
                    return (parts.train, Optional(parts.test))
                })
        }
        if let testData { _ = try testData.table.column(plan.target) }
        return Material(
            data: data, testData: testData, plan: plan, algorithm: algorithm, settings: settings,
            task: target.task, train: train, test: test)
    }

    private static func size(of data: LoadedData) -> [JSON.Member] {
        [
            .init("rows", JSON(data.table.rowCount)),
            .init("columns", JSON(data.table.columns.count)),
        ]
    }

    private static func types(of table: Table) -> [String: ColumnType] {
        var types: [String: ColumnType] = [:]
        for column in table.columns { types[column.name] = column.type }
        return types
    }

    // MARK: - Under a run

    private func track(_ material: Material, _ services: Services) async throws -> TrainResult {
        let run = try await TrackedRun.start(
            .train, experiment: request.experiment, source: "bancada train", services: services)
        return try await run.execute {
            try await run.log(params: params(of: material))
            return try await train(material, run, services)
        }
    }

    private func train(
        _ material: Material, _ run: TrackedRun, _ services: Services
    ) async throws -> TrainResult {
        let artifact = try await run.use(material.data, as: "training", loader: loader)
        if let testData = material.testData {
            _ = try await run.use(testData, as: "test", loader: loader)
        }
        let model = try await observer.stage("train", outputs: Self.facts) {
            try ModelTrainer.fit(material.train, plan: material.plan, context: context)
        }
        let judged = try await evaluate(model, material, run)
        let (version, digest) = try await observer.stage(
            "register", outputs: { [.init("model", .string($0.0.uri))] },
            { try await store(model, run, services) })
        return TrainResult(
            version: version, run: run.id, learned: .init(model), model: model, digest: digest,
            data: artifact, trainTable: material.train, testTable: material.test,
            metrics: judged.train,
            testMetrics: judged.test, crossValidation: judged.folds)
    }

    private static func facts(of model: TrainedModel) -> [JSON.Member] {
        [
            .init("algorithm", .string(model.algorithm.rawValue)),
            .init("iterations", JSON(model.training.iterations)),
            .init("converged", .bool(model.training.isConverged)),
        ]
    }

    private struct Judgement {
        let train: Metrics
        let test: Metrics?
        let folds: CrossValidation?
    }

    private func evaluate(
        _ model: TrainedModel, _ material: Material, _ run: TrackedRun
    ) async throws -> Judgement {
        let judgement = try await observer.stage("evaluate", outputs: Self.headline) {
            var folds: CrossValidation?
            if case .folds(let count) = request.validation {
                folds = try Validation.crossValidate(
                    material.data.table, plan: material.plan, folds: count, context: context)
            }
            return Judgement(
                train: try Evaluator.evaluate(model, on: material.train, context: context).metrics,
                test: try material.test.map { table throws(BancadaError) in
                    try Evaluator.evaluate(model, on: table, context: context).metrics
                },
                folds: folds)
        }
        var metrics = judgement.train.values.map { ("train_" + $0.key, $0.value) }
        metrics += judgement.test?.values.map { ("test_" + $0.key, $0.value) } ?? []
        for summary in judgement.folds?.summaries ?? [] {
            metrics.append(("cv_" + summary.key, summary.mean))
            metrics.append(("cv_" + summary.key + "_std", summary.standardDeviation))
        }
        try await run.log(metrics: metrics)
        return judgement
    }

    private static func headline(of judgement: Judgement) -> [JSON.Member] {
        (judgement.test ?? judgement.train).values.prefix(2)
            .map { .init($0.key, .number($0.value)) }
    }

    private func store(
        _ model: TrainedModel, _ run: TrackedRun, _ services: Services
    ) async throws -> (ModelVersion, ContentDigest) {
        let artifact = try await run.produce(.model, named: "model") {
            folder throws(BancadaError) in
            try model.write(to: folder)
        }
        let version = try await services.registry.createVersion(
            NewModelVersion(
                name: request.name, source: "runs:/\(run.id.text)/model", run: run.id,
                digest: artifact.content.digest, aliases: request.aliases),
            at: services.clock.now())
        return (version, artifact.content.digest)
    }

    private func params(of material: Material) -> [Param] {
        var params = [
            Param(key: "algorithm", value: material.algorithm.rawValue),
            Param(key: "task", value: material.task.rawValue),
            Param(key: "target", value: material.plan.target),
            Param(key: "data", value: material.data.uri),
            Param(key: "seed", value: String(request.seed)),
        ]
        params += material.settings.values.map { Param(key: $0.name, value: $0.value.text) }
        switch request.validation {
        case .none: break
        case .holdout(let fraction): params.append(.init(key: "holdout", value: "\(fraction)"))
        case .folds(let count): params.append(.init(key: "folds", value: "\(count)"))
        case .test: params.append(.init(key: "test", value: material.testData?.uri ?? ""))
        }
        return params
    }
}
