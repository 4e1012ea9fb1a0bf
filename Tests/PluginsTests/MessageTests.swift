import Documents
import Foundation
import Plugins
import Testing
import Workbench

/// The example messages, from the host's side; `Python/test_messages.py` is the other one.
@Suite struct MessageTests {
    private static func example(_ name: String) throws -> [UInt8] {
        Array(
            try Data(
                contentsOf: URL(
                    fileURLWithPath: Fixture.path("Messages/\(name).json"))))
    }

    private static let space = SearchSpace(
        dimensions: [
            .init("lr", .float(low: 1e-4, high: 1e-1, scale: .log, step: nil)),
            .init("layers", .int(low: 1, high: 4, log: false, step: 1)),
            .init("optimizer", .categorical(["sgd", "adam"])),
            .init(
                "momentum", .float(low: 0, high: 0.99, scale: .linear, step: nil),
                condition: "optimizer == 'sgd'"),
        ], constraints: ["lr * layers < 1.0"])

    private static let suggest = SamplerSuggestCall(
        sampler: "good.uniform", settings: [.init("gamma", 0.25)],
        request: SuggestRequest(
            space: space, goal: .maximize,
            history: [
                Trial(
                    number: 0, state: .complete,
                    assignment: Assignment([
                        .init("lr", 0.01), .init("layers", 2), .init("optimizer", "adam"),
                    ]), value: 0.93, startTime: Timestamp(milliseconds: 0))
            ], number: 1, seed: 1))

    private static let component = ComponentRunCall(
        component: "summary.page",
        input: ExecutorInput(
            parameters: [.init("rows", 5)],
            artifacts: [
                "table": [RuntimeArtifact(name: "penguins", type: .dataset, path: "/w/in/table")]
            ],
            outputArtifacts: [RuntimeArtifact(name: "page", type: .html, path: "/w/out/page")]),
        work: "/w", seed: 1)

    private static let predict = ModelPredictCall(
        model: "sklearn-1",
        request: InferenceRequest(
            id: "7",
            inputs: [
                Tensor(name: "x", type: .fp64, shape: [2], elements: .numbers([1.5, .nan])),
                Tensor(name: "c", type: .bytes, shape: [2], elements: .texts(["red", nil])),
            ], outputs: ["output-0"]))

    private static let calls: [(id: Int, call: any PluginCall)] = [
        (1, InitializeCall(host: "bancada 0.1.0")),
        (
            2,
            TrainerFitCall(
                trainer: "sklearn.svc",
                request: TrainerRequest(
                    table: "/w/in/train", target: "species", parameters: [.init("C", 2.0)],
                    seed: 1, model: "/w/out/model"), work: "/w")
        ),
        (3, component),
        (
            4,
            ReaderReadCall(
                reader: "arrow.parquet", path: "/w/in/file.parquet", dataset: "/w/out/dataset",
                work: "/w")
        ),
        (5, ModelLoadCall(model: "sklearn-1", format: "sklearn", path: "/models/m")),
        (6, predict), (7, ModelUnloadCall(model: "sklearn-1")), (8, suggest),
        (
            9,
            ObjectiveEvaluateCall(
                objective: "good.square", trial: 3, assignment: Assignment([.init("x", 2.5)]),
                seed: 1, work: "/w", metric: "value")
        ),
        (10, ShutdownCall()),
    ]

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func read<Call: PluginCall>(_ call: Call) throws -> Call.Answer {
        let line = try Self.example("\(Call.method).result").dropLast()
        guard case .answer(_, .result(let node)) = try PluginMessage.parse(Array(line)) else {
            throw BancadaError(.invalidInput, "no result")
        }
        return try call.read(ObjectFields(node, document: "result"))
    }

    @Test("Every request is written as in its example", arguments: 0..<10)
    func requests(place: Int) throws {
        let (id, call) = Self.calls[place]
        let name = type(of: call).method
        #expect(text(try call.line(id: id)) == text(try Self.example("\(name).request")))
    }

    @Test("Every result is read as its example says")
    func results() throws {
        let hello = try read(InitializeCall(host: ""))
        #expect(hello.name == "sklearn")
        #expect(hello.version == 1)
        #expect(hello.concurrency == 1)
        let fit = try #require(Self.calls[1].call as? TrainerFitCall)
        #expect(try read(fit) == [.init("accuracy", 0.98)])
        let output = try read(Self.component)
        #expect(output.parameters == [.init("columns", 8)])
        #expect(output.artifacts.first?.type == .html)
        #expect(output.artifacts.first?.metadata == [.init("rows", 344)])
        let load = try #require(Self.calls[4].call as? ModelLoadCall)
        #expect(try read(load).inputs == [.init(name: "input-0", type: .fp64, shape: [-1, 4])])
        #expect(try read(Self.predict).first?.elements == .texts(["a", "b"]))
        let proposed: [JSON.Member] = [
            .init("lr", 0.02), .init("layers", 3), .init("optimizer", "sgd"),
            .init("momentum", 0.9),
        ]
        #expect(try read(Self.suggest).values == proposed)
        let evaluate = try #require(Self.calls[8].call as? ObjectiveEvaluateCall)
        #expect(try read(evaluate) == [.init("value", 0.25)])
        let reader = try #require(Self.calls[3].call as? ReaderReadCall)
        #expect(try read(reader) == 344)
        try read(ShutdownCall())
        try read(ModelUnloadCall(model: ""))
    }

    @Test("Notifications and errors are read and written as in their examples")
    func others() throws {
        #expect(text(CancelNotification(id: 2).line) == text(try Self.example("cancel")))
        func parse(_ name: String) throws -> PluginMessage {
            try PluginMessage.parse(Array(try Self.example(name).dropLast()))
        }
        guard case .progress(let progress) = try parse("progress"),
            case .metric(let metric) = try parse("metric"), case .log(let log) = try parse("log"),
            case .answer(id: 2, .failure(let failure)) = try parse("error")
        else {
            Issue.record("an example is read as another message")
            return
        }
        #expect(progress.id == 2 && progress.done == 3 && progress.total == 10)
        #expect(metric.key == "loss" && metric.value == 0.5 && metric.step == 3)
        #expect(log.level == .warning && log.message == "slow")
        #expect(failure == .init(code: -32800, message: "cancelled"))
    }

    @Test(
        "Refuses what is no message of a plugin",
        arguments: [
            "", "hello", "[]", "{}", #"{"jsonrpc":"1.0","id":1,"result":{}}"#,
            #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","result":{}}"#,
            #"{"jsonrpc":"2.0","id":"1","result":{}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"x"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"progress","params":{"id":1,"done":1}}"#,
            #"{"jsonrpc":"2.0","method":"shout","params":{}}"#,
            #"{"jsonrpc":"2.0","method":"progress","params":{"id":1,"done":-1}}"#,
            #"{"jsonrpc":"2.0","method":"progress","params":{"id":1,"done":1,"of":2}}"#,
            #"{"jsonrpc":"2.0","method":"log","params":{"id":1,"level":"loud","message":"x"}}"#,
            #"{"jsonrpc":"2.0","method":"metric","params":{"id":1,"key":"k","value":"v"}}"#,
        ])
    func refuses(line: String) {
        let error = #expect(throws: BancadaError.self) {
            try PluginMessage.parse(Array(line.utf8))
        }
        #expect(error?.code == .invalidInput)
    }

    @Test("A request longer than a line may be is refused before it is sent")
    func tooLong() {
        let call = InitializeCall(host: String(repeating: "x", count: 1 << 20))
        let error = #expect(throws: BancadaError.self) { try call.line(id: 1) }
        #expect(error?.code == .invalidInput)
    }

    @Test(
        "Refuses proposals outside the space",
        arguments: [
            ("lr", "0.2"), ("lr", "nan"), ("layers", "5"), ("layers", "1.5"),
            ("optimizer", "lbfgs"), ("unknown", "1"),
        ])
    func outside(name: String, value: String) throws {
        let json: JSON = [
            "assignments": [["assignments": [["name": .string(name), "value": .string(value)]]]]
        ]
        let node = try JSONParser.parse(json.compactBytes, document: "result")
        #expect(throws: BancadaError.self) {
            try Self.suggest.read(ObjectFields(node, document: "result"))
        }
    }

    @Test("The Python side holds against the same examples")
    func python() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Fixture.path("Python/test_messages.py")]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
