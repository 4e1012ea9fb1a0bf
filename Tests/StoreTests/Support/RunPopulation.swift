import Store
import Workbench

/// Random runs, and random queries over them that often match.
struct RunPopulation {
    var generator: SplitMix64
    /// Where experiments keep their artifacts, where that is not here.
    private(set) var locations: [ExperimentID: String] = [:]
    private var experiments: [ExperimentID] = [.standard]
    private var count = 0

    private static let texts = [
        "a", "b", "A", "ab", "aB", "é", "É", "e\u{301}", "a%", "a_b", "*", "[a]", "?", "", "K",
        "\u{212A}", "ß", "ẞ", String(repeating: "long", count: 30),
        String(repeating: "long", count: 30) + "!", String(repeating: "x", count: 100),
        String(repeating: "x", count: 101),
    ]
    private static let patterns = [
        "%", "a%", "%b", "_", "a_b", "%é%", "%É%", "K", "k", "[a]", "*", "?", "%long%", "x%x", "",
        "a%%b", "%LONG!", "__", "ß", String(repeating: "x%", count: 60),
    ]
    private static let numbers: [Double] = [
        0, -0.0, 1, 2, 3, -1, 0.5, .nan, .infinity, -.infinity, 1e300,
    ]

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func fill(_ workspace: Workspace, count: Int) async throws {
        self.count = count
        for number in 1...3 {
            let place = number == 2 ? "s3://bucket/x" : nil
            let id = try await workspace.experiments.createExperiment(
                named: "e\(number)", artifactLocation: place, tags: [], at: at(1))
            experiments.append(id)
            locations[id] = place
        }
        for number in 1...count {
            let id = runID(number)
            _ = try await workspace.runs.createRun(
                NewRun(
                    id: id, kind: pick(RunKind.allCases), experiment: pick(experiments),
                    name: pick(["one", "two", "Two", "three%"]), user: pick(["", "ana", "Ben"]),
                    startTime: at(Int64.random(in: 0...(Int64(count) / 2), using: &generator)),
                    tags: keys().map { Tag(key: $0, value: pick(Self.texts)) }))
            try await workspace.runs.log(
                LogBatch(
                    params: keys().map { Param(key: $0, value: pick(Self.texts)) },
                    metrics: keys().flatMap { key in
                        (0...1).map {
                            Metric(
                                key: key, value: pick(Self.numbers), timestamp: at(1), step: $0)
                        }
                    }), to: id)
            if chance(3) {
                try await workspace.runs.logInputs(
                    (0...1).map { _ in
                        DatasetInput(
                            name: pick(["train", "test"]), digest: pick(["d1", "d2"]),
                            sourceType: "local", source: "",
                            tags: chance(2)
                                ? [] : [Tag(key: "mlflow.data.context", value: pick(["a", "b"]))])
                    }, to: id)
            }
            if chance(2) {
                _ = try await workspace.runs.updateRun(
                    id,
                    RunUpdate(
                        status: pick(RunStatus.allCases),
                        endTime: chance(2) ? at(Int64.random(in: 0...9, using: &generator)) : nil))
            }
            if chance(8) { try await workspace.runs.setLifecycle(.deleted, of: id) }
        }
    }

    /// All runs, each asked for by its id.
    func everything(_ workspace: Workspace) async throws -> [Run] {
        var runs: [Run] = []
        for number in 1...count { runs.append(try await workspace.runs.run(runID(number))) }
        return runs
    }

    mutating func query() -> RunQuery {
        var query = RunQuery(view: pick([.activeOnly, .activeOnly, .deletedOnly, .all]))
        if chance(4) { query.experiments = (0...pick([0, 1, 2])).map { _ in pick(experiments) } }
        if chance(6) { query.kinds = [pick(RunKind.allCases), pick(RunKind.allCases)] }
        if chance(6) { query.statuses = [pick(RunStatus.allCases)] }
        query.filter = Filter((0..<pick([0, 0, 1, 1, 1, 2, 3])).map { _ in clause() })
        var order: [OrderKey] = []
        for _ in 0..<pick([0, 1, 1, 2, 3]) {
            let key = OrderKey(field(ordering: true), ascending: chance(2))
            if !order.contains(where: { $0.field == key.field }) { order.append(key) }
        }
        query.order = order
        return query
    }

    private mutating func clause() -> Filter.Clause {
        let field = field(ordering: false)
        let isNumber =
            field.entity == .metric || ["start_time", "end_time"].contains(field.key)
        var condition: Filter.Condition
        if isNumber {
            let number =
                field.entity == .metric
                ? pick(Self.numbers) : Double(Int.random(in: 0...count, using: &generator))
            condition = .number(pick(Filter.NumberComparison.allCases), number)
        } else {
            let text = text(of: field)
            condition =
                switch Int.random(in: 0...5, using: &generator) {
                case 0: .text(.equal, text)
                case 1: .text(.notEqual, text)
                case 2: .text(.like, pick(Self.patterns))
                case 3: .text(.ilike, pick(Self.patterns))
                case 4: .isOneOf([text, self.text(of: field)])
                default: .isNoneOf([text])
                }
        }
        if field.entity != .attribute, chance(8) { condition = pick([.isNull, .isNotNull]) }
        return Filter.Clause(field, condition, acceptsMissing: chance(10))
    }

    private mutating func text(of field: SearchField) -> String {
        switch (field.entity, field.key) {
        case (.attribute, "run_id"): runID(Int.random(in: 1...count, using: &generator)).text
        case (.attribute, "run_name"): pick(["one", "two", "Two", "three%"])
        case (.attribute, "status"): pick(RunStatus.allCases).rawValue
        case (.attribute, "user_id"): pick(["", "ana", "Ben"])
        case (.attribute, _): "mlflow-artifacts:/0/\(runID(1).text)/artifacts"
        case (.dataset, "name"): pick(["train", "test"])
        case (.dataset, "digest"): pick(["d1", "d2", "d3"])
        case (.dataset, _): pick(["a", "b"])
        default: pick(Self.texts)
        }
    }

    private mutating func field(ordering: Bool) -> SearchField {
        switch Int.random(in: ordering ? 1...4 : 0...4, using: &generator) {
        case 0: SearchField(.dataset, pick(["name", "digest", "context"]))
        case 1:
            SearchField(
                .attribute,
                pick([
                    "run_id", "run_name", "status", "user_id", "artifact_uri", "start_time",
                    "end_time",
                ]))
        case 2: SearchField(.metric, pick(["m0", "m1", "m2", "none"]))
        case 3: SearchField(.param, pick(["m0", "m1", "m2", "none"]))
        default: SearchField(.tag, pick(["m0", "m1", "m2", "mlflow.runName"]))
        }
    }

    private mutating func keys() -> [String] {
        ["m0", "m1", "m2"].filter { _ in chance(2) }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }

    private mutating func chance(_ one: Int) -> Bool {
        Int.random(in: 1...one, using: &generator) == 1
    }
}
