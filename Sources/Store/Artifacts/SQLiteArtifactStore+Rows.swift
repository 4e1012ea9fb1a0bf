import GRDB
package import Workbench

extension SQLiteArtifactStore {
    package func recordArtifact(
        _ artifact: NewArtifact, at time: Timestamp
    ) async throws(BancadaError) -> Artifact {
        try Self.check(artifact)
        return try await database.write { try Self.insert(artifact, at: time, in: $0) }
    }

    package func artifact(_ id: ArtifactID) async throws(BancadaError) -> Artifact {
        try await database.read { try Self.artifact(id, in: $0) }
    }

    package func recordInput(
        _ name: String, artifact: ArtifactID, of run: RunID
    ) async throws(BancadaError) {
        try Self.checkName(name, of: "input")
        try await database.write { db in
            let number = try SQLiteRunStore.activeNumber(of: run, in: db)
            _ = try Self.artifact(artifact, in: db)
            let stored = try db.first(
                "SELECT artifact FROM run_inputs WHERE run = :run AND name = :name",
                ["run": number, "name": name]
            ) { try $0.integer(0) }
            if stored == artifact.number { return }
            if let stored {
                throw BancadaError(
                    .conflict,
                    "input \"\(name)\" of run \(run.text) is artifact \(stored) already",
                    hint: "record the artifact under another name")
            }
            try db.run(
                "INSERT INTO run_inputs (run, name, artifact) VALUES (:run, :name, :artifact)",
                ["run": number, "name": name, "artifact": artifact.number])
        }
    }

    package func inputs(of run: RunID) async throws(BancadaError) -> [RunInput] {
        try await database.read { db in
            let number = try SQLiteRunStore.existingNumber(of: run, in: db)
            return try db.all(
                "SELECT name, artifact FROM run_inputs WHERE run = :run ORDER BY name",
                ["run": number]
            ) { row in
                RunInput(
                    name: try row.text(0),
                    artifact: try Self.artifact(ArtifactID(try row.integer(1)), in: db))
            }
        }
    }

    package func outputs(of run: RunID) async throws(BancadaError) -> [Artifact] {
        try await database.read { db in
            let number = try SQLiteRunStore.existingNumber(of: run, in: db)
            return try db.all(
                """
                SELECT max(id) FROM artifacts WHERE producer = :run GROUP BY name ORDER BY name
                """, ["run": number]
            ) { try Self.artifact(ArtifactID(try $0.integer(0)), in: db) }
        }
    }
}

extension SQLiteArtifactStore {
    /// The content with this digest.
    ///
    /// - Throws: `notFound`.
    static func content(_ digest: ContentDigest, in db: Database) throws -> StoredContent {
        let content = try db.first(
            "SELECT kind, size FROM contents WHERE digest = :digest", ["digest": digest.hex]
        ) { StoredContent(digest: digest, kind: try $0.choice(0), size: try $0.integer(1)) }
        guard let content else {
            throw BancadaError(
                .notFound, "content \(digest.hex) not found", hint: "store the content first")
        }
        return content
    }

    /// Records an artifact, checked, unless it is the one that was recorded last.
    static func insert(
        _ artifact: NewArtifact, at time: Timestamp, in db: Database
    ) throws -> Artifact {
        _ = try content(artifact.digest, in: db)
        let producer = try artifact.producer.map {
            try SQLiteRunStore.activeNumber(of: $0, in: db)
        }
        let last = try last(artifact, of: producer, in: db)
        if let last, last.isSame(as: artifact) { return last }
        try db.run(
            """
            INSERT INTO artifacts (type, name, digest, producer, created_at)
            VALUES (:type, :name, :digest, :producer, :time)
            """,
            [
                "type": artifact.type.rawValue, "name": artifact.name,
                "digest": artifact.digest.hex, "producer": producer,
                "time": time.milliseconds,
            ])
        let id = ArtifactID(db.lastInsertedRowID)
        for fact in artifact.metadata {
            try db.run(
                """
                INSERT INTO artifact_metadata (artifact, key, value)
                VALUES (:artifact, :key, :value)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """, ["artifact": id.number, "key": fact.key, "value": fact.value])
        }
        return try self.artifact(id, in: db)
    }

    /// Records content whose file is in its place and synced. Of content that is there already the
    /// time moves on: nothing may refer to it yet, and it is not to be collected before that.
    static func insert(_ content: StoredContent, at time: Timestamp, in db: Database) throws {
        try db.run(
            """
            INSERT INTO contents (digest, kind, size, created_at)
            VALUES (:digest, :kind, :size, :time)
            ON CONFLICT DO UPDATE SET created_at = max(created_at, excluded.created_at)
                WHERE kind = excluded.kind
            """,
            [
                "digest": content.digest.hex, "kind": content.kind.rawValue,
                "size": content.size, "time": time.milliseconds,
            ])
        if db.changesCount == 1 { return }
        if try Self.content(content.digest, in: db).kind != content.kind {
            throw Ingestion.ambiguous(content.digest)
        }
    }

    /// The artifact in a row.
    ///
    /// - Throws: `notFound`.
    static func artifact(_ id: ArtifactID, in db: Database) throws -> Artifact {
        let artifact = try db.first(
            """
            SELECT artifacts.type, artifacts.name, artifacts.digest, contents.kind, contents.size,
                runs.id, artifacts.created_at
            FROM artifacts
                JOIN contents ON contents.digest = artifacts.digest
                LEFT JOIN runs ON runs.number = artifacts.producer
            WHERE artifacts.id = :id
            """, ["id": id.number]
        ) { row in
            Artifact(
                id: id, type: try row.choice(0), name: try row.text(1),
                content: StoredContent(
                    digest: try row.digest(2), kind: try row.choice(3), size: try row.integer(4)),
                producer: try row.optionalRunID(5), metadata: try metadata(of: id, in: db),
                creationTime: try row.timestamp(6))
        }
        guard let artifact else {
            throw BancadaError(.notFound, "artifact \(id.number) not found")
        }
        return artifact
    }

    private static func metadata(of id: ArtifactID, in db: Database) throws -> [Tag] {
        try db.all(
            "SELECT key, value FROM artifact_metadata WHERE artifact = :id ORDER BY key",
            ["id": id.number]
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
    }

    /// What the producer last recorded under the artifact's name; for things from outside, what was
    /// last recorded with its name and content.
    private static func last(
        _ new: NewArtifact, of producer: Int64?, in db: Database
    ) throws -> Artifact? {
        let sql =
            producer == nil
            ? """
            SELECT id FROM artifacts WHERE digest = :digest AND name = :name AND producer IS NULL
            ORDER BY id DESC
            LIMIT 1
            """
            : """
            SELECT id FROM artifacts WHERE producer = :run AND name = :name
            ORDER BY id DESC
            LIMIT 1
            """
        let key: StatementArguments =
            producer.map { ["run": $0, "name": new.name] }
            ?? ["digest": new.digest.hex, "name": new.name]
        return try db.first(sql, key) { try artifact(ArtifactID(try $0.integer(0)), in: db) }
    }

    static func check(_ artifact: NewArtifact) throws(BancadaError) {
        try checkName(artifact.name, of: "artifact")
        for fact in artifact.metadata {
            try TrackingRules.checkText(fact.key, of: "artifact metadata key")
            try TrackingRules.checkText(fact.value, of: "artifact metadata \"\(fact.key)\"")
        }
    }

    private static func checkName(_ name: String, of what: String) throws(BancadaError) {
        guard !name.isEmpty else {
            throw BancadaError(.invalidInput, "empty \(what) name", hint: "give it a name")
        }
        try TrackingRules.checkText(name, of: "\(what) name")
    }
}

extension Artifact {
    fileprivate func isSame(as other: NewArtifact) -> Bool {
        type == other.type && content.digest == other.digest
            && Dictionary(metadata.map { ($0.key, $0.value) }) { $1 }
                == Dictionary(other.metadata.map { ($0.key, $0.value) }) { $1 }
    }
}

extension Row {
    /// The digest in a column.
    func digest(_ index: Int) throws -> ContentDigest {
        guard let digest = try optionalDigest(index) else {
            throw BancadaError(
                .corrupt, "the workspace's database is damaged: content without a digest",
                hint: corruptionHint)
        }
        return digest
    }

    /// The digest in a column, nil for NULL.
    func optionalDigest(_ index: Int) throws -> ContentDigest? {
        try optionalText(index).flatMap(ContentDigest.init(hex:))
    }
}
