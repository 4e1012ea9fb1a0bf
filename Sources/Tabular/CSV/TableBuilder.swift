import LinearAlgebra
import Workbench

/// Joins the chunks of a CSV file to columns.
struct TableBuilder {
    private struct Building: Sendable {
        var kind: CSVPlan.Kind
        var flags: CellFlags = []
        var numbers: [Double] = []
        var codes: [Int32] = []
        var levels = LevelDictionary()

        /// Makes room for `count` rows, where there is none yet.
        mutating func reserve(_ count: Int) {
            switch kind {
            case .number where numbers.isEmpty: numbers.reserveCapacity(count)
            case .text where codes.isEmpty: codes.reserveCapacity(count)
            case .number, .text, .skip: break
            }
        }
    }

    private let header: [String]
    private var columns: [Building]
    private var finished: [(Int, Building)] = []

    /// Nothing yet of the columns of `header`.
    init(header: [String], kinds: [CSVPlan.Kind]) {
        self.header = header
        columns = kinds.map { Building(kind: $0) }
    }

    /// How the columns are to be read in the next pass.
    var kinds: [CSVPlan.Kind] { columns.map(\.kind) }

    /// Appends the records of `chunks`, in order.
    ///
    /// - Parameter expectedRows: how many rows there will probably be in all, so that columns need
    ///   not grow again and again.
    mutating func append(_ chunks: [CSVChunk], expectedRows: Int?, _ parallel: Parallel) {
        let plan = CSVPlan(delimiter: 0, kinds: kinds, allowed: [])
        parallel.update(&columns) { index, column in
            let slot = plan.slots[index]
            if let expectedRows { column.reserve(expectedRows) }
            for chunk in chunks where chunk.rowCount > 0 {
                let start = slot * chunk.stride
                let rows = start..<start + chunk.rowCount
                switch column.kind {
                case .skip: break
                case .number:
                    column.numbers.append(contentsOf: chunk.numbers[rows])
                case .text:
                    let codes = column.levels.merge(chunk.levels[slot])
                    for code in chunk.codes[rows] {
                        column.codes.append(code < 0 ? -1 : codes[Int(code)])
                    }
                }
                column.flags.formUnion(chunk.flags[index])
            }
        }
    }

    /// After a pass: makes columns of numbers that turn out to be text columns that are still to
    /// be read, and lets the others be.
    ///
    /// - Parameter isText: whether a column, given by its index, with such cells is text.
    /// - Returns: whether there are any.
    mutating func turnTextColumns(_ isText: (Int, CellFlags) -> Bool) -> Bool {
        let turned = columns.indices.filter {
            columns[$0].kind == .number && isText($0, columns[$0].flags)
        }
        guard !turned.isEmpty else { return false }
        for index in columns.indices where !turned.contains(index) {
            finished.append((index, columns[index]))
            columns[index] = Building(kind: .skip)
        }
        for index in turned { columns[index] = Building(kind: .text) }
        return true
    }

    /// The table of everything that was read.
    ///
    /// - Throws: `invalidInput` where there are no rows.
    func table(name: String, types: [String: ColumnType]) throws(BancadaError) -> Table {
        var all = columns
        for (index, column) in finished { all[index] = column }
        var result: [Column] = []
        for (title, column) in zip(header, all) {
            if column.kind == .text {
                let texts = TextValues(codes: column.codes, levels: column.levels.levels())
                result.append(Column(name: title, texts: texts))
            } else {
                let type = types[title] ?? Self.type(column.flags)
                result.append(Column(name: title, type: type, numbers: column.numbers))
            }
        }
        let table = try Table(name: name, columns: result)
        guard table.rowCount > 0 else {
            throw BancadaError(.invalidInput, "\(name) has a header and no rows, expected rows")
        }
        return table
    }

    private static func type(_ flags: CellFlags) -> ColumnType {
        if flags.contains(.boolean) { return .boolean }
        return flags.contains(.integer) && !flags.contains(.number) ? .integer : .number
    }
}
