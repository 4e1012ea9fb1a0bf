import GRDB
import Workbench

/// Which runs a search accepts.
///
/// Goals, in this order: never wrong; a page costs little when many runs match; and when few do, or
/// the clauses contradict each other, no more than one pass over an index per clause. So: each clause
/// that an index answers is read up to `smallSet` runs first; if that is all of them, only they are
/// looked at. Otherwise runs are checked one by one as they come. After `probes` of them the clauses
/// with an index are read to the end and intersected, and only runs in all of them are checked; after
/// `laterProbes` of those, what has no index is decided by one pass over the runs.
final class RunMatcher {
    /// A clause with at most this many runs is worth starting from.
    static let smallSet = 1000
    /// So many runs are checked one by one before the sets are made.
    static let probes = 500
    /// So many runs in all sets are checked one by one before the runs are read.
    static let laterProbes = 4000

    private let database: Database
    private let scope: RunScope
    /// The clauses that `set` does not know yet.
    private var pending: [RunClause]
    private var isScopePending = true
    /// Contains every accepted run; with `pending` empty, nothing else.
    private var set: RunSet?
    /// Contains runs that are not accepted.
    private var without: RunSet?
    private var areSetsRead = false
    private var probe: FastStatement?
    private var probed = 0

    init(_ scope: RunScope, _ clauses: [RunClause], in database: Database) throws {
        self.scope = scope
        self.database = database
        pending = clauses
        try startSmall()
    }

    private init(_ parent: RunMatcher, clause: RunClause) {
        database = parent.database
        scope = parent.scope
        set = parent.set
        without = parent.without
        isScopePending = parent.isScopePending
        pending = parent.pending + [clause]
    }

    private init(_ parent: RunMatcher, within group: [Int64]) {
        database = parent.database
        scope = parent.scope
        set = RunSet(group)
        isScopePending = false
        pending = []
    }

    /// The runs of this matcher that also have `clause`.
    func restricted(to clause: RunClause) -> RunMatcher { RunMatcher(self, clause: clause) }

    /// Accepted runs as a matcher of their own.
    func restricted(to group: [Int64]) -> RunMatcher { RunMatcher(self, within: group) }

    /// The accepted runs, where it is known that they are at most `most`.
    func members(atMost most: Int) throws -> [Int64]? {
        guard let set, set.count <= most else { return nil }
        try complete()
        return self.set?.members
    }

    /// All accepted runs.
    func members() throws -> [Int64] {
        try complete()
        return set?.members ?? []
    }

    /// Whether a run is accepted.
    func accepts(_ run: Int64) throws -> Bool {
        if probed >= (areSetsRead ? Self.laterProbes : Self.probes) {
            if areSetsRead { try complete() } else { try readSets() }
            probed = 0
        }
        if let set, !set.contains(run) { return false }
        if let without, without.contains(run) { return false }
        if pending.isEmpty, !isScopePending { return true }
        probed += 1
        return try check(run)
    }

    // MARK: - Sets

    private func startSmall() throws {
        for (index, clause) in pending.enumerated().reversed() {
            guard let members = clause.members,
                let small = try read(members, atMost: Self.smallSet)
            else { continue }
            pending.remove(at: index)
            intersect(small)
        }
        if set == nil, let members = scope.members,
            let small = try read(members, atMost: Self.smallSet)
        {
            intersect(small)
        }
    }

    /// Reads the clauses that an index answers; what is left is few runs or has no index.
    private func readSets() throws {
        areSetsRead = true
        for (index, clause) in pending.enumerated().reversed() {
            if let set, set.count <= Self.smallSet { return try complete() }
            if let members = clause.members, let all = try read(members, atMost: .max) {
                intersect(all)
            } else if let others = clause.others, let all = try read(others, atMost: .max) {
                if without?.formUnion(all) == nil { without = all }
            } else {
                continue
            }
            pending.remove(at: index)
            probe = nil
        }
        if let set, set.count <= Self.smallSet { try complete() }
    }

    /// Makes `set` exact.
    private func complete() throws {
        if !areSetsRead { try readSets() }
        if pending.isEmpty, !isScopePending, without == nil { return }
        if pending.isEmpty, !isScopePending, set != nil {
            // Only what is without is left.
        } else if let set, set.count <= Self.smallSet {
            self.set = RunSet(try set.members.filter(check))
        } else if let all = try read(scope.scan(pending), atMost: .max) {
            intersect(all)
        }
        if let without { set?.subtract(without) }
        without = nil
        pending = []
        isScopePending = false
    }

    private func intersect(_ other: RunSet) {
        if set?.formIntersection(other) == nil { set = other }
    }

    /// The runs of a statement; nil when there are more than `most`.
    private func read(_ sql: SearchSQL, atMost most: Int) throws -> RunSet? {
        let isBounded = most < .max
        let rows = try FastStatement(
            isBounded ? sql.text + " LIMIT \(most + 1)" : sql.text, in: database, isShared: false)
        try rows.bind(sql.values)
        defer { rows.reset() }
        var set = RunSet()
        var count = 0
        while try rows.step() {
            count += 1
            if count > most { return nil }
            set.insert(try rows.integer(0))
        }
        return set
    }

    private func check(_ run: Int64) throws -> Bool {
        let probe = try probe ?? makeProbe()
        defer { probe.reset() }
        try probe.bind(run, at: 1)
        guard try probe.step() else { return false }
        return scope.contains(experiment: try probe.integer(0))
    }

    private func makeProbe() throws -> FastStatement {
        let sql = SearchSQL.all([scope.check] + pending.map(\.check))
        let made = try FastStatement(
            "SELECT r.experiment FROM runs AS r WHERE r.number = ? AND \(sql.text)", in: database,
            isShared: false)
        for (index, value) in sql.values.enumerated() {
            try made.bind(value, at: CInt(index + 2))
        }
        probe = made
        return made
    }
}

/// The runs that a query looks at before its filter: by experiment, kind, status and stage.
struct RunScope {
    /// The only experiment, where there is just one.
    let experiment: Int64?
    private let experiments: Set<Int64>
    private let experimentList: String
    /// The rest, as a condition on the row `r` of `runs`.
    let check: SearchSQL

    init(_ query: RunQuery) {
        experiments = Set(query.experiments.map(\.number))
        experiment = experiments.count == 1 ? experiments.first : nil
        experimentList =
            "[" + experiments.sorted().map(String.init).joined(separator: ",") + "]"
        var parts: [SearchSQL] = []
        if query.view.stages.count == 1 {
            parts.append(.isOne("r.lifecycle", of: query.view.stages.map(\.rawValue)))
        }
        if !query.kinds.isEmpty {
            parts.append(.isOne("r.kind", of: query.kinds.map(\.rawValue)))
        }
        if !query.statuses.isEmpty {
            parts.append(.isOne("r.status", of: query.statuses.map(\.rawValue)))
        }
        check = .all(parts)
    }

    /// Whether the runs of an experiment are looked at.
    func contains(experiment: Int64) -> Bool {
        experiments.isEmpty || experiments.contains(experiment)
    }

    /// The runs of the experiments, where there are any; the rest is not checked.
    var members: SearchSQL? {
        guard !experiments.isEmpty else { return nil }
        return SearchSQL(
            """
            SELECT r.number FROM runs AS r
            WHERE r.experiment IN (SELECT value FROM json_each(?))
            """, [.text(experimentList)])
    }

    /// All runs that are looked at and have these clauses.
    func scan(_ clauses: [RunClause]) -> SearchSQL {
        let rest = SearchSQL.all([check] + clauses.map(\.check))
        if experiments.isEmpty {
            return rest.within("SELECT r.number FROM runs AS r WHERE @")
        }
        return rest.within(
            """
            SELECT r.number FROM runs AS r
            WHERE r.experiment IN (SELECT value FROM json_each(?)) AND @
            """, before: [.text(experimentList)])
    }
}
