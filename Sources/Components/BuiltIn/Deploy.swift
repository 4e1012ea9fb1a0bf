import Documents
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Deploy.self) }

/// `deploy`: a registered version is loaded as the server does, tried, and given the alias that is
/// served.
package struct Deploy: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "deploy", version: "1",
        description:
            "Tries a model version and moves an alias to it, so that 'bancada up' serves it.",
        inputs: [
            InputSpecification(
                "uri", .parameter(.string), isOptional: true,
                description: "a registered version, such as register's uri"),
            InputSpecification(
                "model", .artifact(.model), isOptional: true,
                description: "instead of a uri: a model, which is registered first"),
            InputSpecification(
                "name", .parameter(.string), isOptional: true,
                description: "the name to register the model under"),
            InputSpecification(
                "alias", .parameter(.string), defaultValue: "champion",
                description: "the alias; champion answers where no version is named"),
        ],
        outputs: [
            OutputSpecification("uri", .parameter(.string), description: "models:/NAME/VERSION"),
            OutputSpecification("version", .parameter(.integer), description: "its number"),
            OutputSpecification(
                "endpoint", .parameter(.string), description: "the path that answers for it"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// The alias still points at the version.
    package func stillHolds(
        _ outputs: [JSON.Member], for input: ExecutorInput
    ) async throws(BancadaError) -> Bool {
        let arguments = ComponentArguments(input, of: specification)
        guard case .string(let uri)? = outputs.first(where: { $0.name == "uri" })?.value,
            case .version(let name, let number) = try ModelURI(parsing: uri),
            let version = try await tools.services.registry.existing(number, of: name)
        else { return false }
        return version.aliases.contains(try arguments.string("alias"))
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let alias = try arguments.string("alias")
        try TrackingRules.checkAlias(alias)
        let version = try await version(arguments, context)
        let name = version.name
        let model = try await ModelResolver(tools.services).resolve(
            .version(name: name, version: version.version))
        let served = try await tools.models.serve(
            model.folder, name: name, version: model.version)
        try await ReadinessProbe.check(served)
        try context.cancellation.check()
        try await tools.services.registry.setAlias(alias, version: version.version, ofModel: name)
        tools.log("models:/\(name)@\(alias) is now version \(version.version)", context)
        let isPreferred = alias == "champion"
        return ExecutorOutput(parameters: [
            .init("uri", .string(version.uri)), .init("version", JSON(version.version)),
            .init("endpoint", .string(tools.endpoint(name, isPreferred ? nil : version.version))),
        ])
    }

    /// The version that is named, or that the model becomes.
    private func version(
        _ arguments: ComponentArguments, _ context: ExecutionContext
    ) async throws(BancadaError) -> ModelVersion {
        let uri = try arguments.optionalString("uri")
        let model = try arguments.optionalArtifact("model")
        switch (uri, model) {
        case (let uri?, nil):
            guard try arguments.optionalString("name") == nil else {
                throw arguments.invalid("name", "goes with a model, not with a uri")
            }
            switch try ModelURI(parsing: uri) {
            case .version(let name, let version):
                return try await tools.services.registry.version(version, ofModel: name)
            case .alias(let name, let alias):
                return try await tools.services.registry.version(alias: alias, ofModel: name)
            case .stage(let name, let stage):
                return try await tools.services.registry.version(stage: stage, ofModel: name)
            case .run, .logged, .path:
                throw arguments.invalid(
                    "uri", "is \"\(uri)\", expected a registered model",
                    hint: "register it first, or give 'model' and 'name'")
            }
        case (nil, let model?):
            return try await Registration.register(
                model, name: try arguments.string("name"), aliases: [], run: context.run,
                services: tools.services, models: tools.models)
        default:
            throw arguments.invalid(
                "uri", uri == nil ? "is missing, and there is no model" : "is there beside a model",
                hint: "give either 'uri', or 'model' and 'name'")
        }
    }
}
