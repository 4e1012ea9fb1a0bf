import ArgumentParser
import Components
import Workbench

extension RunsCommand {
    /// `bancada runs search`
    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "search", abstract: "Find runs by what they logged.",
            discussion: """
                The language is MLflow's: metrics.KEY, params.KEY, tags.KEY, datasets.name
                and attributes such as status, run_name and start_time, with = != < <= > >=
                LIKE ILIKE IN, IS NULL and AND. Keys with other characters go into
                backticks. The fields that are named have a column.

                EXAMPLES:
                  bancada runs search "metrics.accuracy > 0.9" --order "metrics.accuracy DESC"
                  bancada runs search "params.lr = '0.1' AND status = 'FINISHED'" -n 5
                """)

        @OptionGroup var search: SearchOptions<SearchedRuns>

        @Option(help: "Only runs of this experiment, by name or number; may be repeated.")
        var experiment: [String] = []

        @Flag(help: "Search deleted runs instead.")
        var deleted = false

        @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 50000.")
        var limit = 50

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            var query = RunQuery(
                view: deleted ? .deletedOnly : .activeOnly, filter: try search.parsedFilter(),
                order: try search.parsedOrder())
            try await OpenWorkspace.reading(global) { workspace in
                query.experiments = try await workspace.experiments(named: experiment)
                let page = try await workspace.services.runs.runs(
                    query, limit: limit, after: nil)
                RunListing(
                    workspace: workspace, global: global,
                    fields: RunListing.fields(query.filter, query.order)
                ).print(page)
            }
        }
    }

    /// `bancada runs compare`
    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare", abstract: "Show how runs differ in params, metrics and tags.",
            discussion: """
                What is equal in all runs is left out without --all. With --json
                everything is there, and each row says whether it differs.

                EXAMPLES:
                  bancada runs compare 3f2a 9c01
                  bancada runs compare 3f2a 9c01 77b0 --all
                """)

        @Argument(
            help: ArgumentHelp(
                "The ids of runs, or at least their first four digits.", valueName: "run"))
        var runs: [String]

        @Flag(help: "Show what is equal, too.")
        var all = false

        @OptionGroup var global: GlobalOptions

        func validate() throws {
            if runs.count < 2 { throw ValidationError("Name at least two runs to compare.") }
        }

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let runs = try await workspace.runs(named: runs)
                let comparison = RunComparison(runs) {
                    RunDocument.state(of: $0, isInterrupted: workspace.isInterrupted($0))
                }
                if global.json {
                    global.console.print(comparison.json)
                } else {
                    global.console.print(comparison.text(all: all))
                    let equal = comparison.equalCount
                    if !all, equal > 0 {
                        global.console.note("\(equal) more are equal: add --all to see them")
                    }
                }
            }
        }
    }
}
