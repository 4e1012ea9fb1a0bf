package import Workbench

/// Writes tables as CSV (RFC 4180, LF) that `CSVReader` reads back with the same values.
///
/// Numbers are the shortest text that reads back as the same double, missing values are empty, and
/// fields are quoted only where they have to be.
package enum CSVWriter {
    /// The bytes of the table, header first.
    package static func bytes(of table: Table) -> [UInt8] {
        var text = header(of: table)
        append(rows: 0..<table.rowCount, of: table, to: &text)
        return text
    }

    /// Writes the table to a file, in pieces, and renames it into place once it is whole.
    ///
    /// - Throws: `notFound` where the folder is missing, `unavailable` where it cannot be written.
    package static func write(_ table: Table, to path: String) throws(BancadaError) {
        let file = try FileSink(path: path)
        var piece = header(of: table)
        var row = 0
        while row < table.rowCount {
            let next = min(row + 4096, table.rowCount)
            append(rows: row..<next, of: table, to: &piece)
            try file.write(piece)
            piece.removeAll(keepingCapacity: true)
            row = next
        }
        try file.write(piece)
        try file.commit()
    }

    private static func header(of table: Table) -> [UInt8] {
        var text: [UInt8] = []
        for (index, column) in table.columns.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            append(column.name, to: &text)
        }
        text.append(10)
        return text
    }

    private static func append(rows: Range<Int>, of table: Table, to text: inout [UInt8]) {
        for row in rows {
            for (index, column) in table.columns.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                if let value = column.text(row: row) {
                    append(value, to: &text)
                } else if table.columns.count == 1 {
                    // A line without anything would be skipped as blank.
                    text.append(contentsOf: "\"\"".utf8)
                }
            }
            text.append(10)
        }
    }

    private static func append(_ field: String, to text: inout [UInt8]) {
        let special: Set<UInt8> = [
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"), 9, 10, 13,
            UInt8(ascii: "\""),
        ]
        let isBare =
            !field.utf8.contains(where: special.contains) && field.utf8.first != 32
            && field.utf8.last != 32
        if isBare {
            text.append(contentsOf: field.utf8)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}
