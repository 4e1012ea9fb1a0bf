import GRDB
package import Workbench

extension SQLiteTraceStore {
    package func traces(
        _ query: TraceQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Trace> {
        try Limits.check(limit, atMost: Limits.page)
        var statement = SearchStatement()
        try statement.search(query)
        try statement.begin(after: token, listing: .traces)
        return try await database.read { [statement] db in
            let sql = statement.sql(
                selecting: "t.number", from: "FROM traces AS t", limit: limit)
            var numbers: [Int64] = []
            var keys: [[PageKey.Field]] = []
            let rows = try Row.fetchCursor(db, sql: sql, arguments: statement.arguments)
            while let row = try rows.next() {
                numbers.append(try row.integer(0))
                keys.append(try statement.key(row, from: 1))
            }
            let traces = try numbers.map { try Self.trace(number: $0, in: db) }
            return statement.page(
                zip(traces, keys).map { ($0, $1) }, limit: limit, listing: .traces)
        }
    }

    fileprivate static let columns = SearchColumns(
        attributes: [
            "request_id": "t.id", "experiment_id": "t.experiment", "status": "t.state",
            "client_request_id": "t.client_request_id", "timestamp_ms": "t.requested_at",
            "execution_time_ms": "t.execution_ms",
            "end_time_ms": "(t.requested_at + t.execution_ms)",
        ],
        tables: [
            .param: .init(name: "trace_metadata", join: "e.trace = t.number"),
            .tag: .init(name: "trace_tags", join: "e.trace = t.number"),
        ])
}

extension SearchStatement {
    fileprivate mutating func search(_ query: TraceQuery) throws(BancadaError) {
        guard query.order.count <= Self.mostClauses else {
            throw BancadaError(
                .invalidInput, "an order of \(query.order.count) keys",
                hint: "use at most \(Self.mostClauses)")
        }
        let experiments = Set(query.experiments.map(\.number)).sorted()
        distinguish(JSONList.text(experiments))
        if experiments.count == 1 {
            // So that an index gives the order by age.
            require("t.experiment = \(bind(experiments[0]))")
        } else {
            let list = bind(JSONList.text(experiments))
            require("t.experiment IN (SELECT value FROM json_each(\(list)))")
        }
        try filter(query.filter, SQLiteTraceStore.columns) {
            clause, statement throws(BancadaError) in statement.special(clause)
        }
        for key in query.order { sort(key) }
        sort("t.requested_at", .integer, ascending: false)
        sort("t.id", .text)
    }

    /// The condition on a field that is no column and no entry of its own name.
    private mutating func special(_ clause: Filter.Clause) -> String? {
        guard clause.field.entity == .attribute else { return nil }
        switch clause.field.key {
        case "name":
            let condition = condition(clause.condition, on: "e.value")
            return "EXISTS (\(nameRow()) AND \(condition))"
        case "run_id":
            let condition = condition(clause.condition, on: "e.run")
            return "EXISTS (SELECT 1 FROM (\(Self.runs)) AS e WHERE \(condition))"
        case let key:
            let spans = "SELECT 1 FROM spans AS e"
            if let name = key.removingPrefix("span.attributes.") {
                let name = bind(name)
                let condition = condition(clause.condition, on: Self.attribute)
                return """
                    EXISTS (\(spans), json_each(e.content, '$.attributes') AS a
                        WHERE e.trace = t.number AND a.value ->> '$.key' = \(name)
                            AND \(condition))
                    """
            }
            guard let column = key.removingPrefix("span.") else { return nil }
            let condition = condition(clause.condition, on: "e.\(column)")
            return "EXISTS (\(spans) WHERE e.trace = t.number AND \(condition))"
        }
    }

    /// Orders by a field; what has none comes last.
    private mutating func sort(_ key: OrderKey) {
        let expression: String
        var kind = OrderColumn.Kind.text
        switch (key.field.entity, key.field.key) {
        case (.tag, let name): expression = entry("trace_tags", name)
        case (.param, let name): expression = entry("trace_metadata", name)
        case (_, "name"): expression = entry("trace_tags", SQLiteTraceStore.nameTag)
        case (_, "run_id"): expression = "(SELECT min(run) FROM (\(Self.runs)))"
        case (_, let name):
            expression = SQLiteTraceStore.columns.attributes[name] ?? "t.id"
            if !["request_id", "status"].contains(name) { kind = .integer }
        }
        let missing = kind == .text ? "''" : "0"
        sort("(\(expression) IS NULL)", .integer)
        sort("ifnull(\(expression), \(missing))", kind, ascending: key.ascending)
    }

    private mutating func entry(_ table: String, _ key: String) -> String {
        distinguish(key)
        return "(SELECT value FROM \(table) WHERE trace = t.number AND key = \(bind(key)))"
    }

    private mutating func nameRow() -> String {
        let key = bind(SQLiteTraceStore.nameTag)
        return "SELECT 1 FROM trace_tags AS e WHERE e.trace = t.number AND e.key = \(key)"
    }

    /// The runs that a trace belongs to: the one it was made in, and those it was linked to.
    private static let runs = """
        SELECT value AS run FROM trace_metadata
        WHERE trace = t.number AND key = 'mlflow.sourceRun'
        UNION ALL SELECT runs.id FROM trace_runs JOIN runs ON runs.number = trace_runs.run
        WHERE trace_runs.trace = t.number
        """

    /// A value of an attribute as text; lists and objects as JSON.
    private static let attribute = """
        CAST(coalesce(a.value ->> '$.value.string_value', a.value ->> '$.value.int_value',
            a.value ->> '$.value.double_value', a.value -> '$.value.bool_value',
            a.value -> '$.value') AS TEXT)
        """
}

extension SQLiteTraceStore {
    /// The tag that names a trace.
    static let nameTag = "mlflow.traceName"
}
