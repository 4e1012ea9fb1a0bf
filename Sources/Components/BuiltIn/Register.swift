package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Register.self) }

/// `register`: a model becomes the next version of a registered model.
///
/// A version that is still there is not made again; it may be run again after a crash: the version that the same run made of the same bytes is
/// found, and only its aliases are moved again.
package struct Register: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "register", version: "1",
        description: "Adds a model to the registry as the next version of a name.",
        inputs: [
            InputSpecification("model", .artifact(.model), description: "the model"),
            InputSpecification(
                "name", .parameter(.string), description: "the registered model's name"),
            InputSpecification(
                "aliases", .parameter(.list), isOptional: true,
                description: "aliases that move to the new version"),
        ],
        outputs: [
            OutputSpecification("version", .parameter(.integer), description: "its number"),
            OutputSpecification("uri", .parameter(.string), description: "models:/NAME/VERSION"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// The version is still there, has these bytes and the aliases.
    package func stillHolds(
        _ outputs: [JSON.Member], for input: ExecutorInput
    ) async throws(BancadaError) -> Bool {
        let arguments = ComponentArguments(input, of: specification)
        let name = try arguments.string("name")
        guard case .integer(let number)? = outputs.first(where: { $0.name == "version" })?.value,
            let version = try await tools.services.registry.existing(Int(number), of: name)
        else { return false }
        let digest = try arguments.artifact("model").digest
        let aliases = try arguments.strings("aliases")
        return version.content?.digest == digest && aliases.allSatisfy(version.aliases.contains)
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let version = try await Registration.register(
            try arguments.artifact("model"), name: try arguments.string("name"),
            aliases: try arguments.strings("aliases"), run: context.run,
            services: tools.services, models: tools.models)
        tools.log("the model is \(version.uri)", context)
        return ExecutorOutput(parameters: [
            .init("version", JSON(version.version)), .init("uri", .string(version.uri)),
        ])
    }
}
