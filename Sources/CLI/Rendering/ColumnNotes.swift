import Tabular

/// Remarks about columns for people: many columns with one remark take one line.
enum ColumnNotes {
    /// How many columns are named before the rest is counted.
    private static let named = 3

    /// A line for every remark, in the order of its first column.
    static func lines(_ notes: [ColumnNote]) -> [String] {
        var order: [String] = []
        var columns: [String: [String]] = [:]
        for note in notes {
            if columns[note.message] == nil { order.append(note.message) }
            columns[note.message, default: []].append("\"\(note.column)\"")
        }
        return order.map { message in
            let names = columns[message] ?? []
            let shown = names.prefix(named).joined(separator: ", ")
            if names.count == 1 { return "column \(shown) \(message)" }
            let rest = names.count > named ? " and \(names.count - named) more" : ""
            return "\(names.count) columns, each \(message): \(shown)\(rest)"
        }
    }
}
