import Workbench

/// A search over experiments as SQL: there are few of them, so each is checked.
struct ExperimentSearch {
    private struct Key {
        let column: String
        let isText: Bool
        let ascending: Bool
    }

    /// The hash that binds page tokens to the query.
    let hash: UInt64
    /// The condition on the row `e` of `experiments`.
    let condition: SearchSQL
    private let keys: [Key]

    /// - Throws: `invalidInput` for an order that experiments do not have.
    init(_ query: ExperimentQuery) throws(BancadaError) {
        var hash = StableHash()
        hash.combine(query.view.stages.map(\.rawValue).joined(separator: ","))
        query.filter.combine(into: &hash)
        query.order.combine(into: &hash)
        self.hash = hash.value
        condition = .all(
            [.isOne("e.lifecycle", of: query.view.stages.map(\.rawValue))]
                + query.filter.clauses.map(Self.check))
        var keys: [Key] = []
        for key in query.order {
            guard key.field.entity == .attribute, let column = Self.orders[key.field.key] else {
                throw BancadaError(
                    .invalidInput,
                    "experiments cannot be ordered by \"\(key.field.key.prefix(80))\"",
                    hint: "order by \(Self.orders.keys.sorted().joined(separator: ", "))")
            }
            keys.append(
                Key(column: column, isText: column == "e.name", ascending: key.ascending))
        }
        // Newest first is the last word of every order.
        keys.append(Key(column: "e.created_at", isText: false, ascending: false))
        keys.append(Key(column: "e.id", isText: false, ascending: false))
        self.keys = keys
    }

    /// The order of the rows.
    var order: String {
        keys.map { "\($0.column) \($0.ascending ? "ASC" : "DESC")" }.joined(separator: ", ")
    }

    /// The condition that a row comes after the one with these values of the keys.
    ///
    /// - Throws: `invalidInput` for fields of another shape.
    func after(_ fields: [PageKey.Field]) throws(BancadaError) -> SearchSQL {
        guard fields.count == keys.count else { throw PageKey.misread }
        var condition = SearchSQL.never
        for (key, field) in zip(keys, fields).reversed() {
            let value: SearchValue
            switch field {
            case .integer(let number) where !key.isText: value = .integer(number)
            case .text(let text) where key.isText: value = .text(text)
            default: throw PageKey.misread
            }
            let sign = key.ascending ? ">" : "<"
            condition = condition.within(
                "\(key.column) \(sign) ? OR (\(key.column) = ? AND (@))", before: [value, value])
        }
        return condition
    }

    /// The page token that continues after an experiment.
    func key(after experiment: Experiment) -> PageKey {
        let fields = keys.map { key -> PageKey.Field in
            switch key.column {
            case "e.name": .text(experiment.name)
            case "e.created_at": .integer(experiment.creationTime.milliseconds)
            case "e.updated_at": .integer(experiment.lastUpdateTime.milliseconds)
            default: .integer(experiment.id.number)
            }
        }
        return PageKey(listing: .experiments, query: hash, fields: fields)
    }

    private static let orders = [
        "name": "e.name", "experiment_id": "e.id", "creation_time": "e.created_at",
        "last_update_time": "e.updated_at",
    ]

    private static func check(_ clause: Filter.Clause) -> SearchSQL {
        let condition = clause.condition
        switch (clause.field.entity, clause.field.key) {
        case (.attribute, "name"): return condition.sql(onText: "e.name")
        case (.attribute, "experiment_id"):
            return condition.sql(onText: "CAST(e.id AS TEXT)")
        case (.attribute, "creation_time"): return condition.sql(onNumber: "e.created_at")
        case (.attribute, "last_update_time"): return condition.sql(onNumber: "e.updated_at")
        case (.tag, let key) where !key.utf8.contains(0):
            func exists(_ condition: SearchSQL) -> SearchSQL {
                condition.within(
                    """
                    EXISTS (
                        SELECT 1 FROM experiment_tags AS f
                        WHERE f.experiment = e.id AND f.key = ? AND (@))
                    """, before: [.text(key)])
            }
            let absent = exists(.always).within("NOT @")
            if condition == .isNull { return absent }
            let met = exists(condition.sql(onText: "f.value"))
            guard clause.acceptsMissing else { return met }
            return SearchSQL("\(met.text) OR \(absent.text)", met.values + absent.values)
        default:
            return condition == .isNull || clause.acceptsMissing ? .always : .never
        }
    }
}
