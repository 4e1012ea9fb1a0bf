package import Documents
import LinearAlgebra
package import Workbench

/// What a table has to look like: the `schema.json` of a dataset.
package struct TableSchema: Sendable, Equatable {
    /// One column.
    package struct Field: Sendable, Equatable {
        /// The column's name.
        package let name: String
        /// Its type.
        package let type: ColumnType
        /// Rows with a value.
        package let count: Int
        /// Rows without one.
        package let missing: Int
        /// The values of text columns with at most `maximumLevels` of them, in ascending order.
        package let levels: [String]?
        /// The least and the greatest value of integers and numbers, where there are any.
        package let bounds: ClosedRange<Double>?
    }

    /// The version that is written.
    package static let formatVersion = 1
    /// The most values of a text column that are listed.
    package static let maximumLevels = 1000

    /// Number of rows.
    package let rowCount: Int
    /// The columns, in order.
    package let fields: [Field]

    /// The schema of a table.
    package init(_ table: Table) {
        rowCount = table.rowCount
        fields = table.columns.map(Self.field)
    }

    private static func field(_ column: Column) -> Field {
        let missing = column.missingCount
        var levels: [String]?
        var bounds: ClosedRange<Double>?
        switch column.values {
        case .texts(let texts):
            let used = Set(texts.codes.lazy.filter { $0 >= 0 }.map { texts.levels[Int($0)] })
            if used.count <= maximumLevels { levels = used.sorted() }
        case .numbers(let values) where column.type != .boolean:
            var least = Double.infinity
            var greatest = -Double.infinity
            for value in values where !value.isNaN {
                least = min(least, value)
                greatest = max(greatest, value)
            }
            if least <= greatest { bounds = least...greatest }
        case .numbers: break
        }
        return Field(
            name: column.name, type: column.type, count: column.count - missing, missing: missing,
            levels: levels, bounds: bounds)
    }

    // MARK: - JSON

    /// The contents of `schema.json`.
    package var json: JSON {
        let columns = fields.map { field -> JSON in
            var members: [JSON.Member] = [
                .init("name", .string(field.name)), .init("type", .string(field.type.rawValue)),
                .init("count", JSON(field.count)), .init("missing", JSON(field.missing)),
            ]
            if let levels = field.levels {
                members.append(.init("levels", .array(levels.map(JSON.string))))
            }
            if let bounds = field.bounds {
                members.append(.init("minimum", .number(bounds.lowerBound)))
                members.append(.init("maximum", .number(bounds.upperBound)))
            }
            return .object(members)
        }
        return [
            "format": "bancada-schema", "version": JSON(Self.formatVersion),
            "rows": JSON(rowCount), "columns": .array(columns),
        ]
    }

    /// Reads the contents of `schema.json`.
    ///
    /// - Throws: `invalidInput` naming line and key; `unsupported` for a newer version.
    package init(_ node: Node, document: String = "schema.json") throws(BancadaError) {
        let root = try ObjectFields(node, document: document)
        let version = try root.integer("version")
        guard version <= Self.formatVersion else {
            throw BancadaError(
                .unsupported,
                "\(document) has version \(version), this program reads up to "
                    + "\(Self.formatVersion)",
                hint: "use a newer release")
        }
        rowCount = try root.integer("rows")
        var fields: [Field] = []
        for object in try root.objects("columns") {
            let name = try object.string("type")
            guard let type = ColumnType(rawValue: name) else {
                throw object.invalid("type", "is \"\(name)\", no type of column")
            }
            fields.append(
                Field(
                    name: try object.string("name"), type: type,
                    count: try object.integer("count"), missing: try object.integer("missing"),
                    levels: object.optional("levels") == nil ? nil : try object.strings("levels"),
                    bounds: try Self.bounds(object)))
        }
        self.fields = fields
    }

    private static func bounds(_ object: ObjectFields) throws(BancadaError) -> ClosedRange<Double>?
    {
        guard object.optional("minimum") != nil else { return nil }
        let least = try number("minimum", object)
        let greatest = try number("maximum", object)
        guard least <= greatest else { throw object.invalid("minimum", "is above the maximum") }
        return least...greatest
    }

    /// A number, or an infinity in words as JSON has to write it.
    private static func number(
        _ name: String, _ object: ObjectFields
    ) throws(BancadaError) -> Double {
        switch object.optional(name)?.string {
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: try object.double(name)
        }
    }
}
