import GRDB
import Workbench

/// A search over runs: checked, with its SQL made, ready to be read page by page.
struct RunSearch {
    private let scope: RunScope
    private let clauses: [RunClause]
    private let keys: [RunOrderKey]
    private let position: RunPosition?
    private let limit: Int
    private let hash: UInt64

    /// - Throws: `invalidInput` for a limit outside 1...50000, an order that runs do not have, and a
    ///   token of another query.
    init(_ query: RunQuery, limit: Int, after token: PageToken?) throws(BancadaError) {
        try Limits.check(limit, atMost: Limits.page)
        self.limit = limit
        scope = RunScope(query)
        clauses = query.filter.clauses.map(RunClause.init)
        var keys: [RunOrderKey] = []
        for (index, key) in query.order.enumerated() {
            keys.append(try RunOrderKey(key, position: index))
        }
        self.keys = keys
        hash = query.hash
        position = try PageKey.fields(of: token, listing: .runs, query: hash)
            .map { (fields) throws(BancadaError) in try RunPosition(fields, keys: keys) }
    }

    /// The page.
    func page(in database: Database) throws -> Page<Run> {
        let matcher = try RunMatcher(scope, clauses, in: database)
        var walk = RunWalk(scope, need: limit + 1, in: database)
        try walk.gather(keys[...], matcher, after: position, (position?.places ?? [])[...])
        let found = try sorted(walk.runs, in: database)
        let shown = found.prefix(limit)
        var reader = try RunReader(database)
        let runs = try shown.map { try reader.run($0.number) }
        guard found.count > limit, let last = shown.last else {
            return Page(items: runs, next: nil)
        }
        let key = PageKey(listing: .runs, query: hash, fields: last.position.fields)
        return Page(items: runs, next: key.token)
    }

    private struct Found {
        let number: Int64
        let position: RunPosition
    }

    /// The first of `runs` after the page's start, in order, one more than the page has.
    private func sorted(_ runs: [Int64], in database: Database) throws -> [Found] {
        if runs.isEmpty { return [] }
        let columns = keys.enumerated().map { index, key in
            ", \(key.rank) AS rank\(index), \(key.value) AS value\(index)"
        }
        let order = keys.enumerated().map { index, key in
            "rank\(index), value\(index) \(key.ascending ? "ASC" : "DESC"), "
        }
        let after = position?.isBefore(keys) ?? .always
        let sql = SearchSQL(
            """
            SELECT * FROM (
                SELECT r.number AS number, r.started_at AS started, r.id AS id\(columns.joined())
                FROM json_each(?) AS chosen
                    CROSS JOIN runs AS r ON r.number = chosen.value
                    \(keys.compactMap(\.join?.text).joined(separator: "\n"))
            )
            WHERE \(after.text)
            ORDER BY \(order.joined())started DESC, id
            LIMIT \(limit + 1)
            """,
            [.text("[" + runs.map(String.init).joined(separator: ",") + "]")]
                + keys.flatMap { $0.join?.values ?? [] } + after.values)
        let rows = try FastStatement(sql.text, in: database, isShared: false)
        try rows.bind(sql.values)
        defer { rows.reset() }
        var found: [Found] = []
        while try rows.step() {
            var places: [RunPosition.Place] = []
            for index in keys.indices {
                let rank = try rows.integer(CInt(3 + 2 * index))
                places.append(
                    RunPosition.Place(
                        rank: rank, value: rank == 0 ? try rows.value(CInt(4 + 2 * index)) : nil))
            }
            found.append(
                Found(
                    number: try rows.integer(0),
                    position: RunPosition(
                        places: places, startTime: try rows.integer(1), id: try rows.text(2))))
        }
        return found
    }
}

extension RunQuery {
    /// The same for equal queries, in every process.
    fileprivate var hash: UInt64 {
        var hash = StableHash()
        func combine(_ name: String, _ values: [String]) {
            hash.combine(name)
            hash.combine(String(values.count))
            for value in values { hash.combine(value) }
        }
        combine("experiment", Set(experiments.map { String($0.number) }).sorted())
        combine("kind", Set(kinds.map(\.rawValue)).sorted())
        combine("status", Set(statuses.map(\.rawValue)).sorted())
        combine("lifecycle", view.stages.map(\.rawValue))
        filter.combine(into: &hash)
        order.combine(into: &hash)
        return hash.value
    }
}

extension Filter {
    /// Adds everything that decides what the filter accepts.
    func combine(into hash: inout StableHash) {
        hash.combine(String(clauses.count))
        for clause in clauses {
            let words =
                [
                    clause.field.entity.rawValue, clause.field.key, "\(clause.acceptsMissing)",
                ] + clause.condition.words
            hash.combine(String(words.count))
            for word in words { hash.combine(word) }
        }
    }
}

extension [OrderKey] {
    /// Adds everything that decides the order.
    func combine(into hash: inout StableHash) {
        for key in self {
            hash.combine(key.field.entity.rawValue)
            hash.combine(key.field.key)
            hash.combine(key.ascending ? "ascending" : "descending")
        }
    }
}

extension Filter.Condition {
    /// The condition as words that differ for different ones.
    fileprivate var words: [String] {
        switch self {
        case .number(let comparison, let number):
            ["number", comparison.rawValue, String(number.bitPattern)]
        case .text(let comparison, let text): ["text", comparison.rawValue, text]
        case .isOneOf(let values): ["one"] + values
        case .isNoneOf(let values): ["none"] + values
        case .isNull: ["null"]
        case .isNotNull: ["not null"]
        }
    }
}
