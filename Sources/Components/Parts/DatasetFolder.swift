import Documents
import LinearAlgebra
import ModelFormats
package import Tabular
package import Workbench

/// The folder of a dataset: `data.csv` and `schema.json`.
package enum DatasetFolder {
    /// The file with the rows.
    package static let dataFile = "data.csv"
    /// The file with the columns' types.
    package static let schemaFile = "schema.json"

    /// Writes a table as a dataset's folder, which is made.
    ///
    /// - Throws: `unavailable`.
    package static func write(_ table: Table, to folder: String) throws(BancadaError) {
        try FileBytes.makeFolder(folder)
        try CSVWriter.write(table, to: "\(folder)/\(dataFile)")
        let schema = TableSchema(table).json.prettyText
        try FileBytes.write(Array(schema.utf8), to: "\(folder)/\(schemaFile)")
    }

    /// Reads the table of a dataset artifact: a folder as above, or, as other programs write them,
    /// a folder without the schema or a single CSV file.
    ///
    /// - Parameter types: columns whose types are known; they come before the schema's.
    /// - Throws: `notFound`; `invalidInput`; `unavailable`.
    package static func read(
        _ artifact: RuntimeArtifact, types: [String: ColumnType] = [:], tools: ComponentTools,
        context: ExecutionContext
    ) throws(BancadaError) -> Table {
        var known: [String: ColumnType] = [:]
        var path = artifact.path
        if tools.isFolder(path) {
            if let schema = try schema(path) {
                for field in schema.fields { known[field.name] = field.type }
            }
            path += "/\(dataFile)"
        }
        known.merge(types) { $1 }
        return try CSVReader.read(
            path: path, options: CSVOptions(types: known),
            parallel: Parallel(threads: context.threads), progress: context.progress)
    }

    /// The types of the columns that the schema of a folder names; none where there is no schema, or
    /// one without columns.
    ///
    /// - Throws: `invalidInput` for a schema of another form; `unavailable`.
    static func types(in folder: String) throws(BancadaError) -> [String: ColumnType] {
        let path = "\(folder)/\(schemaFile)"
        let bytes: [UInt8]
        do throws(BancadaError) {
            bytes = try FileBytes.read(path)
        } catch {
            if error.code == .notFound { return [:] }
            throw error
        }
        let root = try JSONParser.parse(bytes, document: path)
        guard case .object(let members) = root.json,
            members.contains(where: { $0.name == "columns" })
        else { return [:] }
        var types: [String: ColumnType] = [:]
        for column in try ObjectFields(root, document: path).objects("columns") {
            let word = try column.string("type")
            guard let type = ColumnType(rawValue: word) else {
                throw column.invalid(
                    "type",
                    "is \"\(word)\", expected one of "
                        + ColumnType.allCases.map(\.rawValue).joined(separator: ", "))
            }
            types[try column.string("name")] = type
        }
        return types
    }

    private static func schema(_ folder: String) throws(BancadaError) -> TableSchema? {
        let path = "\(folder)/\(schemaFile)"
        let bytes: [UInt8]
        do throws(BancadaError) {
            bytes = try FileBytes.read(path)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        return try TableSchema(JSONParser.parse(bytes, document: path), document: path)
    }

    /// The artifact of a table that was written.
    package static func artifact(
        _ name: String, _ table: Table, at path: String, metadata: [JSON.Member] = []
    ) -> RuntimeArtifact {
        RuntimeArtifact(
            name: name, type: .dataset, path: path,
            metadata: [
                .init("rows", JSON(table.rowCount)), .init("columns", JSON(table.columns.count)),
            ] + metadata)
    }
}
