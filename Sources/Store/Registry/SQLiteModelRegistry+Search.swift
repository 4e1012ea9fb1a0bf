import GRDB
package import Workbench

extension SQLiteModelRegistry {
    package func models(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<RegisteredModel> {
        try Limits.check(limit, atMost: Limits.models)
        var statement = SearchStatement()
        try statement.filter(query.filter, Self.entryColumns)
        try statement.sort(by: query.order, Self.entryColumns, last: [("name", true)])
        try statement.begin(after: token, listing: .models)
        return try await database.read { [statement] db in
            let sql = statement.sql(
                selecting: EntryHead.columns, from: EntryHead.source, limit: limit)
            let rows = try Row.fetchCursor(db, sql: sql, arguments: statement.arguments)
            var heads: [EntryHead] = []
            var keys: [[PageKey.Field]] = []
            while let row = try rows.next() {
                heads.append(try EntryHead(row))
                keys.append(try statement.key(row, from: EntryHead.columnCount))
            }
            let models = try Self.models(heads, in: db)
            return statement.page(
                zip(models, keys).map { ($0, $1) }, limit: limit, listing: .models)
        }
    }

    package func versions(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<ModelVersion> {
        try Limits.check(limit, atMost: Limits.versions)
        var statement = SearchStatement()
        try statement.filter(query.filter, Self.versionColumns)
        try statement.sort(
            by: query.order, Self.versionColumns, last: [("name", true), ("version_number", false)])
        try statement.begin(after: token, listing: .versions)
        return try await database.read { [statement] db in
            let sql = statement.sql(
                selecting: VersionHead.columns, from: VersionHead.source, limit: limit)
            let rows = try Row.fetchCursor(db, sql: sql, arguments: statement.arguments)
            var heads: [VersionHead] = []
            var keys: [[PageKey.Field]] = []
            while let row = try rows.next() {
                heads.append(try VersionHead(row))
                keys.append(try statement.key(row, from: VersionHead.columnCount))
            }
            let versions = try Self.versions(heads, in: db)
            return statement.page(
                zip(versions, keys).map { ($0, $1) }, limit: limit, listing: .versions)
        }
    }

    private static let entryColumns = SearchColumns(
        attributes: [
            "name": "m.name", "creation_timestamp": "m.created_at",
            "last_updated_timestamp": "m.updated_at",
        ], tables: [.tag: .init(name: "registered_model_tags", join: "e.model = m.id")])

    private static let versionColumns = SearchColumns(
        attributes: [
            "name": "m.name", "run_id": "runs.id", "source_path": "v.source",
            "version_number": "v.version", "creation_timestamp": "v.created_at",
            "last_updated_timestamp": "v.updated_at",
        ],
        tables: [
            .tag: .init(
                name: "model_version_tags", join: "e.model = v.model AND e.version = v.version")
        ])
}

extension SearchStatement {
    /// Orders by attributes that are never missing, then by those of `last` that did not come.
    ///
    /// - Throws: `invalidInput` for a field that `columns` does not have, or that comes twice.
    fileprivate mutating func sort(
        by keys: [OrderKey], _ columns: SearchColumns, last: [(name: String, ascending: Bool)]
    ) throws(BancadaError) {
        var names: Set<String> = []
        let rest = last.map { OrderKey(SearchField(.attribute, $0.name), ascending: $0.ascending) }
        for (index, key) in (keys + rest).enumerated() {
            let name = key.field.key
            guard key.field.entity == .attribute, let column = columns.attributes[name] else {
                throw Self.unknown(key.field)
            }
            guard names.insert(name).inserted else {
                if index >= keys.count { continue }
                throw BancadaError(
                    .invalidInput, "the order has \"\(name)\" twice", hint: "name a field once")
            }
            sort(column, name == "name" ? .text : .integer, ascending: key.ascending)
        }
    }
}
