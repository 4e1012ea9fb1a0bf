/// A table for people: columns as wide as their cells, two spaces between them.
struct TextTable {
    /// How a column stands.
    enum Alignment {
        case left
        case right
    }

    private let headers: [String]
    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// A table with these columns.
    init(_ columns: [(header: String, alignment: Alignment)]) {
        headers = columns.map(\.header)
        alignments = columns.map(\.alignment)
    }

    /// Adds a row; missing cells are empty.
    mutating func add(_ cells: [String]) {
        let line = cells.map { $0.replacing("\n", with: " ") }
        rows.append(line + Array(repeating: "", count: max(0, headers.count - line.count)))
    }

    /// The lines, header first, without trailing spaces.
    var text: String {
        let widths = headers.indices.map { column in
            rows.reduce(headers[column].count) { max($0, $1[column].count) }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return ([headers, rule] + rows).map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (column, width) in widths.enumerated() {
            let cell = cells[column]
            let padding = String(repeating: " ", count: max(0, width - cell.count))
            if column > 0 { text += "  " }
            text += alignments[column] == .left ? cell + padding : padding + cell
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
