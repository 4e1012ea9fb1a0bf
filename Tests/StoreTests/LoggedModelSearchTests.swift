import Store
import Testing
import Workbench

@Suite(.serialized) struct LoggedModelSearchTests {
    private func search(
        _ workspace: Workspace, _ filter: String = "", datasets: [DatasetReference] = [],
        order: [LoggedModelOrder] = [], experiments: [ExperimentID] = [.standard]
    ) async throws -> [Int] {
        var found: [Int] = []
        var token: PageToken?
        let query = LoggedModelQuery(
            experiments: experiments, filter: try Filter(parsing: filter, for: .loggedModels),
            datasets: datasets, order: order)
        repeat {
            let page = try await workspace.loggedModels.loggedModels(query, limit: 2, after: token)
            found += page.items.map { Int($0.id.text.suffix(8), radix: 16) ?? -1 }
            token = page.next
        } while token != nil
        return found
    }

    private func filled(_ scratch: Scratch) async throws -> Workspace {
        let workspace = try scratch.create()
        try await workspace.start(1)
        try await workspace.start(2)
        try await workspace.logModel(
            1, name: "Alpha", run: runID(1), params: [Param(key: "lr", value: "0.1")])
        try await workspace.logModel(
            2, name: "beta", type: "agent", run: runID(2),
            tags: [Workbench.Tag(key: "team", value: "Äpfel")])
        try await workspace.logModel(3, name: "gamma", params: [Param(key: "lr", value: "0.2")])
        try await workspace.logModel(4, name: "Alpha")
        _ = try await workspace.loggedModels.finalize(modelID(1), .ready, at: at(100))
        _ = try await workspace.loggedModels.finalize(modelID(3), .failed, at: at(50))
        try await workspace.measure(1, "loss", 0.5, run: 1, on: "train", digest: "t1")
        try await workspace.measure(1, "loss", 0.9, run: 1, time: 9, on: "test", digest: "e1")
        try await workspace.measure(2, "loss", 0.7, run: 1, on: "train", digest: "t2")
        try await workspace.measure(3, "loss", .nan, run: 1, on: "train", digest: "t1")
        return workspace
    }

    @Test(
        "Finds models by attributes, params, tags and metrics, newest first",
        arguments: [
            ("", [4, 3, 2, 1]), ("name = 'Alpha'", [4, 1]), ("name != 'Alpha'", [3, 2]),
            ("name LIKE 'a%'", []), ("name ILIKE 'a%'", [4, 1]),
            ("name IN ('beta', 'gamma')", [3, 2]), ("attributes.model_type = 'agent'", [2]),
            ("status = 'LOGGED_MODEL_READY'", [1]), ("status = 'READY'", [1]),
            ("status != 'READY'", [4, 3, 2]), ("status LIKE '%FAILED'", [3]),
            ("creation_timestamp > 2", [4, 3]), ("last_updated_timestamp >= 50", [3, 1]),
            ("params.lr = '0.1'", [1]), ("params.lr IS NULL", [4, 2]), ("params.lr != '0.1'", [3]),
            ("tags.team ILIKE 'ä%'", [2]), ("tags.team LIKE 'ä%'", []),
            ("metrics.loss > 0.6", [2, 1]), ("metrics.loss != 0.5", [3, 2, 1]),
            ("metrics.loss <= 0.5", [1]), ("metrics.none < 1", []),
            ("name = 'Alpha' AND metrics.loss < 0.6 AND params.lr LIKE '0%'", [1]),
        ] as [(String, [Int])])
    func filters(filter: String, expected: [Int]) async throws {
        let scratch = try Scratch()
        #expect(try await search(filled(scratch), filter) == expected)
    }

    @Test("Finds models by the run that made them")
    func sourceRun() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        let second = runID(2).text
        #expect(try await search(workspace, "source_run_id = '\(second)'") == [2])
        #expect(try await search(workspace, "source_run_id != '\(second)'") == [1])
        #expect(try await search(workspace, "source_run_id IN ('\(second)', 'x')") == [2])
        #expect(try await search(workspace, "source_run_id NOT IN ('\(second)')") == [1])
    }

    @Test("A filter finds a model by any of its points, an order by the latest")
    func points() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        try await workspace.measure(2, "loss", 0.1, run: 1, time: 7, on: "train", digest: "t2")
        try await workspace.measure(2, "loss", 0.3, run: 1, time: 7, step: 1)
        #expect(try await search(workspace, "metrics.loss = 0.7") == [2])
        #expect(try await search(workspace, "metrics.loss = 0.1") == [2])
        #expect(try await search(workspace, "metrics.loss < 0.6") == [2, 1])
        let loss = OrderKey(SearchField(.metric, "loss"))
        let train = DatasetReference(name: "train")
        #expect(try await search(workspace, order: [LoggedModelOrder(loss)]) == [2, 1, 3, 4])
        #expect(
            try await search(workspace, order: [LoggedModelOrder(loss, dataset: train)])
                == [2, 1, 3, 4])
    }

    @Test("Restricts metrics to datasets, and models to those measured on them")
    func datasets() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        let train = DatasetReference(name: "train")
        let first = DatasetReference(name: "train", digest: "t1")
        let test = DatasetReference(name: "test", digest: "e1")
        #expect(try await search(workspace, "metrics.loss > 0.8", datasets: [train]).isEmpty)
        #expect(try await search(workspace, "metrics.loss > 0.8", datasets: [train, test]) == [1])
        #expect(try await search(workspace, datasets: [train]) == [3, 2, 1])
        #expect(try await search(workspace, datasets: [first]) == [3, 1])
        #expect(try await search(workspace, datasets: [test]) == [1])
        #expect(try await search(workspace, datasets: [DatasetReference(name: "x")]).isEmpty)
    }

    @Test("Orders by attributes and by metrics, NaN and missing values last in both directions")
    func orders() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        func key(
            _ key: String, _ ascending: Bool, on dataset: DatasetReference? = nil
        ) -> LoggedModelOrder {
            let field =
                key == "loss" ? SearchField(.metric, key) : SearchField(.attribute, key)
            return LoggedModelOrder(OrderKey(field, ascending: ascending), dataset: dataset)
        }
        let train = DatasetReference(name: "train")
        #expect(try await search(workspace, order: [key("name", true)]) == [4, 1, 2, 3])
        #expect(try await search(workspace, order: [key("name", false)]) == [3, 2, 4, 1])
        #expect(
            try await search(
                workspace, order: [key("name", true), key("creation_timestamp", true)])
                == [1, 4, 2, 3])
        #expect(try await search(workspace, order: [key("model_id", true)]) == [1, 2, 3, 4])
        #expect(
            try await search(workspace, order: [key("last_updated_timestamp", false)])
                == [1, 3, 4, 2])
        #expect(try await search(workspace, order: [key("source_run_id", false)]) == [2, 1, 4, 3])
        // Of model 1 the later point, on the dataset test, counts.
        #expect(try await search(workspace, order: [key("loss", true)]) == [2, 1, 3, 4])
        #expect(try await search(workspace, order: [key("loss", false)]) == [1, 2, 3, 4])
        #expect(try await search(workspace, order: [key("loss", true, on: train)]) == [1, 2, 3, 4])
        #expect(
            try await search(workspace, order: [key("loss", false, on: train)]) == [2, 1, 3, 4])
    }

    @Test("Looks in the experiments that are asked for alone")
    func experiments() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        let other = try await workspace.experiments.createExperiment(
            named: "other", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.logModel(9, experiment: other)
        #expect(try await search(workspace, experiments: [other]) == [9])
        #expect(try await search(workspace, experiments: [.standard, other]) == [9, 4, 3, 2, 1])
        #expect(try await search(workspace, experiments: []).isEmpty)
    }

    @Test("A token belongs to its query, whatever of it changes")
    func tokens() async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        let models = workspace.loggedModels
        let name = OrderKey(SearchField(.attribute, "name"))
        let query = LoggedModelQuery(
            experiments: [.standard], filter: try Filter(parsing: "name != 'x'", for: .loggedModels)
        )
        let token = try await models.loggedModels(query, limit: 1, after: nil).next
        #expect(token != nil)
        var changed = [query, query, query, query]
        changed[0].experiments = [.standard, ExperimentID(7)]
        changed[1].filter = try Filter(parsing: "name != 'y'", for: .loggedModels)
        changed[2].datasets = [DatasetReference(name: "train")]
        changed[3].order = [LoggedModelOrder(name)]
        for query in changed {
            #expect(
                await code { try await models.loggedModels(query, limit: 1, after: token) }
                    == .invalidInput)
        }
        for limit in [0, -1, 1001] {
            #expect(
                await code { try await models.loggedModels(query, limit: limit, after: nil) }
                    == .invalidInput)
        }
        let many = Filter(
            Array(repeating: .init(SearchField(.param, "a"), .isNull), count: 5000))
        #expect(
            await code {
                try await models.loggedModels(
                    LoggedModelQuery(experiments: [.standard], filter: many), limit: 1, after: nil)
            } == .invalidInput)
    }
}
