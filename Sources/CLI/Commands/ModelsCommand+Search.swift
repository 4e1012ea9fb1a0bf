import ArgumentParser
import Components
import Workbench

/// `bancada models search`
struct ModelsSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find registered models by name and tags.",
        discussion: """
            The language is MLflow's: name and tags.KEY, with = != LIKE ILIKE IN and AND.

            EXAMPLES:
              bancada models search "name LIKE 'pen%' AND tags.stage = 'ready'"
            """)

    @OptionGroup var search: SearchOptions

    @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 1000.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let query = RegistryQuery(
            filter: try search.filter(for: .registeredModels),
            order: try search.order(for: .registeredModels))
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
              bancada models versions "name = 'penguins' AND version_number > 3"
              bancada models versions --order "creation_timestamp DESC" -n 5
            """)

    @OptionGroup var search: SearchOptions

    @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 200000.")
    var limit = 100

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let query = RegistryQuery(
            filter: try search.filter(for: .modelVersions),
            order: try search.order(for: .modelVersions))
        try await OpenWorkspace.reading(global) { workspace in
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
}

/// `bancada models tag`
struct ModelsTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Set or remove tags of a registered model or a version.",
        discussion: """
            EXAMPLES:
              bancada models tag penguins team=birds
              bancada models tag penguins --version 2 reviewed=yes --delete draft
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @OptionGroup var tagging: TagOptions

    @Option(help: "Tag this version instead of the model.")
    var version: Int?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let tags = try tagging.parsed()
        try await OpenWorkspace.changing(global) { workspace in
            _ = try await workspace.model(named: name)
            let services = workspace.services
            if let version {
                try await tag(version, tags, services)
            } else {
                try await tag(tags, services)
            }
        }
    }

    private func tag(_ tags: [Tag], _ services: Services) async throws {
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

    private func tag(_ version: Int, _ tags: [Tag], _ services: Services) async throws {
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
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version to move.")
    var version: Int

    @Argument(help: "None, Staging, Production or Archived.")
    var stage: String

    @Flag(help: "Move the versions that are in the stage to Archived.")
    var archive = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let stage = try Choice.of(stage, among: ModelStage.allCases, what: "stage")
        try await OpenWorkspace.changing(global) { workspace in
            _ = try await workspace.model(named: name)
            let moved = try await workspace.services.registry.moveVersion(
                version, ofModel: name, to: stage, archivesOthers: archive,
                at: workspace.services.clock.now())
            if global.json {
                global.console.print(ModelDocument.version(moved))
            } else {
                global.console.print("\(moved.uri) is now in \(moved.stage.rawValue)")
            }
        }
    }
}
