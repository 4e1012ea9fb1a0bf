import Store
import Testing
import Workbench

@Suite struct ExperimentSearchTests {
    private func filled(_ scratch: Scratch) async throws -> SQLiteExperimentStore {
        let store = try scratch.create().experiments
        for number in 1...12 {
            let tags =
                number.isMultiple(of: 3)
                ? [Workbench.Tag(key: "team", value: number == 9 ? "Red" : "blue")] : []
            let id = try await store.createExperiment(
                named: "e\(number % 4)-\(number)",
                artifactLocation: number == 5 ? "s3://bucket/five" : "", tags: tags,
                at: at(Int64(number / 2)))
            if number == 12 { try await store.setLifecycle(.deleted, of: id, at: at(99)) }
        }
        return store
    }

    @Test(
        "Finds by name, id, times and tags",
        arguments: [
            ("name LIKE 'e1%'", [9, 5, 1]), ("name ILIKE 'E1-1'", [1]), ("name = 'e1-1'", [1]),
            ("experiment_id IN ('2', '3', 'x')", [3, 2]), ("experiment_id = '7'", [7]),
            ("experiment_id NOT IN ('0','1','2','3','4','5','6','7','8')", [11, 10, 9]),
            ("creation_time <= 1", [3, 2, 1]), ("creation_time = 2 AND name != 'e1-5'", [4]),
            ("tags.team = 'blue'", [6, 3]), ("tags.team != 'blue'", [9]),
            ("tags.team ILIKE '%E%' AND creation_time > 3", [9]),
            ("tags.team IS NULL AND creation_time < 2 AND creation_time > 0", [2]),
            ("tags.none = 'x'", []),
        ])
    func finds(filter: String, numbers: [Int64]) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        var query = ExperimentQuery()
        query.filter = try Filter(parsing: filter, for: .experiments)
        let page = try await store.experiments(query, limit: 50, after: nil)
        let found = page.items.map(\.id.number).filter { $0 != 0 }
        #expect(found == numbers)
    }

    @Test(
        "Orders, page by page",
        arguments: [
            ["name"], ["name DESC"], ["experiment_id"], ["creation_time"], ["creation_time DESC"],
            ["last_update_time DESC", "name"], [],
        ])
    func orders(order: [String]) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        let query = ExperimentQuery(
            view: .all, order: try OrderKey.parse(order, for: .experiments))
        let all = try await store.experiments(query, limit: 50, after: nil).items
        #expect(all.count == 13)
        var paged: [Experiment] = []
        var token: PageToken?
        repeat {
            let page = try await store.experiments(query, limit: 2, after: token)
            paged += page.items
            token = page.next
        } while token != nil
        #expect(paged == all)
        let names = all.map(\.name)
        if order == ["name"] { #expect(names == names.sorted()) }
        if order == ["name DESC"] { #expect(names == names.sorted(by: >)) }
        if order == ["experiment_id"] { #expect(all.map(\.id.number) == Array(0...12)) }
        if order == ["creation_time"] {
            let times = all.map(\.creationTime)
            #expect(times == times.sorted())
        }
    }

    @Test("Keeps the place of artifacts, and binds tokens to the query")
    func places() async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch)
        #expect(try await store.experiment(ExperimentID(5)).artifactLocation == "s3://bucket/five")
        #expect(try await store.experiment(ExperimentID(6)).artifactLocation == nil)
        let token = try await store.experiments(ExperimentQuery(), limit: 2, after: nil).next
        let other = ExperimentQuery(order: try OrderKey.parse(["name"], for: .experiments))
        #expect(
            await code { try await store.experiments(other, limit: 2, after: token) }
                == .invalidInput)
    }
}
