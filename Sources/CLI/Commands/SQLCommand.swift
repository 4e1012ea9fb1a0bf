import ArgumentParser
import Components
import Documents
import Store
import Workbench

/// `bancada sql`
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Ask the workspace's database, without changing anything.",
        discussion: """
            One statement of SQLite that only reads. Tables may change between
            versions of bancada; the other commands' --json does not. NaN is stored as
            the value 0 with is_nan = 1, times are milliseconds of UTC.

            EXAMPLES:
              bancada sql "SELECT status, count(*) FROM runs GROUP BY status"
              bancada sql "SELECT * FROM latest_metrics" --csv > metrics.csv
              bancada sql --schema
            """)

    @Argument(help: ArgumentHelp("The statement.", valueName: "query"))
    var query: String?

    @Flag(help: "Print the tables and their columns.")
    var schema = false

    @Flag(help: "Print CSV with a header.")
    var csv = false

    @Option(
        name: .limit, parsing: .unconditional, help: "How many rows to print, 1 to 1000000.")
    var limit = 1000

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Stop after this long, such as 30s.", valueName: "time"))
    var timeout: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if schema == (query != nil) {
            throw ValidationError("Give either a query or --schema.")
        }
        if csv, global.json || schema {
            throw ValidationError("Give --csv with a query, and without --json.")
        }
    }

    func run() async throws {
        let limit = limit
        let patience = try timeout.map { try Waiting.duration($0, flag: "--timeout") }
        try await OpenWorkspace.reading(global) { workspace in
            let store = workspace.store
            guard let query else {
                let tables = try await store.tables()
                return global.console.print(tables: tables, json: global.json)
            }
            let result = try await Waiting.interruptible(atMost: patience) {
                try await store.query(query, limit: limit)
            }
            if global.json {
                global.console.print(QueryDocument.json(result))
            } else if csv {
                global.console.print(bytes: QueryDocument.csv(result))
            } else {
                global.console.print(QueryDocument.table(result).text)
            }
            if result.hasMore { global.console.note("more rows: raise --limit") }
        }
    }
}

extension Console {
    fileprivate func print(tables: [TableDescription], json: Bool) {
        if json {
            print(QueryDocument.json(tables))
        } else {
            print(QueryDocument.text(tables))
        }
    }
}
