package import Documents
package import Workbench

/// What a table must keep to.
///
///     rows: {min: 100, max: 1000000}
///     columns:
///       age:     {type: integer, min: 0, max: 150, missing: 0.05}
///       species: {values: [Adelie, Gentoo], required: false}
///       id:      {type: text, unique: true, pattern: "[A-Z]{2}[0-9]+"}
///     allow_new: false
///
/// Every key is optional. A column that is named must be there unless `required` is false; columns
/// that are not named may be there unless `allow_new` is false.
package struct TableRules: Sendable, Equatable {
    /// What one column must keep to.
    package struct ColumnRules: Sendable, Equatable {
        /// The column's name.
        package let name: String
        /// Its type; integers are numbers too.
        package let type: ColumnType?
        /// Whether it must be there.
        package let isRequired: Bool
        /// The greatest share of rows without a value.
        package let missing: Double?
        /// The least number.
        package let minimum: Double?
        /// The greatest number.
        package let maximum: Double?
        /// The values that there may be: texts, numbers or booleans.
        package let values: [JSON]?
        /// Whether no value may be there twice.
        package let isUnique: Bool
        /// The regular expression that every value, as CSV shows it, matches as a whole.
        package let pattern: String?
    }

    /// The least number of rows.
    package let minimumRows: Int?
    /// The greatest number of rows.
    package let maximumRows: Int?
    /// The columns' rules, in the order of the document.
    package let columns: [ColumnRules]
    /// Whether other columns may be there.
    package let allowsNew: Bool

    /// Reads rules.
    ///
    /// - Throws: `invalidInput` naming line, path and, of an unknown key, the nearest one.
    package init(_ node: Node, document: String = "rules") throws(BancadaError) {
        let root = try ObjectFields(node, document: document)
        try root.refuseUnknown(known: ["rows", "columns", "allow_new"])
        var minimum: Int?
        var maximum: Int?
        if root.optional("rows") != nil {
            let rows = try root.object("rows")
            try rows.refuseUnknown(known: ["min", "max"])
            minimum = try rows.count("min")
            maximum = try rows.count("max")
            if let minimum, let maximum, minimum > maximum {
                throw rows.invalid("min", "is \(minimum), above max \(maximum)")
            }
        }
        minimumRows = minimum
        maximumRows = maximum
        var columns: [ColumnRules] = []
        if root.optional("columns") != nil {
            let object = try root.object("columns")
            for member in object.members {
                columns.append(try ColumnRules(member.name, try object.object(member.name)))
            }
        }
        self.columns = columns
        allowsNew = try root.flag("allow_new", otherwise: true)
    }
}

extension TableRules.ColumnRules {
    fileprivate init(_ name: String, _ object: ObjectFields) throws(BancadaError) {
        try object.refuseUnknown(known: [
            "type", "required", "missing", "min", "max", "values", "unique", "pattern",
        ])
        self.name = name
        type = try Self.type(object)
        isRequired = try object.flag("required", otherwise: true)
        missing = object.optional("missing") == nil ? nil : try object.double("missing")
        if let missing, !(0...1).contains(missing) {
            throw object.invalid("missing", "is \(missing), expected a share from 0 to 1")
        }
        minimum = object.optional("min") == nil ? nil : try object.double("min")
        maximum = object.optional("max") == nil ? nil : try object.double("max")
        if let minimum, let maximum, minimum > maximum {
            throw object.invalid("min", "is \(minimum), above max \(maximum)")
        }
        if let type, type == .text || type == .boolean {
            for key in ["min", "max"] where object.optional(key) != nil {
                throw object.invalid(key, "is for numbers, and the type is \(type.rawValue)")
            }
        }
        values = try Self.values(object)
        isUnique = try object.flag("unique", otherwise: false)
        pattern = object.optional("pattern") == nil ? nil : try object.string("pattern")
        if let pattern {
            do {
                _ = try Regex(pattern)
            } catch {
                throw object.invalid("pattern", "is \"\(pattern)\", no regular expression")
            }
        }
    }

    private static func type(_ object: ObjectFields) throws(BancadaError) -> ColumnType? {
        guard object.optional("type") != nil else { return nil }
        let word = try object.string("type")
        if let type = ColumnType(rawValue: word) { return type }
        let names = ColumnType.allCases.map(\.rawValue)
        let near = NearestName.of(word, among: names).map { "; write \"\($0)\"" } ?? ""
        throw object.invalid(
            "type", "is \"\(word)\", expected one of \(names.joined(separator: ", "))\(near)")
    }

    private static func values(_ object: ObjectFields) throws(BancadaError) -> [JSON]? {
        guard object.optional("values") != nil else { return nil }
        let items = try object.array("values")
        guard !items.isEmpty else { throw object.invalid("values", "is empty") }
        for (index, item) in items.enumerated() {
            switch item.value {
            case .string, .integer, .number, .bool: continue
            case .null, .array, .object:
                throw object.invalid(
                    "values",
                    "has \(item.kind) at \(index), expected strings, numbers and booleans")
            }
        }
        return items.map(\.json)
    }
}

extension ObjectFields {
    /// True or false under `name`.
    fileprivate func flag(_ name: String, otherwise: Bool) throws(BancadaError) -> Bool {
        guard let node = optional(name) else { return otherwise }
        guard case .bool(let value) = node.value else {
            throw invalid(name, "is \(node.kind), expected true or false")
        }
        return value
    }

    /// The number of things under `name`; nil where it is absent.
    fileprivate func count(_ name: String) throws(BancadaError) -> Int? {
        guard optional(name) != nil else { return nil }
        let value = try integer(name)
        guard value >= 0 else { throw invalid(name, "is \(value), expected 0 or more") }
        return value
    }
}
