package import Workbench

/// The way back from a model to the bytes it was trained on.
package struct Lineage: Sendable {
    /// The version in the registry, where there is one.
    package let model: ModelVersion?
    /// The run that made the model.
    package let run: Run
    /// What the run read.
    package let inputs: [RunInput]

    /// Follows a model to its run and the run to its inputs.
    ///
    /// - Throws: `notFound` when the model names no run of this workspace.
    package static func trace(
        _ model: ResolvedModel, services: Services
    ) async throws(BancadaError) -> Lineage {
        guard let id = model.run else {
            throw BancadaError(
                .notFound, "model \(model.uri) names no run of this workspace",
                hint: "train and register it here to get its lineage")
        }
        return Lineage(
            model: model.registered, run: try await services.runs.run(id),
            inputs: try await services.artifacts.inputs(of: id))
    }
}
