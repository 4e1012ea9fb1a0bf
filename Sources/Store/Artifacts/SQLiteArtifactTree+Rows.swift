import GRDB
import Workbench

/// What is recorded as artifacts around a path: stored contents that are there or above, and those
/// below.
struct RecordedArtifacts: Sendable {
    /// A content and how it lies to the path.
    struct Member: Sendable {
        let content: StoredContent
        /// From the content to the path; from the path to the content where it is below.
        let rest: ArtifactPath
    }

    /// Contents at the path or above it, the nearest first.
    var covering: [Member] = []
    /// Contents below the path.
    var below: [Member] = []

    var isEmpty: Bool { covering.isEmpty && below.isEmpty }

    /// Whether nothing else is there.
    func isOnly(_ member: Member) -> Bool {
        below.isEmpty && covering.count == 1 && covering[0].content == member.content
    }
}

extension SQLiteArtifactTree {
    /// The contents around a place that clients cannot change.
    static func recorded(
        around place: TreePlace, in db: Database
    ) throws -> RecordedArtifacts {
        switch place.owner {
        case .clients, .contents: return RecordedArtifacts()
        case .content(let digest, let rest):
            let content = try db.first(
                "SELECT kind, size FROM contents WHERE digest = :digest", ["digest": digest.hex]
            ) { StoredContent(digest: digest, kind: try $0.choice(0), size: try $0.integer(1)) }
            return RecordedArtifacts(
                covering: content.map { [.init(content: $0, rest: rest)] } ?? [])
        case .run(let run, let experiment, let rest):
            let number = try db.first(
                "SELECT number FROM runs WHERE id = :id AND experiment = :experiment",
                ["id": run.text, "experiment": experiment.number]
            ) { try $0.integer(0) }
            guard let number else { return RecordedArtifacts() }
            return try recorded(around: rest, by: number, in: db)
        }
    }

    /// What a run recorded around a path below its `artifacts`; nil is the folder above.
    private static func recorded(
        around rest: ArtifactPath?, by run: Int64, in db: Database
    ) throws -> RecordedArtifacts {
        var recorded = RecordedArtifacts()
        guard let rest else {
            let below = try outputs(of: run, below: ArtifactPath(parts: []), in: db)
            let artifacts = ArtifactPath(parts: ["artifacts"])
            recorded.below = below.map {
                .init(content: $0.content, rest: artifacts.appending($0.rest))
            }
            return recorded
        }
        for count in stride(from: rest.parts.count, to: 0, by: -1) {
            let name = ArtifactPath(parts: Array(rest.parts[..<count]))
            if let content = try output(named: name.text, of: run, in: db) {
                recorded.covering.append(
                    .init(content: content, rest: ArtifactPath(parts: Array(rest.parts[count...])))
                )
            }
        }
        recorded.below = try outputs(of: run, below: rest, in: db)
        return recorded
    }

    private static func output(
        named name: String, of run: Int64, in db: Database
    ) throws -> StoredContent? {
        try db.first(
            """
            SELECT contents.digest, contents.kind, contents.size
            FROM artifacts JOIN contents ON contents.digest = artifacts.digest
            WHERE artifacts.producer = :run AND artifacts.name = :name
            ORDER BY artifacts.id DESC
            LIMIT 1
            """, ["run": run, "name": name]
        ) {
            StoredContent(
                digest: try $0.digest(0), kind: try $0.choice(1), size: try $0.integer(2))
        }
    }

    /// What a run recorded last under each name below a folder. Names that are no paths are left
    /// out.
    private static func outputs(
        of run: Int64, below folder: ArtifactPath, in db: Database
    ) throws -> [RecordedArtifacts.Member] {
        let prefix = folder.parts.isEmpty ? "" : folder.text + "/"
        let range = folder.parts.isEmpty ? "" : "AND name >= :prefix AND name < :end"
        var arguments: StatementArguments = ["run": run]
        if !folder.parts.isEmpty {
            arguments += ["prefix": prefix, "end": folder.text + "0"]
        }
        let members = try db.all(
            """
            SELECT artifacts.name, contents.digest, contents.kind, contents.size
            FROM (
                    SELECT max(id) AS id FROM artifacts
                    WHERE producer = :run \(range)
                    GROUP BY name) AS latest
                JOIN artifacts ON artifacts.id = latest.id
                JOIN contents ON contents.digest = artifacts.digest
            ORDER BY artifacts.name
            """, arguments
        ) { row -> RecordedArtifacts.Member? in
            let name = try row.text(0)
            // A name that is no path cannot be asked for.
            guard let path = try? ArtifactPath(name), path.text.utf8.elementsEqual(name.utf8)
            else { return nil }
            return RecordedArtifacts.Member(
                content: StoredContent(
                    digest: try row.digest(1), kind: try row.choice(2), size: try row.integer(3)),
                rest: ArtifactPath(parts: Array(path.parts[folder.parts.count...])))
        }
        return members.compactMap { $0 }
    }
}

// MARK: - Uploaded files

extension SQLiteArtifactTree {
    /// The uploaded file at a path.
    static func uploaded(at path: ArtifactPath, in db: Database) throws -> StoredContent? {
        try db.first(
            "SELECT digest, size FROM artifact_files WHERE path = :path", ["path": path.text]
        ) { StoredContent(digest: try $0.digest(0), kind: .file, size: try $0.integer(1)) }
    }

    /// The uploaded files below a folder, with their paths from there.
    static func uploaded(
        below folder: ArtifactPath, in db: Database
    ) throws -> [ManifestEntry] {
        let prefix = TreeScan(folder).prefix
        var entries: [ManifestEntry] = []
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT path, digest, size FROM artifact_files
                    WHERE path >= :start
                    ORDER BY path
                    """), arguments: ["start": String(decoding: prefix, as: UTF8.self)])
        while let row = try rows.next() {
            let path = try row.text(0)
            guard path.utf8.starts(with: prefix) else { break }
            entries.append(
                ManifestEntry(
                    path: String(decoding: path.utf8.dropFirst(prefix.count), as: UTF8.self),
                    digest: try row.digest(1), size: try row.integer(2)))
        }
        return entries
    }

    /// The names in a folder of uploaded files, each once; folders with many files are skipped, not
    /// read.
    static func names(
        in folder: ArtifactPath, in db: Database
    ) throws -> [ArtifactTreeEntry] {
        var scan = TreeScan(folder)
        var start = scan.start
        while true {
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT path, size FROM artifact_files WHERE path >= :start ORDER BY path
                        """), arguments: ["start": start])
            var skip: String?
            rows: while let row = try rows.next() {
                switch scan.take(try row.text(0), size: try row.integer(1)) {
                case .next: continue
                case .end: break rows
                case .seek(let path):
                    skip = path
                    break rows
                }
            }
            guard let skip else { return scan.entries }
            start = skip
        }
    }

    /// - Throws: `invalidInput` where no file can be uploaded: at or below what a run recorded, at a
    ///   folder, and below a file.
    static func checkFree(_ place: TreePlace, in db: Database) throws {
        let path = place.path
        guard try recorded(around: place, in: db).isEmpty else { throw unchangeable(path) }
        let isFolder = try db.exists(
            """
            SELECT 1 FROM artifact_files
            WHERE path >= :path || '/' AND path < :path || '0'
            LIMIT 1
            """, ["path": path.text])
        if isFolder {
            throw BancadaError(
                .invalidInput, "\"\(path.text)\" is a folder, a file cannot take its place",
                hint: "delete the folder or choose another path")
        }
        for count in stride(from: path.parts.count - 1, to: 0, by: -1) {
            let above = ArtifactPath(parts: Array(path.parts[..<count]))
            if try uploaded(at: above, in: db) != nil {
                throw BancadaError(
                    .invalidInput, "\"\(above.text)\" is a file, nothing can be below it",
                    hint: "delete the file or choose another path")
            }
        }
    }

    /// Makes a content the file at a path that was checked.
    static func set(
        _ content: StoredContent, at path: ArtifactPath, _ time: Timestamp, in db: Database
    ) throws {
        try db.run(
            """
            INSERT INTO artifact_files (path, digest, size, created_at)
            VALUES (:path, :digest, :size, :time)
            ON CONFLICT DO UPDATE
            SET digest = excluded.digest, size = excluded.size, created_at = excluded.created_at
            """,
            [
                "path": path.text, "digest": content.digest.hex, "size": content.size,
                "time": time.milliseconds,
            ])
    }

    /// - Throws: `conflict` where a content was removed since its digest was read.
    static func checkPresent(_ digests: Set<ContentDigest>, in db: Database) throws {
        let list = "[" + digests.map { "\"\($0.hex)\"" }.joined(separator: ",") + "]"
        let count = try db.first(
            """
            SELECT count(*) FROM contents WHERE digest IN (SELECT value FROM json_each(:list))
            """, ["list": list]
        ) { try $0.count(0) }
        guard count == digests.count else {
            throw BancadaError(
                .conflict, "files of the folder were removed while it was read",
                hint: "try again")
        }
    }
}
