import GRDB
package import Workbench

extension SQLiteLoggedModelStore {
    package func loggedModels(
        _ query: LoggedModelQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<LoggedModel> {
        try Limits.check(limit, atMost: Limits.models)
        var statement = SearchStatement()
        try statement.search(query)
        try statement.begin(after: token, listing: .loggedModels)
        return try await database.read { [statement] db in
            let sql = statement.sql(
                selecting: LoggedModelHead.columns, from: LoggedModelHead.source, limit: limit)
            let rows = try Row.fetchCursor(db, sql: sql, arguments: statement.arguments)
            var heads: [LoggedModelHead] = []
            var keys: [[PageKey.Field]] = []
            while let row = try rows.next() {
                heads.append(try LoggedModelHead(row))
                keys.append(try statement.key(row, from: LoggedModelHead.columnCount))
            }
            let models = try Self.models(heads, in: db)
            return statement.page(
                zip(models, keys).map { ($0, $1) }, limit: limit, listing: .loggedModels)
        }
    }

    fileprivate static let columns = SearchColumns(
        attributes: [
            "name": "m.name", "model_id": "m.id", "model_type": "m.type",
            "source_run_id": "runs.id", "creation_timestamp": "m.created_at",
            "last_updated_timestamp": "m.updated_at",
            "status": "m.status",
        ],
        tables: [
            .param: .init(name: "logged_model_params", join: "e.model = m.number"),
            .tag: .init(name: "logged_model_tags", join: "e.model = m.number"),
        ])
}

extension SearchStatement {
    fileprivate mutating func search(_ query: LoggedModelQuery) throws(BancadaError) {
        let experiments = JSONList.text(query.experiments.map(\.number).sorted())
        distinguish(experiments)
        require("m.lifecycle = 'active'")
        require("m.experiment IN (SELECT value FROM json_each(\(bind(experiments))))")
        for dataset in query.datasets { distinguish("\(dataset.name)\n\(dataset.digest ?? "")") }
        guard query.datasets.count <= Self.mostClauses, query.order.count <= Self.mostClauses
        else {
            throw BancadaError(
                .invalidInput, "too many datasets or keys of an order",
                hint: "use at most \(Self.mostClauses)")
        }
        let datasets =
            query.datasets.isEmpty
            ? nil : "(" + query.datasets.map { measured(on: $0) }.joined(separator: " OR ") + ")"
        let hasMetrics = query.filter.clauses.contains { $0.field.entity == .metric }
        try filter(query.filter, SQLiteLoggedModelStore.columns) {
            clause, statement throws(BancadaError) in
            switch (clause.field.entity, clause.field.key) {
            case (.metric, _): statement.metric(clause, on: datasets)
            case (.attribute, "status"): statement.status(clause.condition)
            default: nil
            }
        }
        if let datasets, !hasMetrics {
            require(
                "EXISTS (SELECT 1 FROM logged_model_metrics AS e "
                    + "WHERE e.model = m.number AND \(datasets))")
        }
        for key in query.order { try sort(key) }
        let attributes = query.order.map(\.key.field).filter { $0.entity == .attribute }
        if !attributes.contains(where: { $0.key == "creation_timestamp" }) {
            sort("m.created_at", .integer, ascending: false)
        }
        if !attributes.contains(where: { $0.key == "model_id" }) { sort("m.id", .text) }
    }

    private mutating func measured(on dataset: DatasetReference) -> String {
        let name = "e.dataset_name = \(bind(dataset.name))"
        guard let digest = dataset.digest else { return name }
        return "(\(name) AND e.dataset_digest = \(bind(digest)))"
    }

    /// The condition that a metric has a value, on one of the datasets where they are given.
    private mutating func metric(_ clause: Filter.Clause, on datasets: String?) -> String {
        var condition = condition(clause.condition, on: "e.value")
        if case .number(let comparison, _) = clause.condition {
            // NaN is stored beside the value 0, and differs from every number.
            condition =
                comparison == .notEqual
                ? "(e.is_nan = 1 OR \(condition))" : "(e.is_nan = 0 AND \(condition))"
        }
        let place = datasets.map { " AND \($0)" } ?? ""
        return """
            EXISTS (SELECT 1 FROM logged_model_metrics AS e
                WHERE e.model = m.number AND e.key = \(bind(clause.field.key))\(place)
                    AND \(condition))
            """
    }

    /// The condition on a status, which may be written as on the wire or, as in MLflow's Python,
    /// without its prefix.
    private mutating func status(_ condition: Filter.Condition) -> String {
        let forms = ["m.status", "substr(m.status, \("LOGGED_MODEL_".utf8.count + 1))"]
        let isNegative = if case .text(.notEqual, _) = condition { true } else { false }
        let parts = forms.map { self.condition(condition, on: $0) }
        return "(" + parts.joined(separator: isNegative ? " AND " : " OR ") + ")"
    }

    private mutating func sort(_ key: LoggedModelOrder) throws(BancadaError) {
        let field = key.key.field
        let ascending = key.key.ascending
        switch field.entity {
        case .metric:
            distinguish("\(field.key)\n\(key.dataset?.name ?? "")\n\(key.dataset?.digest ?? "")")
            let place = key.dataset.map { " AND \(measured(on: $0))" } ?? ""
            let latest = """
                FROM logged_model_metrics AS e
                WHERE e.model = m.number AND e.key = \(bind(field.key))\(place)
                ORDER BY e.timestamp DESC, e.step DESC, e.run, e.dataset_name, e.dataset_digest,
                    e.value DESC, e.is_nan DESC
                LIMIT 1
                """
            // Numbers, then NaN, then models without the metric, in both directions.
            sort("coalesce((SELECT e.is_nan \(latest)), 2)", .integer)
            sort("coalesce((SELECT e.value \(latest)), 0.0)", .number, ascending: ascending)
        case .attribute:
            guard let column = SQLiteLoggedModelStore.columns.attributes[field.key] else {
                throw Self.unknown(field)
            }
            switch field.key {
            case "source_run_id":
                sort("\(column) IS NULL", .integer)
                sort("coalesce(\(column), '')", .text, ascending: ascending)
            case "creation_timestamp", "last_updated_timestamp":
                sort(column, .integer, ascending: ascending)
            default: sort(column, .text, ascending: ascending)
            }
        case .param, .tag, .dataset: throw Self.unknown(field)
        }
    }
}
