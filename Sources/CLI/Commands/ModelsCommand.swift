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
                RegistryQuery(), limit: limit, after: nil)
            ModelDocument.print(page, global)
        }
    }
}

/// `bancada models show`
struct ModelsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a registered model and its versions, or one version and its lineage.")

    @Argument(help: "A model's name, or models:/NAME/VERSION, models:/NAME@ALIAS.")
    var model: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.reading(global) { workspace in
            if model.hasPrefix("models:/") {
                try await showVersion(workspace)
            } else {
                try await showModel(workspace)
            }
        }
    }

    private func showModel(_ workspace: OpenWorkspace) async throws {
        let entry = try await workspace.model(named: model)
        let versions = try await workspace.services.registry.versions(ofModel: model)
        if global.json {
            let list = JSON.array(versions.map(ModelDocument.version))
            global.console.print(
                JSON.object(ModelDocument.model(entry) + [.init("versions", list)]))
            return
        }
        var table = TextTable([
            ("version", .right), ("aliases", .left), ("run", .left), ("digest", .left),
            ("created", .left),
        ])
        for version in versions {
            table.add([
                String(version.version), version.aliases.joined(separator: " "),
                version.run.map { String($0.text.prefix(8)) } ?? "",
                version.content?.digest.short ?? "", Format.time(version.creationTime),
            ])
        }
        global.console.print("model \(entry.name)\n\n" + table.text)
    }

    private func showVersion(_ workspace: OpenWorkspace) async throws {
        let resolved = try await workspace.resolver.resolve(ModelURI(parsing: model))
        let lineage =
            resolved.run == nil
            ? nil : try await Lineage.trace(resolved, services: workspace.services)
        if global.json {
            let version = resolved.registered.map(ModelDocument.version) ?? .null
            global.console.print(
                [
                    "model": version,
                    "lineage": lineage.map(LineageDocument.json) ?? .null,
                ] as JSON)
        } else {
            let title = "\(resolved.uri)  \(resolved.registered?.content?.digest.hex ?? "")"
            let lines = lineage.map(LineageDocument.lines) ?? ["no run of this workspace made it"]
            global.console.print(([title] + lines.map { "  " + $0 }).joined(separator: "\n"))
        }
    }
}

/// `bancada models register`
struct ModelsRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Add a model of a run, or a model folder, to the registry as a new version.")

    @Argument(help: "runs:/RUN/PATH, or a model folder.")
    var source: String

    @Option(help: "The registered model's name.")
    var name: String

    @Option(help: "An alias to move to the new version, such as champion.")
    var alias: String?

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let uri = try ModelURI(parsing: source)
        try await OpenWorkspace.writing(global) { workspace in
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
        commandName: "alias", abstract: "Point an alias at a version, or delete it.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The alias, such as champion.")
    var alias: String

    @Argument(help: "The version to point at.")
    var version: Int?

    @Flag(help: "Delete the alias instead.")
    var delete = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if delete == (version != nil) {
            throw ValidationError("Give either a version or --delete.")
        }
    }

    func run() async throws {
        try await OpenWorkspace.changing(global) { workspace in
            let registry = workspace.services.registry
            let known = try await workspace.model(named: name)
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

    @Argument(help: "models:/NAME/VERSION, models:/NAME@ALIAS or runs:/RUN/PATH.")
    var model: String

    @Argument(help: ArgumentHelp("The folder to create.", valueName: "dir"))
    var directory: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let uri = try ModelURI(parsing: model)
        if case .path(let path) = uri {
            throw BancadaError(
                .invalidInput, "\"\(path)\" is not a model of the workspace",
                hint: "write models:/NAME/VERSION, models:/NAME@ALIAS or runs:/RUN/PATH")
        }
        try await OpenWorkspace.reading(global) { workspace in
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

    @Argument(help: "The registered model's name.")
    var name: String

    @Option(help: "Only this version; its number is never used again.")
    var version: Int?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.changing(global) { workspace in
            let registry = workspace.services.registry
            _ = try await workspace.model(named: name)
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
