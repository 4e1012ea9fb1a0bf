import Documents
import Store
import Workbench

/// What a query gave, as JSON, CSV and a table; tables of the database.
enum QueryDocument {
    /// The longest cell of a table for people.
    private static let cellLength = 60

    /// `{"columns":[..],"rows":[[..]],"more"}`; bytes are hexadecimal text.
    static func json(_ result: QueryResult) -> JSON {
        [
            "columns": .array(result.columns.map(JSON.string)),
            "rows": .array(result.rows.map { .array($0.map(json)) }),
            "more": .bool(result.hasMore),
        ]
    }

    private static func json(_ value: QueryValue) -> JSON {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        case .blob(let bytes): .string(hex(bytes))
        }
    }

    /// A table for people: numbers to the right, long texts cut.
    static func table(_ result: QueryResult) -> TextTable {
        var table = TextTable(
            result.columns.enumerated().map { index, name in
                let isNumber = result.rows.allSatisfy { row in
                    switch row[index] {
                    case .integer, .number, .null: true
                    case .text, .blob: false
                    }
                }
                return (name, isNumber ? .right : .left)
            })
        for row in result.rows {
            table.add(
                row.map { value in
                    let text = text(value)
                    return text.count > cellLength
                        ? String(text.prefix(cellLength - 3)) + "..." : text
                })
        }
        return table
    }

    /// RFC 4180 with LF; NULL is an empty field, and an empty text one in quotes.
    static func csv(_ result: QueryResult) -> [UInt8] {
        var lines = [result.columns.map(field).joined(separator: ",")]
        for row in result.rows {
            lines.append(
                row.map { value in
                    if case .text(let text) = value { return text.isEmpty ? "\"\"" : field(text) }
                    return field(text(value))
                }.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func field(_ text: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13]
        guard text.utf8.contains(where: special.contains) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func text(_ value: QueryValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .number(let number): JSON.number(number).compactText.replacing("\"", with: "")
        case .text(let text): text
        case .blob(let bytes): hex(bytes)
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    // MARK: - Tables

    /// `{"tables":[{"name","columns":[{"name","type","required","key","references"}]}]}`.
    static func json(_ tables: [TableDescription]) -> JSON {
        let list = tables.map { table -> JSON in
            let columns = table.columns.map { column -> JSON in
                [
                    "name": .string(column.name), "type": .string(column.type),
                    "required": .bool(column.isRequired), "key": .bool(column.isKey),
                    "references": JSON(column.target),
                ]
            }
            return ["name": .string(table.name), "columns": .array(columns)]
        }
        return ["tables": .array(list)]
    }

    /// A block a table.
    static func text(_ tables: [TableDescription]) -> String {
        tables.map { table in
            let width = table.columns.reduce(0) { max($0, $1.name.count) }
            let lines = table.columns.map { column in
                var words = [column.name.padding(to: width), column.type.padding(to: 7)]
                if column.isKey { words.append("key") }
                if let target = column.target { words.append("-> \(target)") }
                var line = "  " + words.joined(separator: "  ")
                while line.last == " " { line.removeLast() }
                return line
            }
            return ([table.name] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
