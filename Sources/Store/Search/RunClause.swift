import Workbench

/// One clause of a search over runs, as SQL in two forms: a check of one run, and, where an index can
/// answer it, all runs that have it.
struct RunClause {
    /// A condition on the row `r` of `runs`.
    let check: SearchSQL
    /// A statement whose only column is the number of a run that has the clause, some perhaps more
    /// than once; nil where no index helps.
    let members: SearchSQL?
    /// The same for the runs that do not have the clause.
    let others: SearchSQL?

    init(_ clause: Filter.Clause) {
        switch clause.field.entity {
        case .attribute: self = Self.attribute(clause)
        case .metric, .param, .tag, .dataset:
            let relation = RunRelation(clause.field)
            guard let relation, !clause.field.key.utf8.contains(0) else {
                // Nobody has such a field.
                let isMet = clause.condition == .isNull || clause.acceptsMissing
                check = isMet ? .always : .never
                members = isMet ? nil : SearchSQL("SELECT 0 WHERE 0")
                others = nil
                return
            }
            if clause.condition == .isNull {
                check = relation.exists(.always).within("NOT @")
                members = nil
                others = relation.members(.always, .isNotNull)
                return
            }
            others = nil
            let condition =
                clause.field.entity == .metric
                ? Self.metric(clause.condition) : clause.condition.sql(onText: "f.value")
            let exists = relation.exists(condition)
            if clause.acceptsMissing {
                let absent = relation.exists(.always)
                check = SearchSQL(
                    "\(exists.text) OR NOT \(absent.text)", exists.values + absent.values)
                members = nil
            } else {
                check = exists
                members = relation.members(condition, clause.condition)
            }
        }
    }

    private init(check: SearchSQL, members: SearchSQL?) {
        self.check = check
        self.members = members
        others = nil
    }

    /// A clause that only runs without `field` have.
    static func lacks(_ field: SearchField) -> RunClause {
        RunClause(Filter.Clause(field, .isNull))
    }

    private static func metric(_ condition: Filter.Condition) -> SearchSQL {
        switch condition {
        case .isNotNull: .always
        case .number(.notEqual, let number) where !number.isNaN:
            SearchSQL("f.is_nan = 1 OR f.value <> ?", [.number(number)])
        case .number(_, let number) where !number.isNaN:
            condition.sql(onNumber: "f.value").within("f.is_nan = 0 AND @")
        default: condition.sql(onNumber: "f.value")
        }
    }

    private static func attribute(_ clause: Filter.Clause) -> RunClause {
        guard let attribute = RunAttribute(rawValue: clause.field.key) else {
            return RunClause(check: .never, members: nil)
        }
        let column = attribute.sql
        var check =
            attribute.isNumber
            ? clause.condition.sql(onNumber: column) : clause.condition.sql(onText: column)
        if clause.condition == .isNull || clause.acceptsMissing {
            check = check.within("@ OR \(column) IS NULL")
        }
        let isIndexed = attribute == .runID || attribute == .startTime
        return RunClause(
            check: check,
            members: isIndexed ? check.within("SELECT r.number FROM runs AS r WHERE @") : nil)
    }
}

/// The attributes of runs that searches know.
enum RunAttribute: String {
    case runID = "run_id"
    case name = "run_name"
    case status
    case user = "user_id"
    case artifactURI = "artifact_uri"
    case startTime = "start_time"
    case endTime = "end_time"

    /// The attribute of the row `r` of `runs`; NULL where it has none.
    var sql: String {
        switch self {
        case .runID: "r.id"
        case .name: "r.name"
        case .status: "r.status"
        case .user: "r.user"
        case .startTime: "r.started_at"
        case .endTime: "r.ended_at"
        case .artifactURI:
            """
            ((SELECT coalesce(e.artifact_location, 'mlflow-artifacts:/' || e.id)
                FROM experiments AS e
                WHERE e.id = r.experiment) || '/' || r.id || '/artifacts')
            """
        }
    }

    /// Whether its values are numbers.
    var isNumber: Bool { self == .startTime || self == .endTime }
}

/// Where the values of a field with a key are: a table with a row `f` per run and value.
struct RunRelation {
    private enum Kind {
        case metric
        /// Params or tags: their table.
        case texts(String)
        /// The column of a dataset.
        case dataset(String)
        case context
    }

    private let kind: Kind
    private let key: String

    /// Values of up to this many characters are in an index (see `Migration.search`).
    static let indexedLength = 100

    /// The relation of a field; nil for an attribute and for what a dataset does not have.
    init?(_ field: SearchField) {
        key = field.key
        switch field.entity {
        case .attribute: return nil
        case .metric: kind = .metric
        case .param: kind = .texts("params")
        case .tag: kind = .texts("run_tags")
        case .dataset:
            switch field.key {
            case "name", "digest": kind = .dataset(field.key)
            case "context": kind = .context
            default: return nil
            }
        }
    }

    /// Whether the run `r` has a value with this condition on `f.value`.
    func exists(_ condition: SearchSQL) -> SearchSQL {
        switch kind {
        case .metric: keyed("latest_metrics", condition)
        case .texts(let table): keyed(table, condition)
        case .dataset(let column):
            condition.within(
                """
                EXISTS (
                    SELECT 1
                    FROM run_datasets AS u JOIN
                        (SELECT id, \(column) AS value FROM logged_datasets) AS f
                        ON f.id = u.dataset
                    WHERE u.run = r.number AND (@))
                """)
        case .context:
            condition.within(
                """
                EXISTS (
                    SELECT 1 FROM run_dataset_tags AS f
                    WHERE f.run = r.number AND f.key = 'mlflow.data.context' AND (@))
                """)
        }
    }

    private func keyed(_ table: String, _ condition: SearchSQL) -> SearchSQL {
        condition.within(
            "EXISTS (SELECT 1 FROM \(table) AS f WHERE f.run = r.number AND f.key = ? AND (@))",
            before: [.text(key)])
    }

    /// The runs that have a value with this condition on `f.value`.
    func members(_ sql: SearchSQL, _ condition: Filter.Condition) -> SearchSQL {
        switch kind {
        case .metric:
            return sql.within(
                "SELECT f.run FROM latest_metrics AS f WHERE f.key = ? AND (@)",
                before: [.text(key)])
        case .texts(let table):
            let parts = ["<=", ">"].map { comparison in
                sql.within(
                    """
                    SELECT f.run FROM \(table) AS f
                    WHERE f.key = ? AND length(f.value) \(comparison) \(Self.indexedLength) AND (@)
                    """, before: [.text(key)])
            }
            if case .text(.equal, let text) = condition {
                return parts[text.unicodeScalars.count <= Self.indexedLength ? 0 : 1]
            }
            return SearchSQL(
                parts.map(\.text).joined(separator: " UNION ALL "), parts.flatMap(\.values))
        case .dataset(let column):
            return sql.within(
                """
                SELECT u.run
                FROM (SELECT id, \(column) AS value FROM logged_datasets) AS f
                    JOIN run_datasets AS u ON u.dataset = f.id
                WHERE @
                """)
        case .context:
            return sql.within(
                """
                SELECT f.run FROM run_dataset_tags AS f
                WHERE f.key = 'mlflow.data.context' AND (@)
                """)
        }
    }
}
