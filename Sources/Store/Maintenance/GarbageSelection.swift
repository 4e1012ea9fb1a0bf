import GRDB
import Workbench

/// Which runs and experiments in the bin can go, as a snapshot or a transaction shows it.
struct GarbageSelection {
    /// A row that is in the bin.
    struct Candidate {
        let number: Int64
        let id: String
        let name: String
        let experiment: Int64
    }

    /// The runs that go, those made last first: a run is always made after its parent.
    private(set) var runs: [Candidate] = []
    /// The logged models that go by themselves; those of an experiment go with it.
    private(set) var models: [Candidate] = []
    /// The experiments that go.
    private(set) var experiments: [Candidate] = []
    /// What is in the bin and stays.
    private(set) var kept: [GarbageReport.Entry] = []

    init(_ settings: GarbageSettings, at now: Timestamp, in db: Database) throws {
        let before = now.milliseconds - Int64(settings.olderThan / .milliseconds(1))
        try selectRuns(before: before, now, db)
        try selectModels(before: before, db)
        try selectExperiments(before: before, db)
    }

    // MARK: - Runs

    private mutating func selectRuns(before: Int64, _ now: Timestamp, _ db: Database) throws {
        let all = try db.all(
            """
            SELECT number, id, name, experiment, EXISTS (
                SELECT 1 FROM run_tags
                WHERE run_tags.run = runs.number AND key = :pin AND value <> 'false')
            FROM runs
            WHERE lifecycle = 'deleted' AND coalesce(deleted_at, ended_at, started_at) <= :before
            ORDER BY number DESC
            """, ["before": before, "pin": GarbageRules.pin]
        ) { (try Self.candidate($0), try $0.integer(4) != 0) }
        let busy = try Self.busyRuns(at: now, db)
        var reasons: [Int64: String] = [:]
        for (run, isPinned) in all {
            if isPinned { reasons[run.number] = "it is pinned" }
            if busy.contains(run.id) { reasons[run.number] = "a process works on it" }
        }
        let candidates = Set(all.map(\.0.number))
        try Self.spread(&reasons, among: candidates, db)
        for (run, _) in all {
            if let reason = reasons[run.number] {
                kept.append(.init(id: run.id, name: run.name, reason: reason))
            } else {
                runs.append(run)
            }
        }
    }

    /// The ids of runs whose lease is alive.
    private static func busyRuns(at now: Timestamp, _ db: Database) throws -> Set<String> {
        let leases = try db.all(
            SQLiteLeaseStore.selection + "WHERE released_at IS NULL"
        ) { try SQLiteLeaseStore.lease($0, startingAt: 0) }
        let held = leases.filter { !$0.isDead(at: now) }.map(\.resource)
        return Set(held.compactMap { $0.removingPrefix("run:") })
    }

    /// Adds the runs that are needed by what stays, and what those need, until nothing is new.
    private static func spread(
        _ reasons: inout [Int64: String], among candidates: Set<Int64>, _ db: Database
    ) throws {
        // What a run in the bin that stays would keep in turn.
        var needs: [Int64: [(run: Int64, reason: String)]] = [:]
        var found = Array(reasons.keys)
        for keeper in GarbageRules.keepers {
            let edges = try db.all(keeper.sql) { (try $0.integer(0), try $0.optionalInteger(1)) }
            for (run, owner) in edges where candidates.contains(run) && reasons[run] == nil {
                if let owner, candidates.contains(owner) {
                    needs[owner, default: []].append((run, keeper.reason))
                } else {
                    reasons[run] = keeper.reason
                    found.append(run)
                }
            }
        }
        while let owner = found.popLast() {
            for (run, reason) in needs[owner] ?? [] where reasons[run] == nil {
                reasons[run] = reason
                found.append(run)
            }
        }
    }

    // MARK: - Logged models

    private mutating func selectModels(before: Int64, _ db: Database) throws {
        let all = try db.all(
            """
            SELECT number, id, name, experiment, EXISTS (
                SELECT 1 FROM model_versions WHERE logged_model = logged_models.number)
            FROM logged_models
            WHERE lifecycle = 'deleted' AND updated_at <= :before
            ORDER BY number DESC
            """, ["before": before]
        ) { (try Self.candidate($0), try $0.integer(4) != 0) }
        for (model, isRegistered) in all {
            if isRegistered {
                kept.append(.init(id: model.id, name: model.name, reason: "it is registered"))
            } else {
                models.append(model)
            }
        }
    }

    // MARK: - Experiments

    private mutating func selectExperiments(before: Int64, _ db: Database) throws {
        let all = try db.all(
            """
            SELECT id, id, name, id, EXISTS (
                SELECT 1 FROM experiment_tags
                WHERE experiment = experiments.id AND key = :pin AND value <> 'false')
            FROM experiments
            WHERE lifecycle = 'deleted' AND updated_at <= :before AND id <> :default
            ORDER BY id
            """,
            [
                "before": before, "pin": GarbageRules.pin,
                "default": ExperimentID.standard.number,
            ]
        ) { row in
            let number = try row.integer(0)
            let candidate = Candidate(
                number: number, id: String(number), name: try row.text(2), experiment: number)
            return (candidate, try row.integer(4) != 0)
        }
        var going: [Int64: Int] = [:]
        for run in runs { going[run.experiment, default: 0] += 1 }
        for (experiment, isPinned) in all {
            let count = try db.first(
                "SELECT count(*) FROM runs WHERE experiment = :id", ["id": experiment.number]
            ) { try $0.count(0) }
            let hasRuns = count ?? 0 > going[experiment.number] ?? 0
            let isRegistered = try db.exists(
                """
                SELECT 1
                FROM model_versions
                    JOIN logged_models ON logged_models.number = model_versions.logged_model
                WHERE logged_models.experiment = :id
                """, ["id": experiment.number])
            if isPinned || hasRuns || isRegistered {
                let reason =
                    isPinned
                    ? "it is pinned"
                    : hasRuns ? "it has runs that stay" : "one of its models is registered"
                kept.append(.init(id: experiment.id, name: experiment.name, reason: reason))
            } else {
                experiments.append(experiment)
            }
        }
    }

    private static func candidate(_ row: Row) throws -> Candidate {
        Candidate(
            number: try row.integer(0), id: try row.text(1), name: try row.text(2),
            experiment: try row.integer(3))
    }
}
