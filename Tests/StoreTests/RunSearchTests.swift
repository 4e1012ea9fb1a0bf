import Store
import Testing
import Workbench

/// Searches over random runs, compared with a plain evaluation of the same query.
@Suite struct RunSearchTests {
    @Test("Finds what a plain evaluation finds, in its order, page by page", arguments: 0..<12)
    func oracle(seed: UInt64) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        var population = RunPopulation(seed: seed)
        try await population.fill(workspace, count: seed < 10 ? 60 : 1500)
        let all = try await population.everything(workspace)
        for _ in 0..<(seed < 10 ? 150 : 60) {
            let query = population.query()
            let expected = SearchOracle.runs(all, query, population.locations).map(\.id)
            let limit = Int.random(in: 1...9, using: &population.generator) * (seed < 10 ? 1 : 60)
            var found: [RunID] = []
            var token: PageToken?
            repeat {
                let page = try await workspace.runs.runs(query, limit: limit, after: token)
                #expect(page.items.count <= limit)
                #expect(page.next == nil || page.items.count == limit)
                found += page.items.map(\.id)
                token = page.next
            } while token != nil && found.count <= all.count
            #expect(found == expected, "seed \(seed): \(query)")
        }
    }

    @Test("A run of a page is the run that is asked for by id")
    func whole() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        var population = RunPopulation(seed: 77)
        try await population.fill(workspace, count: 40)
        let page = try await workspace.runs.runs(RunQuery(view: .all), limit: 100, after: nil)
        #expect(page.items.count == 40)
        for run in page.items {
            let alone = try await workspace.runs.run(run.id)
            #expect("\(alone)" == "\(run)")
            #expect(try await workspace.runs.datasetInputs(of: run.id) == run.datasets)
        }
    }

    @Test("Pages stay right while runs are added")
    func insertions() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        for number in 1...20 {
            try await workspace.start(number)
            try await workspace.runs.log(
                LogBatch(metrics: [
                    Metric(key: "m", value: Double(number % 4), timestamp: at(1))
                ]), to: runID(number))
        }
        let query = RunQuery(order: [OrderKey(SearchField(.metric, "m"), ascending: false)])
        let before = try await workspace.runs.runs(query, limit: 100, after: nil).items.map(\.id)
        var found: [RunID] = []
        var token: PageToken?
        var next = 100
        repeat {
            let page = try await workspace.runs.runs(query, limit: 3, after: token)
            found += page.items.map(\.id)
            token = page.next
            try await workspace.start(next)
            try await workspace.runs.log(
                LogBatch(metrics: [Metric(key: "m", value: 9, timestamp: at(1))]),
                to: runID(next))
            next += 1
        } while token != nil
        #expect(found == before)
    }

    @Test("A token belongs to its query")
    func tokens() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        for number in 1...5 { try await workspace.start(number) }
        func query(_ filter: String, _ order: [String] = []) throws -> RunQuery {
            RunQuery(
                filter: try Filter(parsing: filter, for: .runs),
                order: try OrderKey.parse(order, for: .runs))
        }
        let first = try query("start_time > 0", ["run_name"])
        let token = try await workspace.runs.runs(first, limit: 2, after: nil).next
        #expect(token != nil)
        let others = [
            try query("start_time > 1", ["run_name"]), try query("start_time > 0"),
            try query("start_time > 0", ["run_name DESC"]), try query("", ["run_name"]),
            try query("start_time >= 0", ["run_name"]),
        ]
        for other in others {
            #expect(
                await code { try await workspace.runs.runs(other, limit: 2, after: token) }
                    == .invalidInput)
        }
        #expect(
            await code {
                try await workspace.runs.runs(first, limit: 2, after: PageToken(text: "00ff"))
            } == .invalidInput)
        #expect(
            try await workspace.runs.runs(first, limit: 9, after: token).items.count == 3)
    }

    @Test(
        "Strange texts find nothing and break nothing",
        arguments: [
            "\0", "a\0b", "%\0", String(repeating: "%a", count: 3000),
            String(repeating: "x", count: 70_000), "[", "[^a]", "*", "?", "'; DROP TABLE runs; --",
        ])
    func strangeTexts(text: String) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1, tags: [Workbench.Tag(key: "t", value: "plain")])
        for field in [SearchField(.tag, "t"), SearchField(.attribute, "run_name")] {
            for condition in [
                Filter.Condition.text(.equal, text), .text(.like, text), .text(.ilike, text),
                .isOneOf([text]), .isOneOf(Array(repeating: text, count: 40)),
            ] {
                let query = RunQuery(filter: Filter([Filter.Clause(field, condition)]))
                #expect(
                    try await workspace.runs.runs(query, limit: 9, after: nil).items.isEmpty)
            }
            for condition in [Filter.Condition.text(.notEqual, text), .isNoneOf([text])] {
                let query = RunQuery(filter: Filter([Filter.Clause(field, condition)]))
                #expect(
                    try await workspace.runs.runs(query, limit: 9, after: nil).items.count == 1)
            }
        }
        let odd = RunQuery(
            filter: Filter([Filter.Clause(SearchField(.metric, text), .number(.less, 1))]))
        #expect(try await workspace.runs.runs(odd, limit: 9, after: nil).items.isEmpty)
    }
}
