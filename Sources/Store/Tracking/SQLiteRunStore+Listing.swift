import GRDB
package import Workbench

extension SQLiteRunStore {
    package func runs(
        idPrefix prefix: String, limit: Int
    ) async throws(BancadaError) -> [Run] {
        try Limits.check(limit, atMost: Limits.page)
        let isHexadecimal = prefix.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard isHexadecimal else { return [] }
        return try await database.read { db in
            let numbers = try db.all(
                """
                SELECT number FROM runs
                WHERE id >= :prefix AND id < :prefix || 'g'
                ORDER BY started_at DESC, id
                LIMIT :limit
                """, ["prefix": prefix, "limit": limit]
            ) { try $0.integer(0) }
            var reader = try RunReader(db)
            return try numbers.map { try reader.run($0) }
        }
    }

    package func runs(
        _ query: RunQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Run> {
        let search = try RunSearch(query, limit: limit, after: token)
        return try await database.read { try search.page(in: $0) }
    }

    /// The run with this id.
    ///
    /// - Throws: `notFound`.
    static func run(_ id: RunID, in db: Database) throws -> Run {
        var reader = try RunReader(db)
        guard let run = try reader.run(id) else { throw missing(id) }
        return run
    }
}
