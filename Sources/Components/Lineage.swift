package import Workbench

/// The way back from a model to the bytes it was trained on.
package struct Lineage: Sendable {
    /// The version in the registry, where there is one.
    package let model: ModelVersion?
    /// The run that made the model.
    package let run: Run
    /// What the run read.
    package let inputs: [RunInput]
    /// What everything was made from: the artifacts that no run of the workspace made from others.
    package let origins: [RunInput]

    /// The most runs that are followed.
    private static let limit = 1000

    /// Follows a model to its run, the run to its inputs, and those to where they came from.
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
        return try await trace(id, registered: model.registered, services: services)
    }

    /// Follows a run that made a model to its inputs, and those to where they came from.
    ///
    /// - Throws: `notFound` when the run is gone.
    package static func trace(
        _ id: RunID, registered: ModelVersion?, services: Services
    ) async throws(BancadaError) -> Lineage {
        var run = try await services.runs.run(id)
        var inputs = try await services.artifacts.inputs(of: id)
        // A run that only registered the model read it: another run made it.
        if let read = inputs.first(where: {
            $0.artifact.content.digest == registered?.content?.digest
        }), let maker = read.artifact.producer, maker != id {
            run = try await services.runs.run(maker)
            inputs = try await services.artifacts.inputs(of: maker)
        }
        return Lineage(
            model: registered, run: run, inputs: inputs,
            origins: try await origins(of: inputs, services))
    }

    private static func origins(
        of inputs: [RunInput], _ services: Services
    ) async throws(BancadaError) -> [RunInput] {
        var origins: [RunInput] = []
        var queue = inputs
        var seen: Set<ArtifactID> = []
        var next = 0
        while next < queue.count, next < limit {
            let input = queue[next]
            next += 1
            guard seen.insert(input.artifact.id).inserted else { continue }
            var earlier: [RunInput] = []
            if let producer = input.artifact.producer {
                earlier = try await services.artifacts.inputs(of: producer)
            }
            if earlier.isEmpty { origins.append(input) } else { queue += earlier }
        }
        return origins
    }
}
