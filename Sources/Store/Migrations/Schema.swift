/// One step from a schema to the next. Released steps are never edited.
package struct Migration: Sendable {
    /// The schema's number after this step; the first step makes 1.
    package let number: Int
    /// What it adds, for the log and for errors.
    package let name: String
    /// The SQL statements of the step.
    package let sql: String

    /// A step to schema `number`.
    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

/// The steps from an empty database to the schema that this build reads and writes.
package struct Schema: Sendable {
    /// The steps, in order; the step at index i makes schema i + 1.
    package let migrations: [Migration]

    /// A schema built by `migrations`.
    ///
    /// - Precondition: they are numbered 1, 2, 3 ...
    package init(_ migrations: [Migration]) {
        precondition(
            migrations.map(\.number) == Array(1...max(1, migrations.count)),
            "migrations are numbered 1, 2, 3 ... without gaps")
        self.migrations = migrations
    }

    /// The schema's number, kept in the database as `PRAGMA user_version`.
    package var version: Int { migrations.count }

    /// What this build reads and writes.
    package static let current = Schema([
        .tracking, .pipelines, .search, .loggedModels, .traces, .deletionTimes, .points,
    ])

    /// Marks a database as ours (`PRAGMA application_id`): "BNCD".
    static let applicationID: Int32 = 0x424E_4344
}
