import ArgumentParser
import Components
import Documents
import Foundation
import Tuning
import Workbench

/// `bancada tune`
struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Search the best parameters of a training, a program, a pipeline or a plugin.",
        discussion: """
            A study file says what to search and what to evaluate. Without one, the settings
            of an algorithm are searched by cross-validation on --data.

            A study of the same name and content goes on where it was left. With --parallel P
            trial n is proposed from the trials before n-P+1 alone, so that the study repeats;
            --async gives that up and never lets a place wait. Ctrl-C lets running trials end,
            a second one ends them.

            EXAMPLES:
              bancada tune studies/curve.yaml --trials 50 --parallel 2
              bancada tune --data data/penguins.csv --target species --algorithm mlp,logistic
            """)

    @Argument(help: ArgumentHelp("The study's file.", valueName: "study.yaml"))
    var study: String?

    @OptionGroup var training: SearchedTraining

    @OptionGroup var options: StudyOptions
    @OptionGroup var places: PluginOptions

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if study == nil, training.data == nil {
            throw ValidationError("Give a study file, or --data and --target.")
        }
        if study != nil, let flag = training.given.first {
            throw ValidationError("\(flag) belongs to a study without a file; give one of them.")
        }
    }

    func run() async throws {
        var (specification, folder) = try read()
        try options.apply(to: &specification)
        let progress = TerminalProgress(console: global.console)
        // Also before an error is told.
        defer { progress.clear() }
        let display = StudyDisplay(
            console: global.console, progress: progress, trials: specification.trials)
        let surroundings = StudyOperation.Surroundings(
            folder: folder, environment: ProcessEnvironment.inherited,
            threads: try Threads.count(), loader: try Loading.loader(progress),
            experiment: options.experiment)
        let began = ContinuousClock.now
        let result = try await execute(specification, surroundings, display)
        progress.clear()
        let seconds = (ContinuousClock.now - began).inSeconds
        if global.json {
            global.console.print(StudyDocument.result(result, seconds: seconds))
        } else {
            global.console.print(StudyDocument.text(result, seconds: seconds))
        }
        try Self.check(result)
    }

    private func execute(
        _ specification: StudySpecification, _ surroundings: StudyOperation.Surroundings,
        _ display: StudyDisplay
    ) async throws -> StudyResult {
        try await RunStops.listening(global.console) { stops in
            guard try needsExtensions(specification) else {
                let operation = StudyOperation(specification, surroundings: surroundings)
                return try await OpenWorkspace.writing(
                    global,
                    when: { open in
                        try await operation.run(observer: display, stops: stops, open: open)
                    })
            }
            return try await OpenWorkspace.writing(global) { workspace in
                try await WorkspaceCatalog.using(workspace, plugins: places.plugin, global) {
                    catalog in
                    var surroundings = surroundings
                    surroundings.extensions = catalog.extensions
                    let pipelines = PipelineStudy(workspace: workspace, catalog: catalog)
                    surroundings.objectives.pipeline = {
                        use, study, folder throws(BancadaError) in
                        try await pipelines.objective(use, of: study, folder: folder)
                    }
                    return try await StudyOperation(specification, surroundings: surroundings)
                        .run(observer: display, stops: stops, open: { workspace.services })
                }
            }
        }
    }

    /// Whether the study needs plugins or pipelines; names that no plugin has are refused.
    private func needsExtensions(
        _ specification: StudySpecification
    ) throws(BancadaError) -> Bool {
        var needs = false
        if !SamplerCatalogue.names.contains(specification.sampler.name) {
            try Extensions(PluginPlaces.catalog(places.plugin, global))
                .checkSampler(specification.sampler.name, at: specification.sampler.place)
            needs = true
        }
        switch specification.evaluation {
        case .plugin(let name):
            _ = try Extensions(PluginPlaces.catalog(places.plugin, global))
                .objectiveDeclaration(named: name)
            return true
        case .pipeline: return true
        default: return needs
        }
    }

    private func read() throws(BancadaError) -> (StudySpecification, folder: String) {
        let current = FileManager.default.currentDirectoryPath
        guard let study else {
            guard let specification = try training.study(folder: current) else {
                throw BancadaError(.invalidInput, "there is nothing to search")
            }
            return (specification, current)
        }
        guard let data = FileManager.default.contents(atPath: study) else {
            throw BancadaError(
                .notFound, "cannot read the study file \"\(study)\"",
                hint: "check that the file exists and can be read")
        }
        let node = try YAMLParser.parse([UInt8](data), document: study)
        let url = URL(fileURLWithPath: study).standardizedFileURL
        let specification = try StudySpecification(
            node, document: study, name: url.deletingPathExtension().lastPathComponent)
        return (specification, url.deletingLastPathComponent().path)
    }

    /// What ends a study without a result is told by the exit code.
    private static func check(_ result: StudyResult) throws(BancadaError) {
        let name = result.study.name
        switch result.end {
        case .cancelled:
            throw BancadaError(
                .cancelled, "study \"\(name)\" was stopped after \(result.trials.count) trials",
                hint: "give the same command again to go on")
        case .failures:
            throw BancadaError(
                .failed,
                "\(result.failed) trials of study \"\(name)\" failed"
                    + failure(of: result),
                hint: "see them with 'bancada studies show \(name)'")
        case .trials, .target, .timeBudget:
            guard result.completed == 0 else { return }
            throw BancadaError(
                .failed, "no trial of study \"\(name)\" was completed" + failure(of: result),
                hint: "see them with 'bancada studies show \(name)'")
        }
    }

    private static func failure(of result: StudyResult) -> String {
        let first = result.trials.first { $0.state == .failed }
        return first?.message.map { "; the first: \($0)" } ?? ""
    }
}

/// The variables that programs of ours inherit.
enum ProcessEnvironment {
    /// This process's variables when it started, ordered by name.
    static let inherited: [(name: String, value: String)] =
        ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }
        .map { (name: $0.key, value: $0.value) }
}
