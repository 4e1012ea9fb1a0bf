import Documents
import Testing
import Workbench

@Suite struct ExecutorProtocolTests {
    private func parsed(_ json: JSON) throws -> Node {
        var writer = JSONWriter()
        writer.write(json)
        return try JSONParser.parse(writer.bytes, document: "input")
    }

    private func text(_ json: JSON) -> String {
        var writer = JSONWriter()
        writer.write(json)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("An ExecutorInput has KFP's shape, with integers as integers")
    func shape() {
        let input = ExecutorInput(
            parameters: [.init("a", 5), .init("list", [1, 2.5])],
            artifacts: [
                "ds": [
                    RuntimeArtifact(
                        name: "x", type: .dataset, path: "/abs/path", metadata: [.init("rows", 3)])
                ]
            ],
            outputParameters: [("Output", "/out/Output")],
            outputArtifacts: [RuntimeArtifact(name: "model", type: .model, path: "/out/model")],
            outputFile: "/out/executor_output.json")
        #expect(
            text(input.json) == """
                {"inputs":{"parameterValues":{"a":5,"list":[1,2.5]},"artifacts":{"ds":{"artifacts":\
                [{"name":"x","type":{"schemaTitle":"system.Dataset","schemaVersion":"0.0.1"},\
                "uri":"/abs/path","metadata":{"rows":3}}]}}},"outputs":{"parameters":{"Output":\
                {"outputFile":"/out/Output"}},"artifacts":{"model":{"artifacts":[{"name":"model",\
                "type":{"schemaTitle":"system.Model","schemaVersion":"0.0.1"},"uri":"/out/model",\
                "metadata":{}}]}},"outputFile":"/out/executor_output.json"}}
                """)
    }

    @Test("An ExecutorInput reads back")
    func roundTrip() throws {
        let input = ExecutorInput(
            parameters: [.init("text", "ä \"quoted\""), .init("none", .null), .init("yes", true)],
            artifacts: [
                "many": [
                    RuntimeArtifact(name: "1", type: .html, path: "/1"),
                    RuntimeArtifact(name: "2", type: .artifact, path: "/2"),
                ], "empty": [],
            ],
            outputParameters: [("p", "/p"), ("q", "/q")],
            outputArtifacts: [RuntimeArtifact(name: "m", type: .metrics, path: "/m")],
            outputFile: "/file")
        #expect(try ExecutorInput(parsed(input.json), document: "input") == input)
        #expect(try ExecutorInput(parsed([:]), document: "input") == ExecutorInput())
    }

    @Test("The numbers of Metrics are the metrics of an ExecutorOutput")
    func metrics() throws {
        let document = """
            {"parameterValues":{"Output":10},"artifacts":{
              "m":{"artifacts":[{"name":"projects/1/x","uri":"/m","type":{"schemaTitle":"system.Metrics"},
                   "metadata":{"accuracy":0.97,"count":3,"bad":"NaN","note":"text"}}]},
              "model":{"artifacts":[{"uri":"/model","metadata":{"size":7}}]},
              "other":{"artifacts":[{"uri":"/o","type":{"schemaTitle":"google.VertexModel"}}]}}}
            """
        let output = try ExecutorOutput(
            try JSONParser.parse(Array(document.utf8), document: "output"), document: "output")
        #expect(output.parameters == [.init("Output", 10)])
        #expect(output.metrics.map(\.key) == ["accuracy", "count", "bad"])
        #expect(output.metrics[0].value == 0.97)
        #expect(output.metrics[1].value == 3)
        #expect(output.metrics[2].value.isNaN)
        #expect(output.artifacts.map(\.name) == ["m", "model", "other"])
        #expect(output.artifacts.map(\.type) == [.metrics, .artifact, .artifact])
    }

    @Test(
        "Names the place of what is wrong",
        arguments: [
            (#"{"parameterValues":3}"#, "\"parameterValues\": expected an object"),
            (#"{"artifacts":{"m":{"artifacts":[{"name":"m"}]}}}"#, "artifacts.m.artifacts[0].uri"),
            ("[]", "expected an object"),
        ])
    func wrong(document: String, message: String) throws {
        let node = try JSONParser.parse(Array(document.utf8), document: "output")
        do {
            _ = try ExecutorOutput(node, document: "output")
            Issue.record("it was accepted")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }
}
