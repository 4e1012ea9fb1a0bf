import Components
import Documents
import Pipelines
import Tuning
import Workbench

/// Makes the objective of a study that runs a pipeline for every trial.
struct PipelineStudy {
    let workspace: OpenWorkspace
    let catalog: WorkspaceCatalog

    /// The objective, found to be executable: the pipeline has a parameter for everything that is
    /// searched or given, and the output.
    ///
    /// - Parameter folder: what the pipeline's file is relative to.
    /// - Throws: `notFound`; `invalidInput` naming the parameter.
    func objective(
        _ use: StudySpecification.PipelineUse, of study: StudySpecification, folder: String
    ) async throws(BancadaError) -> any Objective {
        let dimensions = study.space?.dimensions ?? []
        let path = use.file.hasPrefix("/") ? use.file : "\(folder)/\(use.file)"
        let settings = try Self.settings(use, dimensions)
        do {
            let loaded = try await PipelineLoading.load(
                path, parameters: settings,
                options: PipelineOptions(jobs: try Threads.count()), catalog: catalog)
            for dimension in dimensions where dimension.condition != nil {
                try Self.checkDefault(of: dimension.name, loaded.request.pipeline)
            }
            return try PipelineObjective(
                loaded.request, components: loaded.components, output: use.output,
                metric: study.objective?.metric ?? use.output, services: workspace.services)
        } catch let error as BancadaError {
            throw error
        } catch {
            throw BancadaError(.internal, "the pipeline \(path) cannot be read", cause: error)
        }
    }

    /// What is given, and of what is searched a first value, so that names and types are checked
    /// before any trial.
    private static func settings(
        _ use: StudySpecification.PipelineUse, _ dimensions: [SearchSpace.Dimension]
    ) throws(BancadaError) -> [String: PipelineParameters.Setting] {
        var settings: [String: PipelineParameters.Setting] = [:]
        for member in use.parameters {
            if case .string(let text) = member.value, text.contains("${{") {
                throw BancadaError(
                    .unsupported,
                    "the parameter \"\(member.name)\" of the study's pipeline is a template, "
                        + "expected a constant", hint: "search a parameter of this name instead")
            }
            settings[member.name] = .value(member.value)
        }
        for dimension in dimensions {
            let value: JSON =
                switch dimension.domain {
                case .float(let low, _, _, _): .number(low)
                case .int(let low, _, _, _): JSON(low)
                case .categorical(let choices): choices.first ?? .null
                case .discrete(let values): .number(values.first ?? 0)
                }
            guard settings.updateValue(.value(value), forKey: dimension.name) == nil else {
                throw BancadaError(
                    .invalidInput,
                    "the pipeline's parameter \"\(dimension.name)\" is both given and searched",
                    hint: "remove it from one of them")
            }
        }
        return settings
    }

    /// A parameter that is searched under a condition needs a value where it does not hold.
    private static func checkDefault(
        of name: String, _ pipeline: Pipeline
    ) throws(BancadaError) {
        let parameter = pipeline.parameters.first { $0.name == name }
        guard let parameter, parameter.defaultValue == nil else { return }
        throw BancadaError(
            .invalidInput,
            "\"\(name)\" is searched under a condition, and pipeline \"\(pipeline.name)\" has no "
                + "default for it", hint: "give the pipeline's parameter a default")
    }
}
