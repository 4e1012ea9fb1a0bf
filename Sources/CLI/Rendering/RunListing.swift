import Documents
import Workbench

/// Pages of runs as JSON and as a table.
struct RunListing {
    let workspace: OpenWorkspace
    let global: GlobalOptions
    /// Fields with a column of their own; a few metrics where there are none.
    var fields: [SearchField] = []

    /// Prints a page.
    func print(_ page: Page<Run>) {
        if global.json {
            global.console.print(
                ["runs": json(page.items), "more": .bool(page.next != nil)] as JSON)
        } else {
            global.console.print(table(page.items).text)
            if page.next != nil { global.console.note("more runs: raise --limit") }
        }
    }

    /// The runs as `runs list --json` shows them.
    func json(_ runs: [Run]) -> JSON {
        .array(
            runs.map {
                JSON.object(
                    RunDocument.summary($0, isInterrupted: workspace.isInterrupted($0)))
            })
    }

    /// One line a run.
    func table(_ runs: [Run]) -> TextTable {
        var columns: [(header: String, alignment: TextTable.Alignment)] = [
            ("run", .left), ("kind", .left), ("name", .left), ("status", .left),
            ("started", .left), ("took", .right),
        ]
        if fields.isEmpty {
            columns.append(("metrics", .left))
        } else {
            columns += fields.map { ($0.key, $0.entity == .metric ? .right : .left) }
        }
        var table = TextTable(columns)
        for run in runs {
            let cells = [
                String(run.id.text.prefix(8)), run.kind.rawValue, run.name,
                RunDocument.state(of: run, isInterrupted: workspace.isInterrupted(run)),
                Format.time(run.startTime), Self.took(run) ?? "",
            ]
            table.add(
                cells + (fields.isEmpty ? [Self.metrics(run)] : fields.map { Self.text($0, run) }))
        }
        return table
    }

    /// How long a run took, once it has ended; nobody knows where the clock was set back meanwhile.
    static func took(_ run: Run) -> String? {
        guard let end = run.endTime, end >= run.startTime else { return nil }
        return Format.seconds(Double(end.milliseconds - run.startTime.milliseconds) / 1000)
    }

    /// The first metrics of a run on test data, else the first ones; never those of its machine.
    private static func metrics(_ run: Run) -> String {
        let tested = run.metrics.filter { $0.key.hasPrefix("test_") }
        let shown = tested.isEmpty ? run.metrics.filter { !$0.key.hasPrefix("system/") } : tested
        return shown.prefix(2).map { "\($0.key) \(Format.number($0.value))" }
            .joined(separator: ", ")
    }

    private static func text(_ field: SearchField, _ run: Run) -> String {
        switch field.entity {
        case .metric:
            run.metrics.first { $0.key == field.key }.map { Format.number($0.value) } ?? ""
        case .param: run.params.first { $0.key == field.key }?.value ?? ""
        case .tag: run.tags.first { $0.key == field.key }?.value ?? ""
        case .attribute, .dataset: ""
        }
    }

    /// The fields of a search that are worth a column, each once.
    static func fields(_ filter: Filter, _ order: [OrderKey]) -> [SearchField] {
        var seen: Set<SearchField> = []
        let all = order.map(\.field) + filter.clauses.map(\.field)
        return all.filter { field in
            [.metric, .param, .tag].contains(field.entity) && seen.insert(field).inserted
        }
    }
}
