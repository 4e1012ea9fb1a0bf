import Documents
import Tabular
import Testing
import Training
import Workbench

@Suite struct TargetTests {
    private func target(
        _ cells: [String], task: LearningTask? = nil
    ) throws(BancadaError) -> Target {
        let text = "x,y\n" + cells.map { "1,\($0)\n" }.joined()
        return try Target("y", of: try Fixture.table(text), task: task)
    }

    @Test("Texts, booleans and few integers are classes")
    func classes() throws {
        let texts = try target(["b", "a", "", "b"])
        #expect(texts.task == .classification && texts.classes?.names == ["a", "b"])
        #expect(texts.values == .classes([1, 0, 1], count: 2))
        #expect(texts.rows == [0, 1, 3] && texts.droppedRowCount == 1)
        let flags = try target(["true", "False"])
        #expect(flags.classes == ClassLabels(type: .boolean, names: ["false", "true"]))
        let integers = try target(["10", "9", "-1"])
        #expect(integers.classes?.names == ["-1", "9", "10"])
        #expect(try target((0..<20).map { "\($0)" }).task == .classification)
    }

    @Test("Other numbers are numbers")
    func numbers() throws {
        #expect(try target((0..<21).map { "\($0)" }).task == .regression)
        let numbers = try target(["1.5", "", "2"])
        #expect(numbers.task == .regression && numbers.values == .values([1.5, 2]))
        #expect(numbers.rows == [0, 2] && numbers.droppedRowCount == 1)
    }

    @Test("The task can be told")
    func told() throws {
        #expect(try target(["1", "2"], task: .regression).values == .values([1, 2]))
        #expect(try target(["true", "false"], task: .regression).values == .values([1, 0]))
        let floats = try target(["1.5", "0.5", "1.5"], task: .classification)
        #expect(floats.classes == ClassLabels(type: .number, names: ["0.5", "1.5"]))
        #expect(floats.values == .classes([1, 0, 1], count: 2))
    }

    private static let refusals: [(cells: [String], task: LearningTask?, message: String)] = [
        (
            ["a", "a"], nil,
            "the target column \"y\" of t.csv has the single class \"a\", expected at least two"
        ),
        (["", ""], nil, "the target column \"y\" of t.csv has no values"),
        (
            ["", "ab"], .regression,
            "the target column \"y\" of t.csv holds text such as \"ab\", expected numbers for a "
                + "regression"
        ),
        (
            ["1.5", "inf"], nil,
            "the target column \"y\" of t.csv is infinite in row 2, expected finite numbers"
        ),
        (
            (0..<1001).map { "\($0)" }, .classification,
            "the target column \"y\" of t.csv has 1001 different values, expected at most 1000 "
                + "classes"
        ),
    ]

    @Test("Refuses what cannot be learned", arguments: refusals)
    func refuses(cells: [String], task: LearningTask?, message: String) {
        let error = #expect(throws: BancadaError.self) { try target(cells, task: task) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message == message)
    }

    @Test("A target that is not there is not found")
    func missing() {
        let error = #expect(throws: BancadaError.self) {
            try Target("specis", of: try Fixture.table("species,x\na,1\n"))
        }
        #expect(error?.code == .notFound && error?.hint == "write \"species\"")
    }

    @Test("Labels of another table follow the classes")
    func labels() throws {
        let classes = ClassLabels(type: .integer, names: ["0", "1"])
        #expect(
            classes.labels(of: Column(name: "y", type: .number, numbers: [1, 0, .nan, 2, 0.5]))
                == [1, 0, -1, -2, -2])
        #expect(
            classes.labels(of: Column(name: "y", texts: TextValues(["1", nil, "x"])))
                == [1, -1, -2])
        let texts = ClassLabels(type: .text, names: ["1", "a"])
        #expect(texts.labels(of: Column(name: "y", type: .integer, numbers: [1, 2])) == [0, -2])
        let floats = ClassLabels(type: .number, names: ["1.0", "1.5"])
        #expect(floats.labels(of: Column(name: "y", type: .integer, numbers: [1])) == [0])
    }
}

@Suite struct SettingsTests {
    private let parameters = Algorithm.logistic.parameters

    @Test("README names every algorithm and setting", arguments: Algorithm.allCases)
    func readme(algorithm: Algorithm) throws {
        let lines = try Fixture.readme().split(separator: "\n")
        let row = try #require(lines.first { $0.hasPrefix("| `\(algorithm.rawValue)` |") })
        for parameter in algorithm.parameters {
            #expect(row.contains("`\(parameter.name)` \(parameter.defaultValue.text)"))
        }
        #expect(lines.contains { $0.contains("--algorithm ") && $0.contains(algorithm.rawValue) })
    }

    @Test("Settings are read over the defaults")
    func assignments() throws {
        let settings = try Settings(
            assignments: ["C=0.5", "max_iter=7", "fit_intercept=False", "C=2e1"], of: parameters)
        #expect(
            settings.json.compactText
                == #"{"C":20.0,"max_iter":7,"tol":0.0001,"fit_intercept":false}"#)
        #expect(try Settings(of: parameters).values.map(\.value) == parameters.map(\.defaultValue))
    }

    private static let refusals: [(text: String, message: String, hint: String?)] = [
        ("c_=1", "unknown setting \"c_\"", "write \"C\""),
        (
            "depth=3", "unknown setting \"depth\"",
            "use one of C, max_iter, tol, fit_intercept"
        ),
        ("max_itr=3", "unknown setting \"max_itr\"", "write \"max_iter\""),
        ("C", "the setting \"C\" has no value", "write it as name=value"),
        (
            "C=abc", "the setting \"C\" is \"abc\", expected a number from 1e-10 to 10000000000.0",
            nil
        ),
        ("C=0", "the setting \"C\" is \"0\", expected a number from 1e-10 to 10000000000.0", nil),
        (
            "C=nan", "the setting \"C\" is \"nan\", expected a number from 1e-10 to 10000000000.0",
            nil
        ),
        (
            "max_iter=1.5",
            "the setting \"max_iter\" is \"1.5\", expected an integer from 1 to "
                + "1000000", nil
        ),
        (
            "fit_intercept=maybe",
            "the setting \"fit_intercept\" is \"maybe\", expected true or false", nil
        ),
    ]

    @Test("Says what is wrong with a setting", arguments: refusals)
    func refuses(text: String, message: String, hint: String?) {
        let error = #expect(throws: BancadaError.self) {
            try Settings(assignments: [text], of: parameters)
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message == message)
        #expect(error?.hint == hint)
    }

    @Test("Algorithms are found by name")
    func algorithms() throws {
        #expect(try Algorithm(named: "ridge") == .ridge)
        let error = #expect(throws: BancadaError.self) { try Algorithm(named: "logistc") }
        #expect(error?.message == "unknown algorithm \"logistc\"")
        #expect(error?.hint == "use \"logistic\"")
    }

    @Test("An algorithm is refused for a task that it cannot learn")
    func tasks() {
        let plan = TrainingPlan(target: "y", algorithm: .ridge)
        let error = #expect(throws: BancadaError.self) { try plan.resolve(for: .classification) }
        #expect(
            error?.message
                == "ridge learns a regression, and the target \"y\" asks for a classification")
    }
}
