import Documents
import LinearAlgebra
import Plugins
import Tabular
import Training
import Tuning
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Tune.self) }

/// `tune`: searches algorithm and settings by cross-validation, and trains the best on all rows.
///
/// The search is a study of the workspace, named for the pipeline's run and the task: a search that
/// was killed goes on where it was.
package struct Tune: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "tune", version: "1",
        description: "Searches the best algorithm and settings, and trains a model with them.",
        inputs: [
            InputSpecification("table", .artifact(.dataset), description: "the training rows"),
            InputSpecification(
                "target", .parameter(.string), description: "the column to learn"),
            InputSpecification(
                "algorithms", .parameter(.list), isOptional: true,
                description: "the algorithms to choose from; by default what the target asks for"),
            InputSpecification(
                "settings", .parameter(.object), isOptional: true,
                description: "settings that are not searched"),
            InputSpecification(
                "trials", .parameter(.integer), defaultValue: 40, description: "how many trials"),
            InputSpecification(
                "folds", .parameter(.integer), defaultValue: 5,
                description: "folds of each trial's cross-validation"),
            InputSpecification(
                "metric", .parameter(.string), isOptional: true,
                description: "what is searched; by default accuracy or rmse"),
            InputSpecification(
                "goal", .parameter(.string), isOptional: true,
                description: "maximize or minimize; by default as the metric is better"),
            InputSpecification(
                "sampler", .parameter(.string), defaultValue: "tpe",
                description: "how trials are proposed"),
            InputSpecification(
                "parallel", .parameter(.integer), defaultValue: 1,
                description: "trials at the same time"),
            InputSpecification(
                "seed", .parameter(.integer), isOptional: true,
                description: "what everything random is made from; by default the run's seed"),
        ],
        outputs: [
            OutputSpecification(
                "model", .artifact(.model), description: "the best, trained on all rows"),
            OutputSpecification(
                "algorithm", .parameter(.string), description: "the best algorithm"),
            OutputSpecification(
                "parameters", .parameter(.object), description: "its settings"),
            OutputSpecification(
                "value", .parameter(.number), description: "the best trial's metric"),
            OutputSpecification("trials", .parameter(.integer), description: "complete trials"),
            OutputSpecification("study", .parameter(.string), description: "the study's name"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// What of a plugin decides the proposals of its sampler.
    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        let name = try ComponentArguments(input, of: specification).string("sampler")
        let sampler = try tools.extensions.sampler(named: name, settings: [])
        return try (sampler as? PluginSampler)?.fingerprint()
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let seed = try arguments.seed(context)
        let table = try DatasetFolder.read(
            arguments.artifact("table"), tools: tools, context: context)
        let training = StudySpecification.Training(
            data: "the task's table", target: try arguments.string("target"),
            algorithms: try arguments.strings("algorithms"),
            folds: try arguments.integer("folds") ?? 5, settings: try settings(arguments))
        let trial = try TrainObjective(
            training, table: table, given: nil, objective: try objective(arguments))
        let search = trial.metric
        let owner = try await tools.services.runs.run(context.run).parent ?? context.run
        var specification = StudySpecification(
            name: "\(owner.text.prefix(8))-\(context.task.replacing("/", with: "."))",
            objective: search, trials: try arguments.integer("trials") ?? 40,
            parallel: try arguments.integer("parallel") ?? 1, space: nil,
            evaluation: .train(training))
        specification.sampler = .init(name: try arguments.string("sampler"), seed: seed)
        try Self.check(specification, arguments)
        let stops = PipelineRunner.Stops()
        let unlink = context.cancellation.onRequest {
            stops.drain.request()
            stops.kill.request()
        }
        defer { unlink() }
        let result = try await StudyRunner(
            services: tools.services,
            observer: StudyProgress(
                trials: specification.trials, metric: search.metric, tools: tools,
                context: context), extensions: tools.extensions
        ).run(
            StudyRequest(
                specification: specification, space: trial.searchSpace, objective: search,
                parent: context.run, threads: context.threads), objective: trial, stops: stops)
        try context.cancellation.check()
        guard let best = result.best, let value = best.value else {
            throw BancadaError(
                .failed, "none of the \(result.trials.count) trials was completed",
                hint: "see why with 'bancada studies show \(result.study.name)'")
        }
        return try await finish(
            arguments, training, trial, table, seed, context,
            Found(best: best, value: value, result: result))
    }

    /// What the search found.
    private struct Found {
        let best: Trial
        let value: Double
        let result: StudyResult
    }

    private func finish(
        _ arguments: ComponentArguments, _ training: StudySpecification.Training,
        _ trial: TrainObjective, _ table: Table, _ seed: UInt64, _ context: ExecutionContext,
        _ found: Found
    ) async throws(BancadaError) -> ExecutorOutput {
        let (algorithm, settings) = try trial.chosen(found.best.assignment)
        var plan = TrainingPlan(target: training.target, task: trial.task, algorithm: algorithm)
        plan.assignments = settings.map { "\($0.name)=\($0.value.plainText)" }
        let model = try ModelTrainer.fit(
            table, plan: plan,
            context: FitContext(
                seed: seed, parallel: Parallel(threads: context.threads),
                progress: context.progress,
                isCancelled: { context.cancellation.isRequested }))
        let path = try arguments.output("model")
        try model.write(to: path)
        let metric = found.result.study.objective.metric
        return ExecutorOutput(
            parameters: [
                .init("algorithm", .string(algorithm.rawValue)),
                .init("parameters", .object(settings)), .init("value", .number(found.value)),
                .init("trials", JSON(found.result.completed)),
                .init("study", .string(found.result.study.name)),
            ],
            artifacts: [
                RuntimeArtifact(
                    name: "model", type: .model, path: path,
                    metadata: [
                        .init("algorithm", .string(algorithm.rawValue)),
                        .init(metric, .number(found.value)),
                    ])
            ], metrics: [("best_\(metric)", found.value)])
    }

    private func settings(_ arguments: ComponentArguments) throws(BancadaError) -> [JSON.Member] {
        guard case .object(let members)? = try arguments.object("settings")?.json else { return [] }
        return members
    }

    /// What is searched; nil is what the target asks for.
    private func objective(
        _ arguments: ComponentArguments
    ) throws(BancadaError) -> StudyObjective? {
        let word = try arguments.optionalString("goal")
        guard let metric = try arguments.optionalString("metric") else {
            if word != nil { throw arguments.invalid("goal", "needs a metric beside it") }
            return nil
        }
        guard let word else {
            return StudyObjective(metric: metric, goal: TrainObjective.goal(of: metric))
        }
        guard let goal = Goal(rawValue: word) else {
            throw arguments.invalid("goal", "is \"\(word)\", expected maximize or minimize")
        }
        return StudyObjective(metric: metric, goal: goal)
    }

    private static func check(
        _ specification: StudySpecification, _ arguments: ComponentArguments
    ) throws(BancadaError) {
        guard (1...StudySpecification.maximumTrials).contains(specification.trials) else {
            throw arguments.invalid("trials", "is \(specification.trials), expected 1 or more")
        }
        guard (1...StudySpecification.maximumParallel).contains(specification.parallel) else {
            throw arguments.invalid(
                "parallel",
                "is \(specification.parallel), expected 1 to "
                    + "\(StudySpecification.maximumParallel)")
        }
    }
}

/// Tells a task's log and progress how a study goes.
private struct StudyProgress: StudyObserver {
    let trials: Int
    let metric: String
    let tools: ComponentTools
    let context: ExecutionContext

    func began(_ study: Study, earlier: Int) {
        let rest = earlier > 0 ? ", \(earlier) are known already" : ""
        tools.log("study \(study.name): \(trials) trials\(rest)", context)
    }

    func started(_ trial: Trial) {}

    func ended(_ trial: Trial, best: Trial?, finished: Int) {
        context.progress.progress("trials", done: finished, total: trials)
        let outcome = trial.value.map { "\(metric) \($0)" } ?? trial.message ?? "failed"
        let mark = best?.number == trial.number ? "  best so far" : ""
        tools.log(
            "trial \(trial.number): \(outcome)  \(trial.assignment.json.compactText)\(mark)",
            context)
    }
}
