import ArgumentParser
import Components
import Workbench

/// `bancada experiments`
struct ExperimentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments",
        abstract: "List experiments, search, show, create, rename, tag, delete or restore them.",
        discussion: """
            An experiment is a named group of runs. It is named by its name, or by its
            number.

            EXAMPLES:
              bancada experiments list
              bancada experiments create penguins --tag team=birds
              bancada experiments search "name LIKE 'pen%'" --order "name ASC"
              bancada experiments show penguins
            """,
        subcommands: [
            List.self, Search.self, Show.self, Create.self, Rename.self, SetTag.self, Delete.self,
            Restore.self,
        ],
        defaultSubcommand: List.self)

    /// `bancada experiments list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List experiments, newest first.")

        @Flag(help: "Show deleted experiments instead.")
        var deleted = false

        @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 50000.")
        var limit = 50

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let query = ExperimentQuery(view: deleted ? .deletedOnly : .activeOnly)
                ExperimentDocument.print(
                    try await workspace.services.experiments.experiments(
                        query, limit: limit, after: nil), global)
            }
        }
    }

    /// `bancada experiments search`
    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "search", abstract: "Find experiments by name, times and tags.",
            discussion: """
                The language is MLflow's: name, creation_time, last_update_time and
                tags.KEY, with = != < > LIKE ILIKE and AND.

                EXAMPLES:
                  bancada experiments search "tags.team = 'birds'" --order "name ASC"
                """)

        @OptionGroup var search: SearchOptions<SearchedExperiments>

        @Flag(help: "Search deleted experiments instead.")
        var deleted = false

        @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 50000.")
        var limit = 50

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let query = ExperimentQuery(
                view: deleted ? .deletedOnly : .activeOnly,
                filter: try search.parsedFilter(),
                order: try search.parsedOrder())
            try await OpenWorkspace.reading(global) { workspace in
                ExperimentDocument.print(
                    try await workspace.services.experiments.experiments(
                        query, limit: limit, after: nil), global)
            }
        }
    }

    /// `bancada experiments show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one experiment and its newest runs.")

        @Argument(help: "The experiment's name or number.")
        var experiment: String

        @Option(
            name: .limit, parsing: .unconditional, help: "How many runs to show, 1 to 50000."
        )
        var limit = 10

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let experiment = try await workspace.experiment(named: experiment)
                let view: ViewType = experiment.lifecycle == .active ? .activeOnly : .all
                let page = try await workspace.services.runs.runs(
                    RunQuery(experiments: [experiment.id], view: view), limit: limit, after: nil)
                let listing = RunListing(workspace: workspace, global: global)
                if global.json {
                    global.console.print(
                        JSON.object(
                            ExperimentDocument.members(experiment) + [
                                .init("runs", listing.json(page.items)),
                                .init("more", .bool(page.next != nil)),
                            ]))
                    return
                }
                global.console.print(ExperimentDocument.text(experiment))
                if page.items.isEmpty { return }
                global.console.print("\n" + listing.table(page.items).text)
                if page.next != nil { global.console.note("more runs: raise --limit") }
            }
        }
    }

    /// `bancada experiments create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make an experiment.")

        @Argument(help: "Its name, which no other experiment has.")
        var name: String

        @Option(
            help: ArgumentHelp("A tag of it; may be repeated.", valueName: "key=value"))
        var tag: [String] = []

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let tags = try tag.map { try KeyValue(parsing: $0) }
            try TrackingRules.checkExperimentName(name)
            try await OpenWorkspace.writing(global) { workspace in
                let services = workspace.services
                let id = try await services.experiments.createExperiment(
                    named: name, artifactLocation: nil,
                    tags: tags.map { Tag(key: $0.key, value: $0.value) },
                    at: services.clock.now())
                try await report(id, workspace, global)
            }
        }
    }
}

// MARK: - Changes

extension ExperimentsCommand {
    /// `bancada experiments rename`
    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename", abstract: "Give an experiment a new name.")

        @Argument(help: "The experiment's name or number.")
        var experiment: String

        @Argument(help: "The new name.")
        var name: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await changing(experiment, global) { id, services in
                try await services.experiments.renameExperiment(
                    id, to: name, at: services.clock.now())
            }
        }
    }

    /// `bancada experiments tag`
    struct SetTag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tag", abstract: "Set or remove tags of an experiment: KEY=VALUE ...")

        @Argument(help: "The experiment's name or number.")
        var experiment: String

        @OptionGroup var tagging: TagOptions
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let tags = try tagging.parsed()
            try await changing(experiment, global) { id, services in
                for tag in tags {
                    try await services.experiments.setTag(tag, of: id)
                }
                for key in tagging.delete {
                    try await services.experiments.deleteTag(key, of: id)
                }
            }
        }
    }

    /// `bancada experiments delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Move an experiment and its runs to the bin; 'restore' brings them back.")

        @Argument(help: "The experiment's name or number.")
        var experiment: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await changing(experiment, global) { id, services in
                try await services.experiments.setLifecycle(
                    .deleted, of: id, at: services.clock.now())
            }
        }
    }

    /// `bancada experiments restore`
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Bring a deleted experiment and its runs back.")

        @Argument(help: "The experiment's name or number.")
        var experiment: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await changing(experiment, global) { id, services in
                try await services.experiments.setLifecycle(
                    .active, of: id, at: services.clock.now())
            }
        }
    }
}

/// Changes an experiment and prints it.
private func changing(
    _ name: String, _ global: GlobalOptions,
    _ change: (ExperimentID, Services) async throws -> Void
) async throws {
    try await OpenWorkspace.changing(global) { workspace in
        let experiment = try await workspace.experiment(named: name)
        try await change(experiment.id, workspace.services)
        try await report(experiment.id, workspace, global)
    }
}

/// Prints an experiment after a change.
private func report(
    _ id: ExperimentID, _ workspace: OpenWorkspace, _ global: GlobalOptions
) async throws {
    let experiment = try await workspace.services.experiments.experiment(id)
    if global.json {
        global.console.print(JSON.object(ExperimentDocument.members(experiment)))
    } else {
        global.console.print(
            "\(experiment.id.number)  \(experiment.name)  \(experiment.lifecycle.rawValue)")
    }
}
