import GRDB
import Workbench

/// Removes rows, in one transaction: runs, experiments and what goes with them, then the contents
/// that nothing refers to any more.
struct GarbageRemoval {
    private let settings: GarbageSettings
    private let now: Timestamp
    private let db: Database
    /// The files of a stored folder.
    private let manifest: (ContentDigest) throws -> [ContentDigest]

    /// What was removed, so far as the database knows, and whose files are to be removed.
    struct Outcome: Sendable {
        let report: GarbageReport
        let contents: [ContentDigest]
    }

    private var report = GarbageReport()
    private var contents: [ContentDigest] = []
    /// When what is gone was recorded: the last reference to each content.
    private var lastUse: [String: Int64] = [:]

    init(
        _ settings: GarbageSettings, at now: Timestamp, in db: Database,
        manifest: @escaping (ContentDigest) throws -> [ContentDigest]
    ) {
        self.settings = settings
        self.now = now
        self.db = db
        self.manifest = manifest
    }

    /// What was removed.
    var outcome: Outcome { Outcome(report: report, contents: contents) }

    /// Does everything.
    mutating func run() throws {
        let selection = try GarbageSelection(settings, at: now, in: db)
        report.kept = selection.kept
        report.runs = selection.runs.map { .init(id: $0.id, name: $0.name, reason: "") }
        report.experiments = selection.experiments.map {
            .init(id: $0.id, name: $0.name, reason: "")
        }
        report.loggedModels = selection.models.map { .init(id: $0.id, name: $0.name, reason: "") }
        try remove(runs: selection.runs)
        for model in selection.models {
            try removeFiles(below: "\(model.experiment)/models/\(model.id)")
            try db.run(
                "DELETE FROM logged_models WHERE number = :model", ["model": model.number])
        }
        for experiment in selection.experiments {
            try removeFiles(below: "\(experiment.number)")
            try db.run("DELETE FROM experiments WHERE id = :id", ["id": experiment.number])
        }
        try removeLooseRows()
        try removeContents()
    }

    // MARK: - Runs

    private mutating func remove(runs: [GarbageSelection.Candidate]) throws {
        // First what points from one of them to another.
        for run in runs {
            let number: StatementArguments = ["run": run.number]
            try db.run("UPDATE runs SET parent = NULL WHERE number = :run", number)
            try db.run("DELETE FROM run_inputs WHERE run = :run", number)
            try db.run("DELETE FROM pipeline_runs WHERE run = :run", number)
            try db.run("DELETE FROM studies WHERE run = :run", number)
        }
        for run in runs {
            try note(
                "DELETE FROM artifacts WHERE producer = :run RETURNING digest, created_at",
                ["run": run.number])
        }
        for run in runs {
            try removeFiles(below: "\(run.experiment)/\(run.id)")
            try db.run(
                "DELETE FROM leases WHERE resource = :resource", ["resource": "run:\(run.id)"])
            try db.run("DELETE FROM runs WHERE number = :run", ["run": run.number])
        }
    }

    /// Removes what clients uploaded into a folder of the artifact tree.
    private mutating func removeFiles(below path: String) throws {
        try note(
            """
            DELETE FROM artifact_files
            WHERE path >= :path || '/' AND path < :path || '0'
            RETURNING digest, created_at
            """, ["path": path])
    }

    /// Runs a statement that removes references to contents, and remembers them.
    private mutating func note(_ sql: String, _ arguments: StatementArguments) throws {
        let uses = try db.all(sql, arguments) { (try $0.text(0), try $0.integer(1)) }
        for (digest, time) in uses {
            report.artifacts += 1
            lastUse[digest] = max(lastUse[digest] ?? time, time)
        }
    }

    /// Rows that nobody can reach any more.
    private mutating func removeLooseRows() throws {
        let before = now.milliseconds - graceMilliseconds
        // What came from outside and was never used.
        try note(
            """
            DELETE FROM artifacts
            WHERE producer IS NULL AND created_at <= :before
                AND NOT EXISTS (SELECT 1 FROM run_inputs WHERE artifact = artifacts.id)
                AND NOT EXISTS (SELECT 1 FROM datasets WHERE artifact = artifacts.id)
            RETURNING digest, created_at
            """, ["before": before])
        try db.run(
            """
            DELETE FROM logged_datasets
            WHERE NOT EXISTS (SELECT 1 FROM run_datasets WHERE dataset = logged_datasets.id)
            """)
    }

    // MARK: - Contents

    /// How much later than its reference content may be stored, in milliseconds: the time of the
    /// reference may be that of the work, not of the writing.
    private static let slack: Int64 = 10_000

    private var graceMilliseconds: Int64 { Int64(settings.grace / .milliseconds(1)) }

    private mutating func removeContents() throws {
        let all = try db.all("SELECT digest, kind, size, created_at FROM contents") {
            (
                StoredContent(
                    digest: try $0.digest(0), kind: try $0.choice(1), size: try $0.integer(2)),
                try $0.integer(3)
            )
        }
        let live = try liveContents(all.map(\.0))
        // A folder that goes was the last use of its files, too.
        for (content, _) in all where content.kind == .folder && !live.contains(content.digest.hex)
        {
            guard let time = lastUse[content.digest.hex] else { continue }
            // A list that cannot be read only means that its files go an hour later.
            for file in (try? manifest(content.digest)) ?? [] {
                lastUse[file.hex] = max(lastUse[file.hex] ?? time, time)
            }
        }
        let before = now.milliseconds - graceMilliseconds
        for (content, time) in all where !live.contains(content.digest.hex) {
            // Stored since it was last referred to: somebody may be about to refer to it again.
            let used = lastUse[content.digest.hex].map { $0 + Self.slack }
            let isPending = time > before && time > used ?? .min
            if isPending {
                report.waiting.add(content.size)
            } else {
                try db.run(
                    "DELETE FROM contents WHERE digest = :digest", ["digest": content.digest.hex])
                contents.append(content.digest)
            }
        }
    }

    /// Everything that is referred to, and the files of the folders among it.
    private func liveContents(_ all: [StoredContent]) throws -> Set<String> {
        var live: Set<String> = []
        for (table, column) in GarbageRules.references {
            // Names cannot be parameters; these are ours.
            let sql = "SELECT DISTINCT \(column) FROM \(table) WHERE \(column) IS NOT NULL"
            live.formUnion(try db.all(sql) { try $0.text(0) })
        }
        for (table, column) in GarbageRules.texts {
            let sql = "SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL"
            let texts: [String] = try db.all(sql) { try $0.text(0) }
            for text in texts { live.formUnion(Self.digests(in: text)) }
        }
        for content in all where content.kind == .folder && live.contains(content.digest.hex) {
            // A list that cannot be read must stop everything: its files would seem unused.
            live.formUnion(try manifest(content.digest).map(\.hex))
        }
        return live
    }

    /// Every word of 64 hexadecimal digits in a text.
    static func digests(in text: String) -> [String] {
        text.utf8.split { !RunID.isHexDigit($0) }.filter { $0.count == 64 }
            .compactMap { String($0) }
    }
}

extension RunID {
    fileprivate static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
