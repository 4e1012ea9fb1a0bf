import Store
import Testing
import Workbench

/// The id of a logged model whose digits end in `number`.
func modelID(_ number: Int) -> LoggedModelID { LoggedModelID(digitsOf: runID(number)) }

extension Workspace {
    /// Logs model `number` at that millisecond.
    @discardableResult
    func logModel(
        _ number: Int, experiment: ExperimentID = .standard, name: String = "model",
        type: String = "", run: RunID? = nil, params: [Param] = [], tags: [Workbench.Tag] = []
    ) async throws -> LoggedModel {
        try await loggedModels.createLoggedModel(
            NewLoggedModel(
                id: modelID(number), experiment: experiment, name: name, type: type,
                sourceRun: run, params: params, tags: tags), at: at(Int64(number)))
    }

    /// Logs a point that measures a model.
    func measure(
        _ model: Int, _ key: String, _ value: Double, run: Int, time: Int64 = 1, step: Int64 = 0,
        on dataset: String? = nil, digest: String? = nil
    ) async throws {
        let subject = MetricSubject(
            model: modelID(model), datasetName: dataset, datasetDigest: digest)
        try await runs.log(
            LogBatch(metrics: [
                Metric(
                    key: key, value: value, timestamp: at(time), step: step, subject: subject)
            ]), to: runID(run))
    }
}

@Suite(.serialized) struct LoggedModelStoreTests {
    @Test("Makes a model that is pending, with its params and tags by key")
    func create() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let model = try await workspace.logModel(
            7, name: "mein Modell ü", type: "agent", run: runID(1),
            params: [Param(key: "b", value: "2"), Param(key: "a", value: "1")],
            tags: [Workbench.Tag(key: "z", value: ""), Workbench.Tag(key: "k", value: "v")])
        #expect(model.id == modelID(7))
        #expect(model.name == "mein Modell ü")
        #expect(model.type == "agent")
        #expect(model.sourceRun == runID(1))
        #expect(model.status == .pending)
        #expect(model.experiment == .standard)
        #expect(model.creationTime == at(7))
        #expect(model.lastUpdateTime == at(7))
        #expect(model.params == [Param(key: "a", value: "1"), Param(key: "b", value: "2")])
        #expect(model.tags.map(\.key) == ["k", "z"])
        #expect(model.metrics.isEmpty)
        #expect(try await workspace.loggedModels.loggedModel(modelID(7)).name == model.name)
        #expect(await code { try await workspace.logModel(7) } == .conflict)
        #expect(
            await code { try await workspace.loggedModels.loggedModel(modelID(8)) } == .notFound)
    }

    @Test("Invents a name for a model without one")
    func invented() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(try await workspace.logModel(1, name: "").name.split(separator: "-").count == 3)
    }

    @Test(
        "Refuses names with characters that MLflow forbids",
        arguments: [
            "a/b", "a:b", "a.b", "a%b", "a'b", "a\"b", "\0", String(repeating: "x", count: 501),
        ])
    func names(name: String) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(await code { try await workspace.logModel(1, name: name) } == .invalidInput)
    }

    @Test("Refuses missing runs and experiments, deleted experiments, and bad keys")
    func refusals() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(await code { try await workspace.logModel(1, run: runID(9)) } == .notFound)
        #expect(
            await code { try await workspace.logModel(1, experiment: ExperimentID(9)) }
                == .notFound)
        let gone = try await workspace.experiments.createExperiment(
            named: "gone", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.experiments.setLifecycle(.deleted, of: gone, at: at(2))
        #expect(
            await code { try await workspace.logModel(1, experiment: gone) } == .invalidInput)
        for key in ["", "\0", String(repeating: "k", count: 256)] {
            let param = Param(key: key, value: "1")
            #expect(
                await code { try await workspace.logModel(1, params: [param]) } == .invalidInput)
        }
        let twice = [Param(key: "a", value: "1"), Param(key: "a", value: "2")]
        #expect(await code { try await workspace.logModel(1, params: twice) } == .invalidInput)
        #expect(
            await code { try await workspace.loggedModels.loggedModel(modelID(1)) } == .notFound)
    }

    @Test("Finalizes, noting the time, tags and adds params")
    func changes() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.loggedModels
        try await workspace.logModel(1)
        #expect(try await models.finalize(modelID(1), .ready, at: at(5)).status == .ready)
        let tagged = try await models.setTags(
            [Workbench.Tag(key: "a", value: "1"), Workbench.Tag(key: "a", value: "2")],
            of: modelID(1))
        #expect(tagged.tags == [Workbench.Tag(key: "a", value: "2")])
        #expect(tagged.lastUpdateTime == at(5))
        try await models.deleteTag("a", of: modelID(1))
        #expect(
            await code { try await models.deleteTag("a", of: modelID(1)) } == .notFound)
        let params = [Param(key: "p", value: "1")]
        _ = try await models.logParams(params, to: modelID(1))
        _ = try await models.logParams(params, to: modelID(1))
        let other = [Param(key: "q", value: "1"), Param(key: "p", value: "2")]
        #expect(
            await code { try await models.logParams(other, to: modelID(1)) }
                == .invalidInput)
        let model = try await models.loggedModel(modelID(1))
        #expect(model.params == params)
        #expect(model.lastUpdateTime == at(5))
    }

    @Test("A deleted model is nowhere, but a run still logs what it measures")
    func deletion() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.loggedModels
        try await workspace.start(1)
        try await workspace.logModel(1)
        try await models.deleteLoggedModel(modelID(1), at: at(2))
        let query = LoggedModelQuery(experiments: [.standard])
        #expect(try await models.loggedModels(query, limit: 5, after: nil).items.isEmpty)
        #expect(await code { try await models.loggedModel(modelID(1)) } == .notFound)
        #expect(
            await code { try await models.deleteLoggedModel(modelID(1), at: at(3)) } == .notFound)
        #expect(
            await code { try await models.finalize(modelID(1), .ready, at: at(3)) } == .notFound)
        #expect(
            await code { try await models.setTags([], of: modelID(1)) } == .notFound)
        #expect(
            await code { try await models.logParams([], to: modelID(1)) } == .notFound)
        #expect(
            await code { try await workspace.runs.logModelInputs([modelID(1)], to: runID(1)) }
                == .notFound)
        try await workspace.measure(1, "loss", 0.5, run: 1)
        #expect(try await workspace.runs.run(runID(1)).metrics.map(\.value) == [0.5])
    }

    @Test("Keeps every point that measures a model, equal ones once")
    func metrics() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        try await workspace.start(2)
        try await workspace.logModel(1)
        try await workspace.measure(1, "loss", 3, run: 1, time: 5, step: 1)
        try await workspace.measure(1, "loss", 2, run: 1, time: 4, step: 9)
        try await workspace.measure(1, "loss", 2, run: 1, time: 4, step: 9)
        try await workspace.measure(1, "loss", 1, run: 1, time: 5, step: 2)
        try await workspace.measure(1, "loss", 7, run: 2, time: 5, step: 2)
        try await workspace.measure(1, "loss", .nan, run: 1, time: 5, on: "test", digest: "d1")
        try await workspace.measure(1, "acc", .infinity, run: 1, on: "test", digest: "d2")
        let found = try await workspace.loggedModels.loggedModel(modelID(1)).metrics
        #expect(found.map(\.metric.key) == ["acc", "loss", "loss", "loss", "loss", "loss"])
        #expect(found.map(\.run) == [1, 1, 1, 1, 1, 2].map(runID))
        #expect(found[0].metric.value == .greatestFiniteMagnitude)
        #expect(found[0].metric.subject?.datasetName == "test")
        #expect(found[0].metric.subject?.datasetDigest == "d2")
        #expect(found[1].metric.value == 2)
        #expect(found[1].metric.step == 9)
        #expect(found[1].metric.subject == MetricSubject(model: modelID(1)))
        #expect(found[2].metric.value.isNaN)
        #expect(found[2].metric.subject?.datasetDigest == "d1")
        #expect(found.dropFirst(3).map(\.metric.value) == [3, 1, 7])
        // The run has all of its points as ever.
        let history = try await workspace.runs.history(
            of: "loss", run: runID(1), limit: 10, after: nil)
        #expect(history.items.count == 4)
        #expect(
            await code { try await workspace.measure(9, "loss", 1, run: 1) } == .notFound)
    }

    @Test("Links the models that runs read and make, each once")
    func links() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        for number in 1...3 { try await workspace.logModel(number) }
        let runs = workspace.runs
        try await runs.logModelInputs([modelID(2), modelID(1)], to: runID(1))
        try await runs.logModelInputs([modelID(2)], to: runID(1))
        try await runs.logModelOutputs([ModelOutput(model: modelID(3), step: 4)], to: runID(1))
        try await runs.logModelOutputs([ModelOutput(model: modelID(3), step: 4)], to: runID(1))
        let run = try await runs.run(runID(1))
        #expect(run.modelInputs == [modelID(1), modelID(2)])
        #expect(run.modelOutputs == [ModelOutput(model: modelID(3), step: 4)])
        let listed = try await runs.runs(RunQuery(), limit: 10, after: nil).items
        #expect(listed.map(\.modelOutputs) == [[ModelOutput(model: modelID(3), step: 4)]])
        #expect(
            await code { try await runs.logModelInputs([modelID(1), modelID(9)], to: runID(1)) }
                == .notFound)
        #expect(
            await code { try await runs.logModelInputs([modelID(1)], to: runID(9)) } == .notFound)
        try await runs.setLifecycle(.deleted, of: runID(1))
        #expect(
            await code { try await runs.logModelOutputs([], to: runID(1)) } == .invalidInput)
    }
}
