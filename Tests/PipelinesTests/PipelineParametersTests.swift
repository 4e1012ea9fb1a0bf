import Documents
import Pipelines
import Testing
import Workbench

@Suite struct PipelineParametersTests {
    private let pipeline = Pipeline(
        name: "p",
        parameters: [
            PipelineParameter(name: "text", type: .string, defaultValue: "a"),
            PipelineParameter(name: "count", type: .integer, defaultValue: 3),
            PipelineParameter(name: "rate", type: .number, defaultValue: 0.5),
            PipelineParameter(name: "flag", type: .boolean, defaultValue: false),
            PipelineParameter(name: "items", type: .list, defaultValue: []),
            PipelineParameter(name: "object", type: .object, defaultValue: [:]),
        ], tasks: [])

    @Test(
        "Texts are read by the type",
        arguments: [
            ("text", "12", #""12""#), ("text", "", #""""#), ("count", "12", "12"),
            ("count", "-1", "-1"), ("rate", "1", "1.0"), ("rate", "1e-3", "0.001"),
            ("flag", "true", "true"), ("flag", "False", "false"), ("items", "[1, a]", #"[1,"a"]"#),
            ("items", #"["x"]"#, #"["x"]"#),
            ("object", #"{"a": {"b": 1}}"#, #"{"a":{"b":1}}"#),
        ])
    func texts(name: String, text: String, expected: String) throws {
        let values = try PipelineParameters.resolve(given: [name: .text(text)], pipeline)
        #expect(values.first { $0.name == name }?.value.compactText == expected)
        #expect(values.map(\.name) == pipeline.parameters.map(\.name))
    }

    @Test(
        "Refuses texts of other types",
        arguments: [
            ("count", "1.5", "parameter \"count\" is \"1.5\", expected an integer (int)"),
            ("count", "", "parameter \"count\" is \"\", expected an integer (int)"),
            ("rate", "fast", "parameter \"rate\" is \"fast\", expected a number (float)"),
            ("rate", ".nan", "parameter \"rate\" is \".nan\", expected a number (float)"),
            ("flag", "1", "parameter \"flag\" is \"1\", expected true or false (bool)"),
            ("items", "{}", "parameter \"items\" is \"{}\", expected a list"),
            ("object", "[", "parameter \"object\" is \"[\", expected an object"),
            ("cuont", "1", "pipeline \"p\" has no parameter \"cuont\""),
        ])
    func refuses(name: String, text: String, expected: String) {
        #expect(
            message { () throws(BancadaError) in
                _ = try PipelineParameters.resolve(given: [name: .text(text)], pipeline)
            } == expected)
    }

    @Test("Values are checked and made exact")
    func values() throws {
        let values = try PipelineParameters.resolve(given: ["rate": .value(2)], pipeline)
        #expect(values[2].value == 2.0)
        #expect(
            message { () throws(BancadaError) in
                _ = try PipelineParameters.resolve(given: ["count": .value("2")], pipeline)
            } == "parameter \"count\" is \"2\", expected an integer (int)")
    }

    @Test("Everything that is missing is named at once")
    func missing() {
        let pipeline = Pipeline(
            name: "p",
            parameters: [
                PipelineParameter(name: "a", type: .string),
                PipelineParameter(name: "b", type: .integer, defaultValue: 1),
                PipelineParameter(name: "c", type: .artifact(.dataset)),
            ], tasks: [])
        #expect(
            message { () throws(BancadaError) in
                _ = try PipelineParameters.resolve(given: [:], pipeline)
            } == "pipeline \"p\" needs \"a\" (string), \"c\" (Dataset)")
        #expect(
            message { () throws(BancadaError) in
                _ = try PipelineParameters.resolve(given: ["c": .text("x")], pipeline)
            } == "parameter \"c\" takes an artifact (Dataset), which only a pipeline that calls "
                + "this one can pass")
    }
}
