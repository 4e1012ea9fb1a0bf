import GRDB
package import Workbench

/// A tracking database of MLflow as a source: experiments and runs. Models are in
/// `MLflowDatabaseSource+Models`.
///
/// Reads the schema of MLflow 1.0 to 3.17: of each table the columns that exist. It is opened for
/// reading, also while a server writes.
package struct MLflowDatabaseSource: ExchangeSource {
    /// The file.
    package let title: String
    /// Artifacts beside the database.
    package let files: any ExchangeFiles
    let database: ForeignDatabase

    /// Points and runs of a page.
    private static let pageSize = 5000

    /// Opens the database at `path`.
    ///
    /// - Throws: `notFound`; `invalidInput` when it is no tracking database.
    package init(_ path: String) throws(BancadaError) {
        title = path
        files = FolderFiles(FileSystem.parentFolder(path))
        database = try ForeignDatabase(path)
        if database.has("run_tags"), database.has("model_aliases") {
            throw BancadaError(
                .invalidInput, "\(path) is the database of a bancada workspace, not of MLflow",
                hint:
                    "run 'bancada export workspace -o all.tar' there, then 'bancada import all.tar'"
            )
        }
        for (table, columns) in Self.needed {
            let missing = columns.first { !database.has($0, in: table) }
            if database.has(table), missing == nil { continue }
            throw BancadaError(
                .invalidInput,
                "\(path) is no MLflow database: it has no table \(table)"
                    + (database.has(table) ? " with a column \(missing ?? "")" : ""),
                hint: "name the file of 'mlflow server --backend-store-uri sqlite:///FILE'")
        }
    }

    /// The tables and columns without which nothing can be read.
    private static let needed = [
        ("experiments", ["experiment_id", "name"]), ("runs", ["run_uuid", "experiment_id"]),
    ]

    package func experiments() async throws(BancadaError) -> [String] {
        try await database.rows(
            """
            SELECT experiment_id FROM experiments WHERE \(database.own("experiments"))
            ORDER BY experiment_id
            """, of: "experiments"
        ) { $0.text(0) ?? "" }
    }

    package func experiment(_ key: String) async throws(BancadaError) -> Experiment {
        let list = database.list(
            [
                "experiment_id", "name", "lifecycle_stage", "creation_time", "last_update_time",
                "artifact_location",
            ], of: "experiments", as: "e")
        let tags = try await pairs(
            "SELECT key, value FROM experiment_tags WHERE experiment_id = ? ORDER BY key",
            of: "experiment_tags", [key])
        let found = try await database.rows(
            "SELECT \(list) FROM experiments AS e WHERE experiment_id = ?", of: "experiments",
            [key]
        ) { row in
            guard let number = try row.integer(0) else { throw row.damaged(0, "a number") }
            guard let name = row.text(1) else { throw row.damaged(1, "a name") }
            let created = try row.time(3)
            return Experiment(
                id: ExperimentID(number), name: name, lifecycle: try row.lifecycle(2),
                creationTime: created, lastUpdateTime: max(created, try row.time(4)),
                tags: tags, artifactLocation: row.text(5))
        }
        guard let experiment = found.first else { throw missing("experiment \(key)") }
        return experiment
    }

    package func runs(
        of experiment: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<String> {
        let runs = try await database.rows(
            """
            SELECT run_uuid FROM runs WHERE experiment_id = ? AND run_uuid > ?
            ORDER BY run_uuid LIMIT \(Self.pageSize)
            """, of: "runs", [experiment, last ?? ""]
        ) { $0.text(0) ?? "" }
        return ForeignPage(items: runs, next: runs.count < Self.pageSize ? nil : runs.last)
    }

    package func points(
        of run: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<Metric> {
        let list = database.list(["step", "is_nan"], of: "metrics", as: "m")
        let points = try await database.rows(
            """
            SELECT m.rowid, key, value, timestamp, \(list)
            FROM metrics AS m WHERE run_uuid = ? AND rowid > ?
            ORDER BY rowid LIMIT \(Self.pageSize)
            """, of: "metrics", [run, last.flatMap(Int64.init) ?? -1]
        ) { row in
            let isNaN = try row.integer(5) ?? 0
            return (
                try row.integer(0) ?? 0,
                Metric(
                    key: row.text(1) ?? "", value: isNaN != 0 ? .nan : try row.number(2),
                    timestamp: try row.time(3), step: try row.integer(4) ?? 0)
            )
        }
        return ForeignPage(
            items: points.map(\.1),
            next: points.count < Self.pageSize ? nil : points.last.map { String($0.0) })
    }

    package func traces(of experiment: String) async throws(BancadaError) -> [String] { [] }

    package func trace(_ key: String) async throws(BancadaError) -> ForeignTrace {
        throw missing("trace \(key)")
    }

    package func leftBehind() async throws(BancadaError) -> [LeftBehind] {
        var left: [LeftBehind] = []
        for table in ["experiments", "registered_models"] {
            let others = try await database.rows(
                "SELECT count(*) FROM \(table) WHERE NOT (\(database.own(table)))", of: table
            ) { Int(try $0.integer(0) ?? 0) }
            note(
                table.replacing("_", with: " "), "other workspaces of MLflow", others.first,
                "only the workspace \"default\" is read", in: &left)
        }
        for (table, kind, reason) in Self.unread {
            let counts = try await database.rows("SELECT count(*) FROM \(table)", of: table) {
                Int(try $0.integer(0) ?? 0)
            }
            note(kind, "table \(table)", counts.first, reason, in: &left)
        }
        return left
    }

    /// Tables whose rows have no place in a workspace.
    private static let unread = [
        ("trace_info", "traces", "traces are not imported"),
        ("assessments", "assessments", "they belong to traces"),
        ("evaluation_datasets", "evaluation datasets", "a workspace has none"),
        ("scorers", "scorers", "a workspace has none"),
        ("webhooks", "webhooks", "a workspace has none"),
        ("label_schemas", "label schemas", "a workspace has none"),
        ("review_queues", "review queues", "a workspace has none"),
        ("endpoints", "gateway endpoints", "a workspace has none"),
        ("mcp_servers", "MCP servers", "a workspace has none"),
    ]

    private func note(
        _ kind: String, _ name: String, _ count: Int?, _ reason: String,
        in left: inout [LeftBehind]
    ) {
        guard let count, count > 0 else { return }
        left.append(LeftBehind(kind: kind, name: name, count: count, reason: reason))
    }

    /// The error for what was listed and is gone.
    func missing(_ what: String) -> BancadaError {
        BancadaError(.notFound, "\(title): \(what) not found")
    }

    /// Keys and values.
    func pairs(
        _ sql: String, of table: String, _ arguments: StatementArguments
    ) async throws(BancadaError) -> [Tag] {
        try await database.rows(sql, of: table, arguments) {
            Tag(key: $0.text(0) ?? "", value: $0.text(1) ?? "")
        }
    }
}
