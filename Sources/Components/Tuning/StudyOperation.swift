import Executors
import Tabular
package import Tuning
package import Workbench

/// Executes a study file: makes the objective that it names and runs the study.
///
/// Everything that can be wrong with file and data is found before the workspace is touched.
package struct StudyOperation: Sendable {
    private let specification: StudySpecification
    private let surroundings: Surroundings

    /// What surrounds a study.
    package struct Surroundings: Sendable {
        /// The folder that its paths are relative to, absolute.
        package var folder: String
        /// The variables that its programs inherit.
        package var environment: [(name: String, value: String)]
        /// The experiment's name; nil is `Default`.
        package var experiment: String?
        /// The run that started the study.
        package var parent: RunID?
        /// How many threads all trials together may use.
        package var threads: Int
        /// Reads tables.
        package var loader: DataLoader
        /// Makes the objectives that are made elsewhere.
        package var objectives: ObjectiveFactories
        /// What plugins add.
        package var extensions: Extensions

        /// The surroundings of a study.
        package init(
            folder: String, environment: [(name: String, value: String)], threads: Int,
            loader: DataLoader, experiment: String? = nil, parent: RunID? = nil,
            objectives: ObjectiveFactories = ObjectiveFactories(), extensions: Extensions = .none
        ) {
            self.folder = folder
            self.environment = environment
            self.threads = threads
            self.loader = loader
            self.experiment = experiment
            self.parent = parent
            self.objectives = objectives
            self.extensions = extensions
        }
    }

    /// Makes the objectives of pipelines; without one, such studies are refused.
    package struct ObjectiveFactories: Sendable {
        /// The objective of a pipeline, given the use, the study and its folder.
        package var pipeline:
            (
                @Sendable (
                    StudySpecification.PipelineUse, StudySpecification, String
                ) async throws(BancadaError) -> any Objective
            )?

        /// No factories.
        package init() {}
    }

    /// A study that has not begun.
    package init(_ specification: StudySpecification, surroundings: Surroundings) {
        self.specification = specification
        self.surroundings = surroundings
    }

    /// Runs the study.
    ///
    /// - Parameters:
    ///   - observer: hears how it goes.
    ///   - stops: asks it to end.
    ///   - open: opens the workspace; for files only when the input is known to be good.
    /// - Throws: as `StudyRunner.run`, and what is wrong with data and settings.
    package func run(
        observer: any StudyObserver, stops: PipelineRunner.Stops,
        open: () async throws -> Services
    ) async throws -> StudyResult {
        try TrackingRules.checkName(specification.name, of: "study")
        try surroundings.extensions.checkSampler(
            specification.sampler.name, at: specification.sampler.place)
        let early = isDataset ? try await open() : nil
        let prepared = try await prepare(early)
        let services: Services
        if let early { services = early } else { services = try await open() }
        var request = StudyRequest(
            specification: specification, space: prepared.space, objective: prepared.metric,
            experiment: surroundings.experiment, parent: surroundings.parent,
            threads: surroundings.threads)
        request.input = prepared.data.map { ($0, surroundings.loader) }
        let runner = StudyRunner(
            services: services, observer: observer, extensions: surroundings.extensions)
        do {
            let result = try await runner.run(
                request, objective: prepared.objective, stops: stops)
            await prepared.close()
            return result
        } catch {
            await prepared.close()
            throw error
        }
    }

    private struct Prepared: Sendable {
        let objective: any Objective
        let space: SearchSpace
        let metric: StudyObjective
        var data: LoadedData?
        var close: @Sendable () async -> Void = {}
    }

    private var isDataset: Bool {
        if case .train(let training) = specification.evaluation {
            return training.data.hasPrefix("dataset:")
        }
        return false
    }

    private func prepare(_ services: Services?) async throws(BancadaError) -> Prepared {
        switch specification.evaluation {
        case .train(let training): return try await prepare(training, services)
        case .command(let words):
            let objective = CommandObjective(
                words, study: specification.name, folder: surroundings.folder,
                environment: surroundings.environment)
            return Prepared(objective: objective, space: try space(), metric: try metric())
        case .evaluator(let words):
            let objective = EvaluatorObjective(
                words, study: specification.name, metric: try metric().metric,
                folder: surroundings.folder, environment: surroundings.environment)
            return Prepared(
                objective: objective, space: try space(), metric: try metric(),
                close: { await objective.close() })
        case .pipeline(let use):
            guard let make = surroundings.objectives.pipeline else {
                throw BancadaError(
                    .unsupported, "studies that evaluate a pipeline cannot be executed here",
                    hint: "run the study with 'bancada tune'")
            }
            return Prepared(
                objective: try await make(use, specification, surroundings.folder),
                space: try space(), metric: try metric())
        case .plugin(let name):
            let (space, metric) = (try space(), try metric())
            return Prepared(
                objective: try surroundings.extensions.objective(
                    named: name, metric: metric.metric, space: space),
                space: space, metric: metric)
        }
    }

    private func prepare(
        _ training: StudySpecification.Training, _ services: Services?
    ) async throws(BancadaError) -> Prepared {
        var path = training.data
        if !path.hasPrefix("dataset:"), !path.hasPrefix("/") {
            path = surroundings.folder + "/" + path
        }
        let data = try await surroundings.loader.load(
            DataReference(parsing: path), services: services)
        let objective = try TrainObjective(
            training, table: data.table, given: specification.space,
            objective: specification.objective)
        return Prepared(
            objective: objective, space: objective.searchSpace, metric: objective.metric,
            data: data)
    }

    private func space() throws(BancadaError) -> SearchSpace {
        guard let space = specification.space else {
            throw BancadaError(.invalidInput, "the study has no parameters to search")
        }
        return space
    }

    private func metric() throws(BancadaError) -> StudyObjective {
        guard let metric = specification.objective else {
            throw BancadaError(.invalidInput, "the study has no objective")
        }
        return metric
    }
}
