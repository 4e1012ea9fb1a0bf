import Foundation
import Plugins
import Synchronization
import Testing
import Workbench

/// Plugins behind the contracts that built-ins implement.
@Suite struct AdapterTests {
    private final class Progress: ProgressReporter {
        let seen = Mutex<[String]>([])

        func progress(_ label: String, done: Int, total: Int?) {
            seen.withLock { $0.append("\(label) \(done)/\(total ?? 0)") }
        }
    }

    private func withGood(
        _ body: (PluginManifest, PluginHost, String, PluginSettings) async throws -> Void
    ) async throws {
        try await Fixture.withFolder { folder in
            let settings = Fixture.settings()
            let manifest = try Fixture.manifest("good")
            try await PluginHosts.run(settings) { hosts in
                try await body(manifest, hosts.host(of: manifest), folder, settings)
            }
            #expect(Fixture.processes(of: settings.run).isEmpty)
        }
    }

    @Test("A component gets its input, reports, logs, and its output comes back")
    func component() async throws {
        try await withGood { manifest, host, folder, settings in
            let component = PluginComponent(manifest.components[0], host: host)
            let progress = Progress()
            let context = try Fixture.context(folder, settings: settings, progress: progress)
            let output = try await component.run(
                Fixture.input(folder, [.init("steps", 2)]), context: context)
            #expect(output.artifacts.first?.path == folder + "/task/out/page")
            #expect(output.artifacts.first?.metadata == [.init("size", 1)])
            #expect(progress.seen.withLock { $0 } == ["good.page 0/2", "good.page 1/2"])
            let page = try String(contentsOfFile: folder + "/task/out/page", encoding: .utf8)
            #expect(page == "<p>7</p>")
            // The log's last line may come after the answer: the end of the process settles it.
            _ = await host.stop()
            let log = try String(contentsOfFile: context.logPath, encoding: .utf8)
            #expect(log.contains("info: half way\n"))
        }
    }

    @Test("Its fingerprint changes with its files")
    func fingerprint() async throws {
        try await Fixture.withFolder { folder in
            let copy = folder + "/good"
            try FileManager.default.copyItem(
                atPath: Fixture.path("Fixtures/good"), toPath: copy)
            let manifest = try PluginCatalog.manifest(in: copy)
            try await PluginHosts.run(Fixture.settings()) { hosts in
                let component = PluginComponent(
                    manifest.components[0], host: hosts.host(of: manifest))
                let first = try await component.fingerprint(ExecutorInput())
                #expect(try await component.fingerprint(ExecutorInput()) == first)
                try Data("x = 1\n".utf8).write(to: URL(fileURLWithPath: copy + "/extra.py"))
                #expect(try await component.fingerprint(ExecutorInput()) != first)
            }
        }
    }

    @Test("A cancelled request ends with cancelled, and the plugin goes on")
    func cancels() async throws {
        try await withGood { manifest, host, folder, settings in
            let component = PluginComponent(manifest.components[0], host: host)
            let cancellation = Cancellation()
            let context = try Fixture.context(
                folder, settings: settings, cancellation: cancellation,
                progress: CancellingProgress(cancellation))
            let error = await #expect(throws: BancadaError.self) {
                try await component.run(
                    Fixture.input(folder, [.init("steps", 100_000), .init("pause", 0.01)]),
                    context: context)
            }
            #expect(error?.code == .cancelled)
            let next = try Fixture.context(folder, settings: settings)
            _ = try await component.run(Fixture.input(folder), context: next)
        }
    }

    private final class CancellingProgress: ProgressReporter {
        let cancellation: Cancellation

        init(_ cancellation: Cancellation) { self.cancellation = cancellation }

        func progress(_ label: String, done: Int, total: Int?) { cancellation.request() }
    }

    @Test("Requests run at once as far as the plugin allows, all in one process")
    func concurrency() async throws {
        try await withGood { manifest, host, folder, settings in
            let component = PluginComponent(manifest.components[0], host: host)
            let context = try Fixture.context(folder, settings: settings)
            let processes = try await withThrowingTaskGroup(of: JSON?.self) { group in
                for number in 0..<8 {
                    let input = ExecutorInput(
                        outputArtifacts: [
                            RuntimeArtifact(
                                name: "page", type: .html, path: folder + "/task/\(number)")
                        ])
                    group.addTask {
                        try await component.run(input, context: context).parameters.first?.value
                    }
                }
                return try await group.reduce(into: [JSON?]()) { $0.append($1) }
            }
            #expect(processes.count == 8)
            #expect(processes.allSatisfy { $0 == processes[0] })
        }
    }

    @Test("A trainer fills in its settings and refuses wrong ones before it starts")
    func trainer() async throws {
        try await withGood { manifest, host, folder, settings in
            let trainer = PluginTrainer(manifest.trainers[0], host: host)
            let context = try Fixture.context(folder, settings: settings)
            let error = await #expect(throws: BancadaError.self) {
                try await trainer.fit(
                    TrainerRequest(
                        table: folder, target: "kind", parameters: [.init("weigth", 1.0)],
                        seed: 1, model: folder + "/task/model"), context: context)
            }
            #expect(error?.hint == "write \"weight\"")
            #expect(await host.isRunning == false)
        }
    }

    @Test("Two models of one plugin stay apart, whoever loaded them")
    func twoModels() async throws {
        try await withGood { manifest, host, folder, _ in
            var models: [any RemoteServedModel] = []
            for answer in ["yes", "no"] {
                let place = folder + "/" + answer
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
                try Data(#"{"answer": "\#(answer)", "weight": 1}"#.utf8)
                    .write(to: URL(fileURLWithPath: place + "/guess.model"))
                let runtime = PluginRuntime(manifest.runtimes[0], host: host)
                let served = try await runtime.load(folder: place, name: answer, version: "1")
                models.append(try #require(served as? any RemoteServedModel))
            }
            let input = Tensor(
                name: "input-0", type: .fp64, shape: [1, 2], elements: .numbers([1, 2]))
            let request = InferenceRequest(inputs: [input])
            #expect(try await models[0].answer(request).outputs[0].elements == .texts(["yes"]))
            #expect(try await models[1].answer(request).outputs[0].elements == .texts(["no"]))
        }
    }

    @Test("A model is loaded again by itself after its process died")
    func modelSurvives() async throws {
        try await withGood { manifest, host, folder, _ in
            try FileManager.default.createDirectory(
                atPath: folder + "/model", withIntermediateDirectories: true)
            try Data(#"{"answer": "yes", "weight": 1}"#.utf8)
                .write(to: URL(fileURLWithPath: folder + "/model/guess.model"))
            let runtime = PluginRuntime(manifest.runtimes[0], host: host)
            #expect(runtime.recognises(folder: folder + "/model"))
            #expect(!runtime.recognises(folder: folder))
            let served = try await runtime.load(
                folder: folder + "/model", name: "m", version: "3")
            let model = try #require(served as? any RemoteServedModel)
            #expect(throws: BancadaError.self) {
                try model.infer(InferenceRequest(inputs: []))
            }
            func ask(_ first: Double) async throws -> InferenceResponse {
                let input = Tensor(
                    name: "input-0", type: .fp64, shape: [2, 2],
                    elements: .numbers([first, 2, 3, .nan]))
                return try await model.answer(InferenceRequest(id: "9", inputs: [input]))
            }
            let response = try await ask(1)
            #expect(response.modelVersion == "3")
            #expect(response.id == "9")
            #expect(response.outputs[0].elements == .texts(["yes", "yes"]))
            let error = await #expect(throws: BancadaError.self) { try await ask(13) }
            #expect(error?.message.contains("ended with exit code 5") == true)
            #expect(try await ask(1) == response)
            // More than fits into one message.
            let many = Tensor(
                name: "input-0", type: .fp64, shape: [50_000, 2],
                elements: .numbers((0..<100_000).map { Double($0) / 7 }))
            let large = try await model.answer(InferenceRequest(inputs: [many]))
            #expect(large.outputs[0].shape == [50_000])
            #expect(large.outputs[0].elements.count == 50_000)
        }
    }

    @Test("A start that is cancelled leaves no process that has not said who it is")
    func cancelledStart() async throws {
        try await withGood { manifest, host, folder, settings in
            let component = PluginComponent(manifest.components[0], host: host)
            for _ in 0..<5 {
                let cancellation = Cancellation()
                let context = try Fixture.context(
                    folder, settings: settings, cancellation: cancellation)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // It may be done before: both are fine.
                        _ = try? await component.run(Fixture.input(folder), context: context)
                    }
                    group.addTask { cancellation.request() }
                }
            }
            let context = try Fixture.context(folder, settings: settings)
            _ = try await component.run(Fixture.input(folder), context: context)
        }
    }

    @Test("Samplers, objectives and readers answer in the types of the contracts")
    func others() async throws {
        try await withGood { manifest, host, folder, settings in
            let sampler = try PluginSampler(manifest.samplers[0], settings: [], host: host)
            let space = SearchSpace(dimensions: [
                .init("rate", .float(low: 0, high: 1, scale: .linear, step: nil)),
                .init("layers", .int(low: 1, high: 9, log: false, step: 4)),
                .init("kind", .categorical(["a", 1, true])),
                .init("width", .discrete([16, 32]), condition: "layers > 100"),
            ])
            let assignment = try await sampler.suggest(
                SuggestRequest(
                    space: space, goal: .maximize, history: [], number: 3, seed: .max))
            #expect(assignment.values.map(\.name) == ["rate", "layers", "kind"])
            let context = try Fixture.context(folder, settings: settings)
            let objective = PluginObjective(
                manifest.objectives[0], metric: "loss", host: host)
            let metrics = try await objective.evaluate(
                Assignment([.init("x", 5.0)]),
                context: TrialContext(number: 0, slot: 0, execution: context))
            #expect(metrics == [.init("loss", 9.0)])
            let reader = PluginReader(manifest.readers[0], host: host)
            try Data("a,b\n1,2\n3,4\n".utf8)
                .write(to: URL(fileURLWithPath: folder + "/file.csv"))
            let rows = try await reader.read(
                folder + "/file.csv", into: folder + "/task/data", context: context)
            #expect(rows == 2)
        }
    }

    @Test("A constraint that a proposal breaks is the plugin's failure")
    func constraint() async throws {
        try await withGood { manifest, host, _, _ in
            let sampler = try PluginSampler(manifest.samplers[0], settings: [], host: host)
            let space = SearchSpace(
                dimensions: [.init("x", .float(low: 0, high: 1, scale: .linear, step: nil))],
                constraints: ["x > 2.0"])
            let error = await #expect(throws: BancadaError.self) {
                try await sampler.suggest(
                    SuggestRequest(
                        space: space, goal: .minimize, history: [], number: 0, seed: 1))
            }
            #expect(error?.code == .pluginFailed)
            #expect(error?.message.contains("which breaks \"x > 2.0\"") == true)
        }
    }
}
