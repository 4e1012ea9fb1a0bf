import Documents
package import Workbench

/// A component that a plugin provides.
///
/// The plugin is given paths only. What it writes must be at the paths it was given or inside the
/// work folder, and no link may lead out of it.
package struct PluginComponent: Component {
    package let specification: ComponentSpecification
    private let host: PluginHost

    /// The component that `specification` declares, executed by the plugin of `host`.
    package init(_ specification: ComponentSpecification, host: PluginHost) {
        self.specification = specification
        self.host = host
    }

    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        try PluginFingerprint.json(of: host.manifest)
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let observer = ExecutionObserver(context, label: specification.name)
        for artifact in input.outputArtifacts { try WorkPaths.makeParent(of: artifact.path) }
        // Values come back in the answer: there are no files to write them to.
        var sent = input
        sent.outputParameters = []
        sent.outputFile = ""
        let call = ComponentRunCall(
            component: specification.name, input: sent, work: context.workFolder,
            seed: context.seed)
        var output = try await host.answer(
            call, PluginCallContext(context, observer: observer))
        try check(output.parameters)
        output.artifacts = try artifacts(output.artifacts, input: input, context: context)
        for metric in await observer.metrics
        where !output.metrics.contains(where: { $0.key == metric.key }) {
            output.metrics.append(metric)
        }
        return output
    }

    private func check(_ parameters: [JSON.Member]) throws(BancadaError) {
        let outputs = specification.outputs
        for member in parameters {
            guard let output = specification.output(member.name),
                case .parameter(let type) = output.type
            else {
                let near = NearestName.of(member.name, among: outputs.map(\.name))
                throw fault(
                    "gave a value \"\(member.name)\", which is none of its output parameters"
                        + (near.map { ", nearest is \"\($0)\"" } ?? ""))
            }
            guard type.accepts(member.value) || (output.isOptional && member.value == .null)
            else {
                throw fault(
                    "gave \(member.value.compactText) as \"\(member.name)\", expected "
                        + type.word)
            }
        }
        for output in outputs where !output.isOptional {
            guard case .parameter = output.type else { continue }
            if !parameters.contains(where: { $0.name == output.name }) {
                throw fault("gave no value \"\(output.name)\"")
            }
        }
    }

    private func artifacts(
        _ written: [RuntimeArtifact], input: ExecutorInput, context: ExecutionContext
    ) throws(BancadaError) -> [RuntimeArtifact] {
        var result: [RuntimeArtifact] = []
        for asked in input.outputArtifacts {
            let artifact = written.first { $0.name == asked.name }
            guard artifact != nil || WorkPaths.exists(asked.path) else {
                if specification.output(asked.name)?.isOptional == true { continue }
                throw fault("wrote no \"\(asked.name)\"")
            }
            let path = artifact?.path ?? asked.path
            if let wrong = WorkPaths.fault(
                of: path, asked: asked.path, work: context.workFolder)
            {
                throw fault("wrote \"\(asked.name)\" wrongly: \(wrong)")
            }
            result.append(artifact ?? asked)
        }
        return result
    }

    private func fault(_ what: String) -> BancadaError {
        host.fault("\"component.run\": component \"\(specification.name)\" \(what)")
    }
}
