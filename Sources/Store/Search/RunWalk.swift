import GRDB
import Workbench

/// Gathers the runs among which the next rows of a search are.
///
/// It follows the index of the first key of the order and stops as soon as enough accepted runs have
/// come. Runs whose key is equal are a group; a large group is walked in turn by the other keys, and
/// so is what lacks the key. What is gathered contains the next rows and is sorted afterwards, so the
/// walk only has to be generous, never exact.
struct RunWalk {
    /// A set of so few runs is gathered whole.
    private static let fewRuns = 300

    private let scope: RunScope
    private let database: Database
    /// The runs so far, each once.
    private(set) var runs: [Int64] = []
    /// How many runs suffice; grows with those that may stand before the page's start.
    private var need: Int

    init(_ scope: RunScope, need: Int, in database: Database) {
        self.scope = scope
        self.need = need
        self.database = database
    }

    private var isDone: Bool { runs.count >= need }

    /// Gathers at least the first runs that `matcher` accepts after `position`, in the order of
    /// `keys`.
    ///
    /// - Parameter places: those of `position` that belong to `keys`.
    mutating func gather(
        _ keys: ArraySlice<RunOrderKey>, _ matcher: RunMatcher,
        after position: RunPosition?, _ places: ArraySlice<RunPosition.Place>
    ) throws {
        if isDone { return }
        if let few = try matcher.members(atMost: Self.fewRuns) {
            return add(few, areAfter: position == nil)
        }
        guard let key = keys.first else { return try gatherByAge(matcher, after: position) }
        let place = position == nil ? nil : places.first
        let rank = place?.rank ?? 0
        /// What is equal to the key of `position`, and what comes later.
        func rest(_ isEqual: Bool) -> (RunPosition?, ArraySlice<RunPosition.Place>) {
            isEqual ? (position, places.dropFirst()) : (nil, [])
        }
        if case .none = key.path { return add(try matcher.members(), areAfter: position == nil) }
        if rank == 0 {
            if case .texts(let table) = key.path {
                add(try longTexts(key, table, matcher), areAfter: false)
            }
            try gatherByValue(key, matcher, from: place?.value) { walk, group, isEqual in
                let (position, places) = rest(isEqual)
                try walk.add(group, keys.dropFirst(), matcher, after: position, places)
            }
        }
        if case .metric = key.path, rank <= 1, !isDone {
            let group = try accepted(
                SearchSQL(
                    "SELECT run FROM latest_metrics WHERE key = ? AND is_nan = 1",
                    [.text(key.field.key)]), matcher)
            let (position, places) = rest(rank == 1)
            try add(group, keys.dropFirst(), matcher, after: position, places)
        }
        if isDone || key.field.entity == .attribute { return }
        let (later, laterPlaces) = rest(rank == 2)
        try gather(
            keys.dropFirst(), matcher.restricted(to: RunClause.lacks(key.field)), after: later,
            laterPlaces)
    }

    /// - Parameter areAfter: whether none of them can stand before the page's start.
    private mutating func add(_ some: [Int64], areAfter: Bool) {
        runs += some
        if !areAfter { need += some.count }
    }

    private mutating func add(
        _ group: [Int64], _ keys: ArraySlice<RunOrderKey>, _ matcher: RunMatcher,
        after position: RunPosition?, _ places: ArraySlice<RunPosition.Place>
    ) throws {
        if group.count <= Self.fewRuns { return add(group, areAfter: position == nil) }
        try gather(keys, matcher.restricted(to: group), after: position, places)
    }

    private func accepted(_ sql: SearchSQL, _ matcher: RunMatcher) throws -> [Int64] {
        let rows = try FastStatement(sql.text, in: database, isShared: false)
        try rows.bind(sql.values)
        defer { rows.reset() }
        var accepted: [Int64] = []
        while try rows.step() {
            let run = try rows.integer(0)
            if try matcher.accepts(run) { accepted.append(run) }
        }
        return accepted
    }

    /// The accepted runs whose value is too long for the index.
    private func longTexts(
        _ key: RunOrderKey, _ table: String, _ matcher: RunMatcher
    ) throws -> [Int64] {
        try accepted(
            SearchSQL(
                """
                SELECT run FROM \(table)
                WHERE key = ? AND length(value) > \(RunRelation.indexedLength)
                """, [.text(key.field.key)]), matcher)
    }

    /// Newest first, then by id: what every order ends with.
    private mutating func gatherByAge(
        _ matcher: RunMatcher, after position: RunPosition?
    ) throws {
        var sql = SearchSQL(
            scope.experiment == nil
                ? "SELECT number FROM runs INDEXED BY runs_by_age"
                : "SELECT number FROM runs INDEXED BY runs_of_experiment WHERE experiment = ?",
            scope.experiment.map { [.integer($0)] } ?? [])
        if let position {
            sql.text += scope.experiment == nil ? " WHERE " : " AND "
            sql.text += "started_at <= ? AND (started_at < ? OR id > ?)"
            sql.values += [
                .integer(position.startTime), .integer(position.startTime), .text(position.id),
            ]
        }
        sql.text += " ORDER BY started_at DESC, id"
        let rows = try FastStatement(sql.text, in: database, isShared: false)
        try rows.bind(sql.values)
        defer { rows.reset() }
        while !isDone, try rows.step() {
            let run = try rows.integer(0)
            if try matcher.accepts(run) { runs.append(run) }
        }
    }

    /// Follows a key's index from a value on and hands over the groups of accepted runs with one
    /// value, and whether that value is `start`.
    private mutating func gatherByValue(
        _ key: RunOrderKey, _ matcher: RunMatcher, from start: SearchValue?,
        _ add: (inout RunWalk, [Int64], Bool) throws -> Void
    ) throws {
        let rows = try open(key, from: start)
        defer { rows.reset() }
        var group: [Int64] = []
        var value: SearchValue?
        while try rows.step() {
            let run = try rows.integer(0)
            guard try matcher.accepts(run) else { continue }
            let next = try rows.value(1)
            if next != value, !group.isEmpty {
                try add(&self, group, value == start)
                if isDone { return }
                group.removeAll(keepingCapacity: true)
            }
            value = next
            group.append(run)
        }
        if !group.isEmpty { try add(&self, group, value == start) }
    }

    /// The runs that have a value, with it, in the order of a key.
    private func open(_ key: RunOrderKey, from start: SearchValue?) throws -> FastStatement {
        let column: String
        var sql: SearchSQL
        switch key.path {
        case .metric:
            column = "value"
            sql = SearchSQL(
                "SELECT run, value FROM latest_metrics WHERE key = ? AND is_nan = 0",
                [.text(key.field.key)])
        case .texts(let table):
            column = "value"
            sql = SearchSQL(
                """
                SELECT run, value FROM \(table)
                WHERE key = ? AND length(value) <= \(RunRelation.indexedLength)
                """, [.text(key.field.key)])
        case .startTime, .none:
            column = "started_at"
            sql = SearchSQL(
                scope.experiment == nil
                    ? "SELECT number, started_at FROM runs WHERE 1"
                    : "SELECT number, started_at FROM runs WHERE experiment = ?",
                scope.experiment.map { [.integer($0)] } ?? [])
        case .runID:
            column = "id"
            sql = SearchSQL("SELECT number, id FROM runs WHERE 1")
        }
        if let start {
            sql.text += " AND \(column) \(key.ascending ? ">=" : "<=") ?"
            sql.values.append(start)
        }
        sql.text += " ORDER BY \(column) \(key.ascending ? "ASC" : "DESC")"
        let rows = try FastStatement(sql.text, in: database, isShared: false)
        try rows.bind(sql.values)
        return rows
    }
}
