import ArgumentParser
import Components
import Workbench

/// `bancada models search`
struct ModelsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find registered models by name and tags.",
        discussion: """
            The language is MLflow's: name and tags.KEY, with = != LIKE ILIKE IN and AND.

            Prompts, which MLflow keeps as models, are found with
            "tags.`mlflow.prompt.is_prompt` = 'true'".

            EXAMPLES:
              bancada models search "name LIKE 'pen%' AND tags.stage = 'ready'"
            """)

    @OptionGroup var search: SearchOptions<SearchedModels>

    @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 1000.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let query = RegistryQuery(
            filter: try search.parsedFilter().hidingPrompts,
            order: try search.parsedOrder())
        try await OpenWorkspace.reading(global) { workspace in
            ModelDocument.print(
                try await workspace.services.registry.models(query, limit: limit, after: nil),
                global)
        }
    }
}

/// `bancada models versions`
struct ModelsVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "Find versions of registered models.",
        discussion: """
            The language is MLflow's: name, version_number, run_id, source_path and
            tags.KEY, with = != < > LIKE ILIKE IN and AND.

            EXAMPLES:
              bancada models versions penguins
              bancada models versions "name = 'penguins' AND version_number > 3"
              bancada models versions --order "creation_timestamp DESC" -n 5
            """)

    @OptionGroup var search: SearchOptions<SearchedVersions>

    @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 200000.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let bare = try bareName()
        let filter = bare == nil ? try search.parsedFilter().hidingPrompts : Filter()
        var query = RegistryQuery(filter: filter, order: try search.parsedOrder())
        try await OpenWorkspace.reading(global) { workspace in
            if let bare { query.filter = try await Self.filter(bare, workspace) }
            let page = try await workspace.services.registry.versions(
                query, limit: limit, after: nil)
            if global.json {
                let list = JSON.array(page.items.map(ModelDocument.version))
                global.console.print(
                    ["versions": list, "more": .bool(page.next != nil)] as JSON)
                return
            }
            var table = TextTable([
                ("model", .left), ("version", .right), ("stage", .left), ("aliases", .left),
                ("run", .left), ("created", .left),
            ])
            for version in page.items {
                table.add([
                    version.name, String(version.version), version.stage.rawValue,
                    version.aliases.joined(separator: " "),
                    version.run.map { String($0.text.prefix(8)) } ?? "",
                    Format.time(version.creationTime),
                ])
            }
            global.console.print(table.text)
            if page.next != nil { global.console.note("more versions: raise --limit") }
        }
    }

    /// The model that is named where the filter is nothing but a name, or the URI of a version.
    private func bareName() throws(BancadaError) -> NamedModel? {
        let text = search.filter
        let isBare = text.allSatisfy { !$0.isWhitespace && !"'\"`=<>!(),".contains($0) }
        return isBare && !text.isEmpty ? try NamedModel(parsing: text) : nil
    }

    private static func filter(
        _ model: NamedModel, _ workspace: OpenWorkspace
    ) async throws(BancadaError) -> Filter {
        let name = try await workspace.model(named: model.name).name
        var clauses = [Filter.Clause(SearchField(.attribute, "name"), .text(.equal, name))]
        if let uri = model.version, let version = try await workspace.resolver.version(of: uri) {
            clauses.append(
                Filter.Clause(
                    SearchField(.attribute, "version_number"),
                    .number(.equal, Double(version.version))))
        }
        return Filter(clauses)
    }
}

/// `bancada models tag`
struct ModelsTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Set or remove tags of a registered model or a version.",
        discussion: """
            EXAMPLES:
              bancada models tag penguins team=birds
              bancada models tag penguins --version 2 reviewed=yes --delete draft
              bancada models tag models:/penguins/2 reviewed=yes
            """)

    @Argument(help: ArgumentHelp(NamedModel.help, valueName: "name"))
    var model: String

    @OptionGroup var tagging: TagOptions

    @Option(help: "Tag this version instead of the model.")
    var version: Int?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let tags = try tagging.parsed()
        try await OpenWorkspace.changing(global) { workspace in
            let (entry, version) = try await workspace.version(self.version, of: model)
            if let version {
                try await tag(version, of: entry.name, tags, workspace.services)
            } else {
                try await tag(entry.name, tags, workspace.services)
            }
        }
    }

    private func tag(_ name: String, _ tags: [Tag], _ services: Services) async throws {
        let registry = services.registry
        for tag in tags {
            try await registry.setTag(tag, ofModel: name)
        }
        for key in tagging.delete {
            try await registry.deleteTag(key, ofModel: name)
        }
        let entry = try await registry.model(named: name)
        if global.json {
            global.console.print(JSON.object(ModelDocument.model(entry)))
        } else {
            global.console.print("\(name)  \(Self.text(entry.tags))")
        }
    }

    private func tag(
        _ version: Int, of name: String, _ tags: [Tag], _ services: Services
    ) async throws {
        let registry = services.registry
        for tag in tags {
            try await registry.setTag(tag, ofVersion: version, model: name)
        }
        for key in tagging.delete {
            try await registry.deleteTag(key, ofVersion: version, model: name)
        }
        let entry = try await registry.version(version, ofModel: name)
        if global.json {
            global.console.print(ModelDocument.version(entry))
        } else {
            global.console.print("\(entry.uri)  \(Self.text(entry.tags))")
        }
    }

    private static func text(_ tags: [Tag]) -> String {
        tags.isEmpty ? "no tags" : tags.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

/// `bancada models stage`
struct ModelsStage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage", abstract: "Move a version to a stage; aliases are the newer way.",
        discussion: """
            EXAMPLES:
              bancada models stage penguins 2 Production --archive
              bancada models stage models:/penguins/2 Production
            """)

    @Argument(help: ArgumentHelp(NamedModel.help, valueName: "name"))
    var model: String

    @Argument(help: "The version to move, where the name has none.")
    var version: String

    @Argument(help: "None, Staging, Production or Archived.")
    var stage: String?

    @Flag(help: "Move the versions that are in the stage to Archived.")
    var archive = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        // With the version in the name, the word behind it is the stage.
        if stage == nil, !NamedModel.namesVersion(model) {
            throw ValidationError("Give a version and a stage.")
        }
        if stage != nil, Int(version) == nil {
            throw ValidationError("The version is '\(version)', expected a number.")
        }
    }

    func run() async throws {
        let number = stage == nil ? nil : Int(version)
        let stage = try Choice.of(
            stage ?? version, among: ModelStage.allCases, what: "stage")
        try await OpenWorkspace.changing(global) { workspace in
            let (entry, version) = try await workspace.version(number, of: model)
            guard let version else {
                throw BancadaError(.invalidInput, "\"\(model)\" names no version")
            }
            let moved = try await workspace.services.registry.moveVersion(
                version, ofModel: entry.name, to: stage, archivesOthers: archive,
                at: workspace.services.clock.now())
            if global.json {
                global.console.print(ModelDocument.version(moved))
            } else {
                global.console.print("\(moved.uri) is now in \(moved.stage.rawValue)")
            }
        }
    }
}
