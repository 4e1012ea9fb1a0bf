import Workbench

/// What a search over runs must find, evaluated plainly.
enum SearchOracle {
    /// One value of a field.
    enum Value {
        case number(Double)
        case text(String)
    }

    /// The runs that a query describes, in its order.
    static func runs(
        _ all: [Run], _ query: RunQuery, _ locations: [ExperimentID: String]
    ) -> [Run] {
        let found = all.filter { run in
            (query.experiments.isEmpty || query.experiments.contains(run.experiment))
                && (query.kinds.isEmpty || query.kinds.contains(run.kind))
                && (query.statuses.isEmpty || query.statuses.contains(run.status))
                && (query.view == .all
                    || run.lifecycle == (query.view == .activeOnly ? .active : .deleted))
                && query.filter.clauses.allSatisfy { accepts(run, $0, locations) }
        }
        return found.sorted { isBefore($0, $1, query.order, locations) }
    }

    private static func accepts(
        _ run: Run, _ clause: Filter.Clause, _ locations: [ExperimentID: String]
    ) -> Bool {
        let values = values(of: run, clause.field, locations)
        if values.isEmpty { return clause.acceptsMissing || clause.condition == .isNull }
        return values.contains { value in
            switch value {
            case .number(let number): clause.condition.accepts(number)
            case .text(let text): clause.condition.accepts(text)
            }
        }
    }

    private static func isBefore(
        _ left: Run, _ right: Run, _ order: [OrderKey], _ locations: [ExperimentID: String]
    ) -> Bool {
        for key in order {
            let values = (
                values(of: left, key.field, locations).first,
                values(of: right, key.field, locations).first
            )
            let ranks = (rank(values.0), rank(values.1))
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
            switch values {
            case (.number(let a), .number(let b)) where a < b || b < a:
                return (a < b) == key.ascending
            case (.text(let a), .text(let b)) where !a.utf8.elementsEqual(b.utf8):
                return a.utf8.lexicographicallyPrecedes(b.utf8) == key.ascending
            default: break
            }
        }
        if left.startTime != right.startTime { return left.startTime > right.startTime }
        return left.id.text < right.id.text
    }

    private static func rank(_ value: Value?) -> Int {
        switch value {
        case nil: 2
        case .number(let number) where number.isNaN: 1
        default: 0
        }
    }

    private static func values(
        of run: Run, _ field: SearchField, _ locations: [ExperimentID: String]
    ) -> [Value] {
        switch field.entity {
        case .metric:
            return run.metrics.filter { $0.key == field.key }.map { .number($0.value) }
        case .param: return run.params.filter { $0.key == field.key }.map { .text($0.value) }
        case .tag: return run.tags.filter { $0.key == field.key }.map { .text($0.value) }
        case .dataset:
            return run.datasets.flatMap { dataset -> [Value] in
                switch field.key {
                case "name": [.text(dataset.name)]
                case "digest": [.text(dataset.digest)]
                default:
                    dataset.tags.filter { $0.key == "mlflow.data.context" }
                        .map { .text($0.value) }
                }
            }
        case .attribute:
            let place = locations[run.experiment] ?? "mlflow-artifacts:/\(run.experiment.number)"
            return switch field.key {
            case "run_id": [.text(run.id.text)]
            case "run_name": [.text(run.name)]
            case "status": [.text(run.status.rawValue)]
            case "user_id": [.text(run.user)]
            case "artifact_uri": [.text("\(place)/\(run.id.text)/artifacts")]
            case "start_time": [.number(Double(run.startTime.milliseconds))]
            default: run.endTime.map { [.number(Double($0.milliseconds))] } ?? []
            }
        }
    }
}
