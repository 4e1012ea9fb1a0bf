import Documents
import LinearAlgebra
package import Plugins
import Tabular
import Training
package import Workbench

/// Trains a model by a plugin's trainer: load, split, fit, evaluate, register, tracked under one
/// run as `TrainOperation` does it.
package struct PluginTrainOperation: Sendable {
    private let request: TrainRequest
    private let declaration: TrainerDeclaration
    private let loader: DataLoader
    private let observer: any StageObserver

    /// A training by the trainer that `declaration` describes; the request's plan gives target, task
    /// and settings.
    package init(
        _ request: TrainRequest, by declaration: TrainerDeclaration, loader: DataLoader,
        observer: any StageObserver
    ) {
        self.request = request
        self.declaration = declaration
        self.loader = loader
        self.observer = observer
    }

    /// The tables of a training, checked.
    package struct Material: Sendable {
        fileprivate let data: LoadedData
        fileprivate let testData: LoadedData?
        fileprivate let train: Table
        fileprivate let test: Table?
        fileprivate let training: PluginTraining
    }

    /// Whether the tables are in the workspace, so that it must be open before they are read.
    package var needsWorkspace: Bool {
        if case .test(let reference) = request.validation, reference.isDataset { return true }
        return request.data.isDataset
    }

    /// Reads the tables and checks target, task and settings; starts nothing and writes nothing.
    ///
    /// - Throws: `unsupported` for folds; `notFound` and `invalidInput` for data and settings.
    package func prepare(_ services: Services?) async throws -> Material {
        try request.validate()
        let settings = try ParameterDeclaration.parse(
            request.plan.assignments, by: declaration.parameters)
        if case .folds = request.validation {
            throw BancadaError(
                .unsupported,
                "--folds is not supported with \(declaration.name), a plugin's trainer",
                hint: "use --holdout or --test")
        }
        let data = try await observer.stage("load", outputs: Self.size) {
            try await loader.load(request.data, services: services)
        }
        var testData: LoadedData?
        var (train, test): (Table, Table?) = (data.table, nil)
        switch request.validation {
        case .test(let reference):
            var types: [String: ColumnType] = [:]
            for column in data.table.columns { types[column.name] = column.type }
            testData = try await loader.load(reference, types: types, services: services)
            test = testData?.table
            _ = try test?.column(request.plan.target)
        case .holdout(let fraction):
            let parts = try Validation.holdout(
                data.table, plan: request.plan, fraction: fraction, seed: request.seed)
            (train, test) = (parts.train, parts.test)
        case .none, .folds: break
        }
        let training = try PluginTraining(
            declaration, target: request.plan.target, of: train, task: request.plan.task,
            settings: settings, seed: request.seed)
        return Material(
            data: data, testData: testData, train: train, test: test, training: training)
    }

    private static func size(of data: LoadedData) -> [JSON.Member] {
        [
            .init("rows", JSON(data.table.rowCount)),
            .init("columns", JSON(data.table.columns.count)),
        ]
    }

    /// Trains, judges and registers the model.
    ///
    /// - Parameter context: the surroundings of the plugin's work under a run.
    /// - Throws: `pluginFailed`; `cancelled`; `unavailable` when the result cannot be stored.
    package func run(
        _ material: Material, by trainer: PluginTrainer, models: ModelLoader, services: Services,
        context: (RunID, _ work: String) throws(BancadaError) -> ExecutionContext
    ) async throws -> TrainResult {
        let run = try await TrackedRun.start(
            .train, experiment: request.experiment, source: "bancada train", services: services)
        return try await run.execute {
            try await run.log(params: params(of: material))
            let artifact = try await run.use(material.data, as: "training", loader: loader)
            if let testData = material.testData {
                _ = try await run.use(testData, as: "test", loader: loader)
            }
            let work = try services.makeWorkFolder(run.id)
            defer { services.removeWorkFolder(work) }
            let context = try context(run.id, work)
            let folder = "\(work)/model"
            let reported = try await observer.stage("train") {
                try await material.training.fit(
                    material.train, to: folder, by: trainer, context: context)
            }
            try context.cancellation.check()
            let model = try await models.table(folder)
            let judged = try await evaluate(model, material, context)
            try await run.log(
                metrics: judged.train.values.map { ("train_" + $0.key, $0.value) }
                    + (judged.test?.values ?? []).map { ("test_" + $0.key, $0.value) }
                    + Self.numbers(reported))
            try context.cancellation.check()
            let stored = try await run.record(.model, named: "model", at: folder)
            let version = try await services.registry.createVersion(
                NewModelVersion(
                    name: request.name, source: "runs:/\(run.id.text)/model", run: run.id,
                    digest: stored.content.digest, aliases: request.aliases),
                at: services.clock.now())
            return TrainResult(
                version: version, run: run.id,
                learned: .init(material.training.facts(trainer.plugin, table: material.train)),
                model: nil, digest: stored.content.digest, data: artifact,
                trainTable: material.train, testTable: material.test, metrics: judged.train,
                testMetrics: judged.test, crossValidation: nil)
        }
    }

    private func evaluate(
        _ model: TableModel, _ material: Material, _ context: ExecutionContext
    ) async throws -> (train: Metrics, test: Metrics?) {
        try await observer.stage("evaluate") {
            let fitting = FitContext(
                parallel: Parallel(threads: context.threads),
                isCancelled: { context.cancellation.isRequested })
            let train = try await model.evaluate(material.train, context: fitting).metrics
            guard let test = material.test else { return (train, nil) }
            return (train, try await model.evaluate(test, context: fitting).metrics)
        }
    }

    /// What the trainer reports, under names of its own.
    private static func numbers(_ members: [JSON.Member]) -> [(key: String, value: Double)] {
        members.compactMap { member in
            switch member.value {
            case .number(let value): ("reported_" + member.name, value)
            case .integer(let value): ("reported_" + member.name, Double(value))
            default: nil
            }
        }
    }

    private func params(of material: Material) -> [Param] {
        var params = [
            Param(key: "algorithm", value: declaration.name),
            Param(key: "task", value: material.training.target.task.rawValue),
            Param(key: "target", value: request.plan.target),
            Param(key: "data", value: material.data.uri),
            Param(key: "seed", value: String(request.seed)),
        ]
        params += material.training.settings.map {
            Param(key: $0.name, value: $0.value.plainText)
        }
        switch request.validation {
        case .none, .folds: break
        case .holdout(let fraction): params.append(.init(key: "holdout", value: "\(fraction)"))
        case .test: params.append(.init(key: "test", value: material.testData?.uri ?? ""))
        }
        return params
    }
}
