import Documents
import Workbench

/// How runs differ: for each param, metric and tag, what each run has.
struct RunComparison {
    /// One key with what each run has for it, nil where it has nothing.
    struct Row {
        let key: String
        let values: [String?]
        /// The numbers, where the row is a metric's.
        var numbers: [Double?] = []

        /// Whether the runs do not all have the same.
        var differs: Bool { values.contains { $0 != values[0] } }
    }

    private let runs: [Run]
    private let sections: [(title: String, rows: [Row])]

    /// The tag that is the run's name, which stands above its column.
    private static let nameTag = "mlflow.runName"
    /// The longest value in a table.
    private static let cellLength = 40

    /// - Parameter state: what people are shown as a run's state.
    init(_ runs: [Run], state: (Run) -> String) {
        self.runs = runs
        let texts = Self.rows(runs.map { $0.params.map { ($0.key, $0.value) } })
        let tags = Self.rows(
            runs.map { run in
                run.tags.filter { $0.key != Self.nameTag }.map { ($0.key, $0.value) }
            })
        sections = [
            ("run", Self.attributes(runs, state)), ("params", texts),
            ("metrics", Self.metrics(runs)), ("tags", tags),
        ]
    }

    /// How many rows are equal in all runs.
    var equalCount: Int {
        sections.reduce(0) { $0 + $1.rows.filter { !$0.differs }.count }
    }

    // MARK: - Rows

    private static func attributes(_ runs: [Run], _ state: (Run) -> String) -> [Row] {
        [
            Row(key: "name", values: runs.map(\.name)),
            Row(key: "kind", values: runs.map(\.kind.rawValue)),
            Row(key: "status", values: runs.map(state)),
            Row(key: "experiment", values: runs.map { String($0.experiment.number) }),
            Row(key: "user", values: runs.map(\.user)),
            Row(key: "started", values: runs.map { Format.time($0.startTime) }),
            Row(key: "took", values: runs.map(RunListing.took)),
        ]
    }

    private static func rows(_ pairs: [[(String, String)]]) -> [Row] {
        let tables = pairs.map { Dictionary($0) { _, last in last } }
        let keys = Set(tables.flatMap(\.keys)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return keys.map { key in Row(key: key, values: tables.map { $0[key] }) }
    }

    private static func metrics(_ runs: [Run]) -> [Row] {
        let tables = runs.map { run in
            Dictionary(run.metrics.map { ($0.key, $0.value) }) { _, last in last }
        }
        let keys = Set(tables.flatMap(\.keys)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return keys.map { key in
            let numbers = tables.map { $0[key] }
            // Equal to the last digit, not as they are shown; NaN is equal to itself here.
            return Row(key: key, values: numbers.map { $0.map { "\($0)" } }, numbers: numbers)
        }
    }

    // MARK: - Text

    /// Tables of what differs, and with `all` of what does not below it.
    func text(all: Bool) -> String {
        let showsChange = runs.count == 2
        var parts: [String] = []
        for (title, rows) in sections {
            let shown = rows.filter(\.differs) + (all ? rows.filter { !$0.differs } : [])
            if shown.isEmpty { continue }
            let isMetrics = title == "metrics"
            var table = TextTable(
                [(title, .left)]
                    + runs.map { (String($0.id.text.prefix(8)), isMetrics ? .right : .left) }
                    + (isMetrics && showsChange ? [("change", .right)] : []))
            for row in shown { table.add(cells(row, isMetrics, showsChange)) }
            parts.append(table.text)
        }
        return parts.isEmpty ? "the runs are equal" : parts.joined(separator: "\n\n")
    }

    private func cells(_ row: Row, _ isMetrics: Bool, _ showsChange: Bool) -> [String] {
        guard isMetrics else { return [row.key] + row.values.map { Self.cut($0 ?? "-") } }
        var cells = [row.key] + row.numbers.map { $0.map(Format.number) ?? "-" }
        if showsChange, let first = row.numbers[0], let second = row.numbers[1] {
            let change = second - first
            cells.append(row.differs ? (change > 0 ? "+" : "") + Format.number(change) : "")
        }
        return cells
    }

    private static func cut(_ text: String) -> String {
        text.count > cellLength ? text.prefix(cellLength - 3) + "..." : text
    }

    // MARK: - JSON

    /// `{"runs":[..],"params":[{"key","values":[..],"differs"}],"metrics":[..],"tags":[..]}`; the
    /// values are in the order of the runs.
    var json: JSON {
        var members: [JSON.Member] = [
            .init(
                "runs",
                .array(
                    runs.map { run -> JSON in
                        [
                            "run_id": .string(run.id.text), "name": .string(run.name),
                            "kind": .string(run.kind.rawValue),
                            "status": .string(run.status.rawValue),
                            "experiment_id": .string(String(run.experiment.number)),
                        ]
                    }))
        ]
        for (title, rows) in sections where title != "run" {
            members.append(.init(title, .array(rows.map(Self.json))))
        }
        return .object(members)
    }

    private static func json(_ row: Row) -> JSON {
        let values: [JSON] =
            row.numbers.isEmpty
            ? row.values.map { JSON($0) } : row.numbers.map { $0.map(JSON.number) ?? .null }
        return [
            "key": .string(row.key), "values": .array(values), "differs": .bool(row.differs),
        ]
    }
}
