import Documents
import Pipelines
import Testing
import Workbench

@Suite struct NativePipelineFileTests {
    private func example() throws -> Pipeline {
        try load("dir/p.yaml", ["dir/p.yaml": wholeExample, "dir/other.yaml": other])
    }

    @Test("The whole example becomes one pipeline")
    func whole() throws {
        let pipeline = try example()
        #expect(pipeline.name == "penguins")
        #expect(pipeline.description == "from a file to a model")
        #expect(pipeline.document == "dir/p.yaml")
        #expect(pipeline.folder == "dir")
        #expect(
            pipeline.tasks.map(\.name) == [
                "load", "split", "best", "score", "clean", "note", "each", "inner",
            ])
        #expect(
            pipeline.tasks.map(\.action.title) == [
                "data.import", "data.split", "tune", "evaluate", "steps.py:clean", "shell", "x.y",
                "pipeline other",
            ])
        #expect(pipeline.outputs.map(\.name) == ["accuracy"])
        #expect(pipeline.onExit?.name == "on_exit")
        #expect(pipeline.onExit?.isCached == false)
    }

    @Test("Parameters take type and default from each other")
    func parameters() throws {
        let parameters = try example().parameters
        #expect(parameters.map(\.name) == ["data", "trials", "rate", "label"])
        #expect(parameters.map(\.type.word) == ["string", "int", "float", "string"])
        #expect(parameters.map(\.defaultValue) == ["data/penguins.csv", 40, 1.0, nil])
        #expect(parameters[1].description == "how many trials the search may use")
        #expect(parameters[1].location == SourceLocation(line: 5, column: 3))
    }

    @Test("A shell step has every field")
    func shell() throws {
        let pipeline = try example()
        let note = try #require(pipeline.tasks.first { $0.name == "note" })
        guard case .shell(let step) = note.action else { return #expect(Bool(false)) }
        #expect(step.script == #"echo "accuracy ${BANCADA_1}" > "$OUT/note""#)
        #expect(step.outputs == [OutputSpecification("note", .parameter(.string))])
        #expect(step.folder == "dir")
        #expect(note.inputs.map(\.name) == ["BANCADA_1"])
        #expect(note.inputs[0].template.references == [["tasks", "score", "accuracy"]])
        #expect(note.condition?.text == "tasks.score.accuracy >= 0.95")
        #expect(note.needs == ["best"])
        #expect(note.retry == RetryPolicy(limit: 3, backoff: .seconds(2)))
        #expect(note.timeout == .seconds(30))
        #expect(note.environment.map(\.name) == ["LANG", "RATE"])
        #expect(note.isCached == false)
    }

    @Test("Functions, loops and called pipelines have their fields")
    func others() throws {
        let pipeline = try example()
        guard case .python(let step) = pipeline.tasks[4].action else { return #expect(Bool(false)) }
        #expect(
            step
                == PythonStep(
                    file: "steps.py", function: "clean", requirements: ["pandas"], folder: "dir"))
        #expect(pipeline.tasks[6].forEach == .literal([1, 2, 3]))
        #expect(pipeline.tasks[6].maxParallel == 2)
        guard case .pipeline(let inner) = pipeline.tasks[7].action else {
            return #expect(Bool(false))
        }
        #expect(inner.document == "dir/other.yaml")
        #expect(inner.name == "other")
        #expect(pipeline.tasks[7].inputs.map(\.name) == ["data"])
    }

    @Test(
        "Short forms",
        arguments: [
            ("when: true", "true"), ("when: '${{ 1 < 2 }}'", "1 < 2"), ("when: '  ${{ x }} '", "x"),
            ("when: 1 < 2", "1 < 2"),
        ])
    func conditions(line: String, expected: String) throws {
        let pipeline = try load("tasks: {a: {run: x, \(line)}}")
        #expect(pipeline.tasks[0].condition?.text == expected)
    }

    @Test("Retry as a number, needs as one name, lists by expression")
    func short() throws {
        let pipeline = try load(
            """
            tasks:
              a: {run: x, retry: 2, timeout: 1.5}
              b: {run: x, needs: a, for_each: "${{ tasks.a.list }}"}
              c: {run: x, for_each: [1, "${{ parameters.x }}"]}
            """)
        #expect(pipeline.tasks[0].retry == RetryPolicy(limit: 2, backoff: .zero))
        #expect(pipeline.tasks[0].timeout == .milliseconds(1500))
        #expect(pipeline.tasks[1].needs == ["a"])
        #expect(pipeline.tasks[1].forEach?.references == [["tasks", "a", "list"]])
        #expect(pipeline.tasks[2].forEach?.references == [["parameters", "x"]])
    }

    @Test(
        "Refuses",
        arguments: [
            ("[]", "p.yaml:1:1: expected an object, found an array"),
            ("name: x", "p.yaml:1:1: a pipeline without tasks"),
            ("name: x\ntasks: {}", "p.yaml:2:8: a pipeline without tasks"),
            ("nam: x", "p.yaml:1:1: unknown key \"nam\""),
            ("name: [x]", "p.yaml:1:7: \"name\" is an array, expected a string"),
            ("name: ''", "p.yaml:1:7: \"name\" must have 1 to 250 characters"),
            ("tasks: 3", "p.yaml:1:8: \"tasks\": expected an object, found an integer"),
            ("tasks: {1a: {run: x}}", "p.yaml:1:9: \"1a\" cannot be the name of a task"),
            ("tasks: {a b: {run: x}}", "p.yaml:1:9: \"a b\" cannot be the name of a task"),
            ("tasks: {ä: {run: x}}", "p.yaml:1:9: \"ä\" cannot be the name of a task"),
            ("tasks: {a-: {run: x}}", "p.yaml:1:9: \"a-\" cannot be the name of a task"),
            ("tasks: {on_exit: {run: x}}", "p.yaml:1:9: a task cannot be named \"on_exit\""),
            ("parameters: {a.b: 1}", "p.yaml:1:14: \"a.b\" cannot be the name of a parameter"),
            ("parameters: {a: }", "p.yaml:1:17: \"parameters.a\" has neither a type nor a default"),
            (
                "parameters: {a: {}}",
                "p.yaml:1:17: \"parameters.a\" has neither a type nor a default"
            ),
            ("parameters: {a: {typ: int}}", "p.yaml:1:18: unknown key \"parameters.a.typ\""),
            (
                "parameters: {a: {type: itn}}",
                "p.yaml:1:24: \"parameters.a.type\" is \"itn\", expected a type"
            ),
            (
                "parameters: {a: {type: int, default: x}}",
                "p.yaml:1:38: the default of \"parameters.a\" is \"x\", expected an integer (int)"
            ),
            (
                "parameters: {a: {type: Dataset, default: x}}",
                "p.yaml:1:42: the default of \"parameters.a\" is \"x\", "
                    + "expected an artifact (Dataset)"
            ),
            (
                "parameters: {a: '${{ x }}'}",
                "p.yaml:1:17: \"parameters.a\" holds an expression, expected a value"
            ),
            ("tasks: {a: x}", "p.yaml:1:12: \"tasks.a\": expected an object, found a string"),
            ("tasks: {a: {}}", "p.yaml:1:9: \"tasks.a\" does nothing"),
            (
                "tasks: {a: {run: x, component: y}}",
                "p.yaml:1:21: \"tasks.a\" has both \"run\" and \"component\""
            ),
            ("tasks: {a: {run: x, nead: y}}", "p.yaml:1:21: unknown key \"tasks.a.nead\""),
            (
                "tasks: {a: {run: 1}}",
                "p.yaml:1:18: \"tasks.a.run\" is an integer, expected a string"
            ),
            ("tasks: {a: {run: ' '}}", "p.yaml:1:19: the script is empty"),
            ("tasks: {a: {component: ''}}", "p.yaml:1:24: \"\" is no name of a component"),
            (
                "tasks: {a: {run: x, with: {a: 1}}}",
                "p.yaml:1:21: \"tasks.a.with\" has no meaning for a shell step"
            ),
            (
                "tasks: {a: {component: x, outputs: {a: int}}}",
                "p.yaml:1:27: \"tasks.a.outputs\" has no meaning for a task with \"component\""
            ),
            (
                "tasks: {a: {run: x, requirements: [y]}}",
                "p.yaml:1:21: \"tasks.a.requirements\" has no meaning for a task with \"run\""
            ),
            (
                "tasks: {a: {run: x, max_parallel: 2}}",
                "p.yaml:1:21: \"tasks.a.max_parallel\" has no meaning for a task without "
                    + "\"for_each\""
            ),
            (
                "tasks: {a: {run: x, for_each: [1], max_parallel: 0}}",
                "p.yaml:1:50: \"tasks.a.max_parallel\" is 0, expected 1 to 1000000"
            ),
            (
                "tasks: {a: {run: x, for_each: x}}",
                "p.yaml:1:31: \"tasks.a.for_each\" is a string, expected a list"
            ),
            (
                "tasks: {a: {run: x, retry: -1}}",
                "p.yaml:1:28: \"tasks.a.retry\" is -1, expected 0 to 1000000"
            ),
            (
                "tasks: {a: {run: x, retry: {limit: -1}}}",
                "p.yaml:1:36: \"tasks.a.retry.limit\" is -1, expected 0 to 1000000"
            ),
            (
                "tasks: {a: {run: x, retry: {backoff: 1s}}}",
                "p.yaml:1:28: missing \"tasks.a.retry.limit\""
            ),
            (
                "tasks: {a: {run: x, retry: {limit: 1, backof: 1s}}}",
                "p.yaml:1:39: unknown key \"tasks.a.retry.backof\""
            ),
            (
                "tasks: {a: {run: x, timeout: soon}}",
                "p.yaml:1:30: \"tasks.a.timeout\" is \"soon\", expected a length of time"
            ),
            (
                "tasks: {a: {run: x, timeout: 0}}",
                "p.yaml:1:30: \"tasks.a.timeout\" must be longer than 0"
            ),
            (
                "tasks: {a: {run: x, cache: 1}}",
                "p.yaml:1:28: \"tasks.a.cache\" is an integer, expected true or false"
            ),
            (
                "tasks: {a: {run: x, env: {A-B: 1}}}",
                "p.yaml:1:27: \"A-B\" cannot be the name of a variable"
            ),
            (
                "tasks: {a: {run: x, env: {BANCADA_1: 1}}}",
                "p.yaml:1:27: \"BANCADA_1\" cannot be the name of a variable"
            ),
            (
                "tasks: {a: {run: x, env: {A: [1]}}}",
                "p.yaml:1:30: \"tasks.a.env.A\" is an array, expected a text or a number"
            ),
            (
                "tasks: {a: {run: x, outputs: {a: 3}}}",
                "p.yaml:1:34: \"tasks.a.outputs.a\" is an integer, expected a string"
            ),
            (
                "tasks: {a: {run: x, needs: [1]}}",
                "p.yaml:1:29: \"tasks.a.needs[0]\" is an integer, expected a string"
            ),
            (
                "tasks: {a: {run: x, when: 'a b'}}",
                "p.yaml:1:30: expression \"a b\": expected an operator or the end, found \"b\""
            ),
            (
                "tasks: {a: {run: x, when: '${{ a }} && b'}}",
                "p.yaml:1:27: \"tasks.a.when\" is \"${{ a }} && b\", expected one expression"
            ),
            (
                "tasks: {a: {python: steps.py}}",
                "p.yaml:1:21: \"tasks.a.python\" is \"steps.py\", expected FILE:FUNCTION"
            ),
            (
                "tasks: {a: {python: 'steps.py:1x'}}",
                "p.yaml:1:21: \"tasks.a.python\" is \"steps.py:1x\", expected FILE:FUNCTION"
            ),
            ("tasks: {a: {pipeline: q.yaml}}", "p.yaml:1:23: file \"q.yaml\" not found"),
            (
                "tasks: {a: {pipeline: ./p.yaml}}",
                "p.yaml:1:23: pipelines call each other in a circle: p.yaml -> p.yaml"
            ),
            ("on_exit: {run: x, needs: [a]}", "p.yaml:1:19: unknown key \"on_exit.needs\""),
            ("outputs: {1: x}", "p.yaml:1:11: \"1\" cannot be the name of an output"),
            (
                "tasks: {a: {run: x}, a: {run: y}}",
                "p.yaml:1:9: the key \"a\" is there twice"
            ),
        ])
    func refuses(text: String, expected: String) {
        #expect(message { () throws(BancadaError) in _ = try load(text) } == expected)
    }

    @Test("Unknown keys name the nearest known one")
    func nearest() {
        #expect {
            _ = try load("tasks: {a: {run: x, retri: 1}}")
        } throws: { ($0 as? BancadaError)?.hint == "write \"retry\"" }
    }

    @Test("Called files are found from the folder of the caller, each read once")
    func called() throws {
        let files = [
            "a/p.yaml": "tasks: {x: {pipeline: ../b/q.yaml}, y: {pipeline: ../b/./q.yaml}}",
            "b/q.yaml": "tasks: {z: {pipeline: r.yaml}}", "b/r.yaml": "tasks: {w: {run: x}}",
        ]
        let pipeline = try load("a/p.yaml", files)
        guard case .pipeline(let q) = pipeline.tasks[0].action,
            case .pipeline(let r) = q.tasks[0].action
        else { return #expect(Bool(false)) }
        #expect(r.document == "b/r.yaml")
        #expect(pipeline.tasks[1].action == .pipeline(q))
    }

    @Test("Circles of files, depth and number of tasks are bounded")
    func bounds() {
        var files = [
            "p.yaml": "tasks: {x: {pipeline: q.yaml}}", "q.yaml": "tasks: {x: {pipeline: p.yaml}}",
        ]
        #expect(
            message { () throws(BancadaError) in _ = try load("p.yaml", files) }
                == "q.yaml:1:23: pipelines call each other in a circle: p.yaml -> q.yaml -> p.yaml")
        for level in 0..<20 {
            files["\(level).yaml"] = "tasks: {x: {pipeline: \(level + 1).yaml}}"
        }
        files["20.yaml"] = "tasks: {x: {run: x}}"
        #expect(
            message { () throws(BancadaError) in _ = try load("0.yaml", files) }
                == "15.yaml:1:23: pipelines call each other more than 16 deep")
        for level in 0..<14 {
            let calls = (0..<10).map { "x\($0): {pipeline: \(level + 1).yaml}" }
            files["\(level).yaml"] = "tasks: {\(calls.joined(separator: ", "))}"
        }
        files["14.yaml"] = "tasks: {x: {run: x}}"
        #expect(
            message { () throws(BancadaError) in _ = try load("0.yaml", files) }
                == "9.yaml: 211110 tasks with those of called pipelines, expected at most 100000")
    }
}
