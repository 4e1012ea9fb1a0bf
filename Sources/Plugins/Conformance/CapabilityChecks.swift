import Documents
import Foundation
import Workbench

/// The checks that let a plugin do what it declares, through the adapters that everybody uses.
struct CapabilityChecks {
    let host: PluginHost
    let samples: SampleInputs
    let run: RunID
    private(set) var checks: [ConformanceCheck] = []
    private var model: (folder: String, trainer: String)?
    private var folders = 0

    init(host: PluginHost, samples: SampleInputs, run: RunID) {
        self.host = host
        self.samples = samples
        self.run = run
    }

    private var manifest: PluginManifest { host.manifest }

    /// Runs every check that applies.
    mutating func all() async {
        for trainer in manifest.trainers { await check(PluginTrainer(trainer, host: host)) }
        for runtime in manifest.runtimes { await check(PluginRuntime(runtime, host: host)) }
        for component in manifest.components {
            await check(PluginComponent(component, host: host))
        }
        for sampler in manifest.samplers { await check(sampler) }
        for objective in manifest.objectives { await check(objective) }
        for reader in manifest.readers { await check(PluginReader(reader, host: host)) }
    }

    /// A request of a trainer or component that takes a moment.
    mutating func work() throws(BancadaError) -> (any PluginCall)? {
        if let trainer = manifest.trainers.first {
            let context = try context()
            return TrainerFitCall(
                trainer: trainer.name,
                request: TrainerRequest(
                    table: try samples.dataset(), target: Self.target(of: trainer.tasks.first),
                    parameters: Self.parameters(of: trainer), seed: 1,
                    model: context.workFolder + "/model"),
                work: context.workFolder)
        }
        guard let component = manifest.components.first else { return nil }
        let context = try context()
        return ComponentRunCall(
            component: component.name, input: try input(of: component, context),
            work: context.workFolder, seed: 1)
    }

    // MARK: - Trainers and runtimes

    private mutating func check(_ trainer: PluginTrainer) async {
        for task in trainer.declaration.tasks { await check(trainer, task) }
        await check("trainer \(trainer.name), no such table") { kit throws(BancadaError) in
            let context = try kit.context()
            do throws(BancadaError) {
                _ = try await trainer.fit(
                    TrainerRequest(
                        table: context.workFolder + "/missing", target: "none",
                        parameters: Self.parameters(of: trainer.declaration), seed: 1,
                        model: context.workFolder + "/model"),
                    context: context)
            } catch  where error.code == .invalidInput {
                return "refused: \(error.message)"
            }
            throw kit.host.fault("\"trainer.fit\": it learned from a table that is not there")
        }
    }

    private mutating func check(_ trainer: PluginTrainer, _ task: String) async {
        let declaration = trainer.declaration
        await check("trainer \(trainer.name), \(task)") { kit throws(BancadaError) in
            var results: [[JSON.Member]] = []
            for _ in 0..<2 {
                let context = try kit.context()
                let folder = context.workFolder + "/model"
                let metrics = try await trainer.fit(
                    TrainerRequest(
                        table: try kit.samples.dataset(), target: Self.target(of: task),
                        parameters: Self.parameters(of: declaration), seed: 1, model: folder),
                    context: context)
                results.append(metrics)
                kit.model = kit.model ?? (folder, trainer.name)
            }
            guard results[0] == results[1] else {
                throw kit.host.fault("\"trainer.fit\": two fits with one seed differ")
            }
            let text = results[0].map { "\($0.name) \($0.value.compactText)" }
            return "learned twice alike: " + text.joined(separator: ", ")
        }
    }

    private mutating func check(_ runtime: PluginRuntime) async {
        let name = "runtime \(runtime.declaration.format)"
        guard let model, runtime.recognises(folder: model.folder) else {
            checks.append(
                ConformanceCheck(name, .skipped, "no trainer of it writes such a model"))
            return
        }
        await check(name) { kit throws(BancadaError) in
            let served = try await runtime.load(folder: model.folder, name: "m", version: "1")
            guard let remote = served as? PluginServedModel else {
                throw BancadaError(.internal, "the model is none of a plugin")
            }
            let request = InferenceRequest(
                id: "7", inputs: remote.metadata.inputs.map(SampleInputs.tensor))
            let first = try await remote.answer(request)
            guard try await remote.answer(request) == first else {
                throw kit.host.fault("\"model.predict\": two answers to one request differ")
            }
            guard first.outputs.allSatisfy({ $0.shape.first == 3 }) else {
                throw kit.host.fault("\"model.predict\": three rows give other than three answers")
            }
            try await remote.unload()
            return "loaded the model of \(model.trainer), answered three rows twice alike"
        }
    }

    private static func target(of task: String?) -> String {
        task == "regression" ? SampleInputs.number : SampleInputs.classes
    }

    private static func parameters(of trainer: TrainerDeclaration) -> [JSON.Member] {
        trainer.parameters.compactMap { parameter in
            parameter.defaultValue.map { JSON.Member(parameter.name, $0) }
        }
    }

    // MARK: - Components

    private mutating func check(_ component: PluginComponent) async {
        let specification = component.specification
        await check("component \(specification.name)") { kit throws(BancadaError) in
            var results: [(values: JSON, files: [Data?])] = []
            for _ in 0..<2 {
                let context = try kit.context()
                let output = try await component.run(
                    try kit.input(of: specification, context), context: context)
                results.append(
                    (
                        .object(output.parameters),
                        output.artifacts.map { FileManager.default.contents(atPath: $0.path) }
                    ))
            }
            guard results[0].values == results[1].values, results[0].files == results[1].files
            else {
                throw kit.host.fault("\"component.run\": two runs with one seed differ")
            }
            return "ran twice alike: \(results[0].values.compactText), "
                + "\(results[0].files.count) artifacts"
        }
    }

    private func input(
        of component: ComponentSpecification, _ context: ExecutionContext
    ) throws(BancadaError) -> ExecutorInput {
        var input = ExecutorInput()
        for port in component.inputs {
            switch port.type {
            case .parameter(let type):
                let value = port.defaultValue ?? SampleInputs.value(type)
                input.parameters.append(JSON.Member(port.name, value))
            case .artifact(let type):
                input.artifacts[port.name] = [
                    try samples.artifact(type, named: port.name, model: model?.folder)
                ]
            case .any: continue
            }
        }
        for port in component.outputs {
            guard case .artifact(let type) = port.type else { continue }
            let path = context.workFolder + "/outputs/" + port.name
            input.outputArtifacts.append(
                RuntimeArtifact(name: port.name, type: type, path: path))
            try WorkPaths.makeParent(of: path)
        }
        return input
    }

    // MARK: - Samplers, objectives, readers

    private static let space = SearchSpace(dimensions: [
        .init("rate", .float(low: 1e-4, high: 1e-1, scale: .log, step: nil)),
        .init("share", .float(low: 0, high: 1, scale: .linear, step: 0.25)),
        .init("layers", .int(low: 1, high: 9, log: false, step: 2)),
        .init("kind", .categorical(["a", "b", 3])), .init("width", .discrete([16, 32, 64])),
    ])

    private mutating func check(_ declaration: SamplerDeclaration) async {
        await check("sampler \(declaration.name)") { kit throws(BancadaError) in
            let settings = declaration.settings.compactMap { setting in
                setting.defaultValue.map { JSON.Member(setting.name, $0) }
            }
            let sampler = try PluginSampler(declaration, settings: settings, host: kit.host)
            var history: [Trial] = []
            for number in 0..<6 {
                let request = SuggestRequest(
                    space: Self.space, goal: .minimize, history: history, number: number,
                    seed: 1)
                let assignment = try await sampler.suggest(request)
                guard try await sampler.suggest(request) == assignment else {
                    throw kit.host.fault(
                        "\"sampler.suggest\": two proposals for one trial and seed differ")
                }
                history.append(
                    Trial(
                        number: number, state: number == 3 ? .failed : .complete,
                        assignment: assignment, value: number == 3 ? nil : Double(number % 4),
                        startTime: Timestamp(milliseconds: 0)))
            }
            return "proposed six trials inside the space, each twice alike"
        }
    }

    private mutating func check(_ declaration: ObjectiveDeclaration) async {
        await check("objective \(declaration.name)") { kit throws(BancadaError) in
            let objective = PluginObjective(declaration, metric: "value", host: kit.host)
            let assignment = Assignment(
                declaration.parameters.map { JSON.Member($0.name, SampleInputs.value($0)) })
            var results: [[JSON.Member]] = []
            for _ in 0..<2 {
                results.append(
                    try await objective.evaluate(
                        assignment,
                        context: TrialContext(number: 0, slot: 0, execution: try kit.context())))
            }
            guard let first = results[0].first, results[0] == results[1] else {
                throw kit.host.fault(
                    "\"objective.evaluate\": no metric, or two values with one seed differ")
            }
            return "judged twice alike: \(first.name) \(first.value.compactText)"
        }
    }

    private mutating func check(_ reader: PluginReader) async {
        let name = "reader \(reader.name)"
        guard reader.reads("data.csv") else {
            checks.append(
                ConformanceCheck(name, .skipped, "the kit can make no file of its format"))
            return
        }
        await check(name) { kit throws(BancadaError) in
            let context = try kit.context()
            let rows = try await reader.read(
                try kit.samples.dataset() + "/data.csv",
                into: context.workFolder + "/dataset", context: context)
            guard rows == SampleInputs.rows else {
                throw kit.host.fault(
                    "\"reader.read\": it read \(rows) rows, the file has \(SampleInputs.rows)")
            }
            return "read \(rows) rows"
        }
    }

    // MARK: - Running

    private mutating func check(
        _ name: String, _ body: (inout CapabilityChecks) async throws(BancadaError) -> String
    ) async {
        do throws(BancadaError) {
            let detail = try await body(&self)
            checks.append(ConformanceCheck(name, .ok, detail))
        } catch  where error.code == .invalidInput {
            checks.append(
                ConformanceCheck(
                    name, .skipped, "it refused what the kit can make: \(error.message)"))
        } catch {
            checks.append(ConformanceCheck(name, .failed, error.message))
        }
    }

    private mutating func context() throws(BancadaError) -> ExecutionContext {
        folders += 1
        let folder = samples.folder + "/work-\(folders)"
        try WorkPaths.makeParent(of: folder + "/x")
        return ExecutionContext(
            run: run, task: "check", workFolder: folder, logPath: folder + "/log", seed: 1,
            cancellation: Cancellation(), groups: UnrecordedProcessGroups())
    }
}
