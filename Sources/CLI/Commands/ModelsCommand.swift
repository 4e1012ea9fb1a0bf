import ArgumentParser
import Components
import Documents
import Workbench

/// `bancada models`
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List and search registered models, show, register, alias, tag or export them.",
        discussion: """
            EXAMPLES:
              bancada models list
              bancada models show penguins
              bancada models alias penguins champion 2
              bancada models export models:/penguins@champion out/penguins
            """,
        subcommands: [
            ModelsList.self, ModelsSearch.self, ModelsShow.self, ModelsVersions.self,
            ModelsRegister.self, ModelsAlias.self, ModelsTag.self, ModelsStage.self,
            ModelsExport.self, ModelsDelete.self,
        ],
        defaultSubcommand: ModelsList.self)
}

/// `bancada models list`
struct ModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List registered models by name.")

    @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 1000.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.reading(global) { workspace in
            let page = try await workspace.services.registry.models(
                RegistryQuery(filter: Filter().hidingPrompts), limit: limit, after: nil)
            ModelDocument.print(page, global)
        }
    }
}

/// `bancada models show`
struct ModelsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a registered model and its versions, or one version and its lineage.")

    @Argument(
        help: """
            A model's name, or models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/STAGE, \
            models:/NAME/latest, runs:/RUN/PATH.
            """)
    var model: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.readingModels(global) { workspace in
            let isLogged = model.removingPrefix("models:/").flatMap { LoggedModelID($0) } != nil
            if isLogged || model.hasPrefix("runs:/") {
                return try await show(try await workspace.modelURI(model), workspace)
            }
            let named = try NamedModel(parsing: model)
            if let version = named.version {
                try await show(version, workspace)
            } else {
                try await showModel(named.name, workspace)
            }
        }
    }

    private func showModel(_ name: String, _ workspace: OpenWorkspace) async throws {
        let entry = try await workspace.model(named: name)
        let versions = try await workspace.services.registry.versions(ofModel: name)
        if global.json {
            let list = JSON.array(versions.map(ModelDocument.version))
            global.console.print(
                JSON.object(ModelDocument.model(entry) + [.init("versions", list)]))
        } else {
            global.console.print(ModelDocument.text(entry, versions))
        }
    }

    private func show(_ uri: ModelURI, _ workspace: OpenWorkspace) async throws {
        _ = try await registered(uri, workspace)
        let details = try await ModelDetails(of: uri, workspace)
        if global.json {
            global.console.print(details.json)
        } else {
            global.console.print(details.text)
        }
    }

    /// The entry that a URI names, for its error with the nearest name.
    private func registered(
        _ uri: ModelURI, _ workspace: OpenWorkspace
    ) async throws(BancadaError) -> RegisteredModel? {
        switch uri {
        case .alias(let name, _), .version(let name, _), .stage(let name, _):
            try await workspace.model(named: name)
        case .logged, .run, .path: nil
        }
    }
}

/// `bancada models register`
struct ModelsRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Add a model of a run, or a model folder, to the registry as a new version.")

    @Argument(help: "runs:/RUN/PATH, models:/NAME/VERSION, or a model folder.")
    var source: String

    @Option(help: "The registered model's name.")
    var name: String

    @Option(help: "An alias to move to the new version, such as champion.")
    var alias: String?

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        // What is refused leaves no workspace behind; a URI that cannot be read is refused below.
        if case .path(let path)? = try? ModelURI(parsing: source) {
            _ = try ModelScope.folder(path)
        }
        try await OpenWorkspace.writing(global) { workspace in
            let uri = try await workspace.modelURI(source)
            let version = try await Registration.register(
                uri, name: name, aliases: alias.map { [$0] } ?? [], services: workspace.services,
                models: ModelLoader(Extensions(try PluginPlaces.catalog(places.plugin, global))))
            if global.json {
                global.console.print(ModelDocument.version(version))
            } else {
                global.console.print("registered \(version.uri) from \(version.source)")
            }
        }
    }
}

/// `bancada models alias`
struct ModelsAlias: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias", abstract: "Point an alias at a version, or delete it.",
        discussion: """
            EXAMPLES:
              bancada models alias penguins champion 2
              bancada models alias models:/penguins/2 champion
              bancada models alias penguins champion --delete
            """)

    @Argument(help: ArgumentHelp(NamedModel.help, valueName: "name"))
    var model: String

    @Argument(help: "The alias, such as champion.")
    var alias: String

    @Argument(help: "The version to point at.")
    var version: Int?

    @Flag(help: "Delete the alias instead.")
    var delete = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let hasVersion = version != nil || NamedModel.namesVersion(model)
        if delete == hasVersion {
            throw ValidationError("Give either a version or --delete.")
        }
    }

    func run() async throws {
        try await OpenWorkspace.changing(global) { workspace in
            let registry = workspace.services.registry
            let (known, version) = try await workspace.version(self.version, of: model)
            let name = known.name
            if let version {
                try await registry.setAlias(alias, version: version, ofModel: name)
            } else {
                guard known.aliases.contains(where: { $0.alias == alias }) else {
                    throw BancadaError(
                        .notFound, "registered model \"\(name)\" has no alias \"\(alias)\"",
                        hint: "list its aliases with 'bancada models show \(name)'")
                }
                try await registry.deleteAlias(alias, ofModel: name)
            }
            let entry = try await registry.model(named: name)
            if global.json {
                global.console.print(JSON.object(ModelDocument.model(entry)))
            } else if let version {
                global.console.print("models:/\(name)@\(alias) is now version \(version)")
            } else {
                global.console.print("models:/\(name)@\(alias) is deleted")
            }
        }
    }
}

/// `bancada models export`
struct ModelsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy a model's folder out of the workspace.")

    @Argument(
        help: """
            models:/NAME/VERSION, models:/NAME@ALIAS, models:/NAME/STAGE, models:/NAME/latest \
            or runs:/RUN/PATH.
            """)
    var model: String

    @Argument(help: ArgumentHelp("The folder to create.", valueName: "dir"))
    var directory: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        // A URI that cannot be read is refused below.
        if case .path(let path)? = try? ModelURI(parsing: model) {
            throw BancadaError(
                .invalidInput, "\"\(path)\" is not a model of the workspace",
                hint: NamedModel.hint(path)
                    ?? "write models:/NAME/VERSION, models:/NAME@ALIAS or runs:/RUN/PATH")
        }
        try await OpenWorkspace.readingModels(global) { workspace in
            let uri = try await workspace.modelURI(model)
            let digest = try await workspace.resolver.digest(of: uri)
            try await workspace.services.artifacts.copy(digest, to: directory)
            if global.json {
                global.console.print(
                    ["path": .string(directory), "digest": .string(digest.hex)] as JSON)
            } else {
                global.console.print("exported \(uri) to \(directory)")
            }
        }
    }
}

/// `bancada models delete`
struct ModelsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a registered model, or one version of it.")

    @Argument(help: ArgumentHelp(NamedModel.help, valueName: "name"))
    var model: String

    @Option(help: "Only this version; its number is never used again.")
    var version: Int?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.changing(global) { workspace in
            let registry = workspace.services.registry
            let (entry, version) = try await workspace.version(self.version, of: model)
            let name = entry.name
            if let version {
                try await registry.deleteVersion(
                    version, ofModel: name, at: workspace.services.clock.now())
            } else {
                try await registry.deleteModel(named: name)
            }
            if global.json {
                global.console.print(
                    ["deleted": .string(name), "version": version.map { JSON($0) } ?? .null]
                        as JSON)
            } else {
                global.console.print("deleted \(version.map { "models:/\(name)/\($0)" } ?? name)")
            }
        }
    }
}
