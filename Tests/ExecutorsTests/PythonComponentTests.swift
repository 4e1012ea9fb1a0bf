import Executors
import Foundation
import Testing
import Workbench

@Suite struct PythonComponentTests {
    @Test("A function gets what it is passed, and gives what it writes and returns")
    func whole() async throws {
        let bench = try Bench()
        try bench.write("def double(x): return 2 * x\n", "neighbour.py")
        try bench.write("a,b\n1,2\n", "data.csv")
        let component = try await bench.function(
            "train",
            """
            from typing import List, NamedTuple, Optional
            from kfp import dsl
            from kfp.dsl import Dataset, Input, InputPath, Metrics, Model, Output, OutputPath, component
            import neighbour

            class Result(NamedTuple):
                score: float
                count: int

            @dsl.component(base_image="python:3.11")
            def train(table: Input[Dataset], raw: InputPath("Dataset"), model: Output[Model],
                      metrics: Output[Metrics], note: OutputPath(str), count: int, rate: float,
                      on: bool, names: list, more: dict, hint: Optional[str] = None,
                      left: int = 4) -> Result:
                assert open(table.path).read() == open(raw).read() == "a,b\\n1,2\\n"
                assert table.metadata == {"rows": 1}, table.metadata
                assert isinstance(rate, float) and rate == 1.0
                assert (on, names, more, hint, left) == (True, [1, "x"], {"k": 2.5}, None, 4)
                print("training")
                with open(model.path, "w") as file:
                    file.write("weights")
                model.framework = "none"
                model.metadata["size"] = 7
                metrics.log_metric("accuracy", 0.97)
                metrics.log_metric("loss", float("inf"))
                with open(note, "w") as file:
                    file.write("done\\n")
                return Result(score=neighbour.double(rate), count=count + 1)
            """)
        let table = [
            RuntimeArtifact(
                name: "table", type: .dataset, path: bench.user + "/data.csv",
                metadata: [.init("rows", 1)])
        ]
        let output = try await component.run(
            ExecutorInput(
                parameters: [
                    .init("count", 3), .init("rate", 1), .init("on", true),
                    .init("names", [1, "x"]), .init("more", ["k": 2.5]),
                ],
                artifacts: ["table": table, "raw": table],
                outputArtifacts: [
                    RuntimeArtifact(name: "model", type: .model, path: bench.path + "/task/a/m")
                ]), context: bench.context())
        #expect(
            output.parameters == [
                .init("score", 2.0), .init("count", 4), .init("note", "done"),
            ])
        #expect(output.metrics.map(\.key) == ["accuracy", "loss"])
        #expect(output.metrics.map(\.value) == [0.97, .infinity])
        let model = try #require(output.artifacts.first { $0.name == "model" })
        #expect(model.path == bench.path + "/task/a/m")
        #expect(model.type == .model)
        #expect(model.metadata == [.init("framework", "none"), .init("size", 7)])
        #expect(try String(contentsOfFile: model.path, encoding: .utf8) == "weights")
        let metrics = try #require(output.artifacts.first { $0.name == "metrics" })
        #expect(FileManager.default.fileExists(atPath: metrics.path))
        #expect(bench.log == "training\n")
        // Nothing is compiled into the folder of the user.
        #expect(!FileManager.default.fileExists(atPath: bench.user + "/__pycache__"))
    }

    @Test("bancada gives the same names as kfp.dsl, and one result has two names")
    func ownModule() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "add",
            """
            from bancada import component, Output, HTML, ClassificationMetrics
            import kfp.dsl
            assert kfp.dsl.HTML is HTML

            @component
            def add(page: Output[HTML], curve: Output[ClassificationMetrics], a: int = 1) -> int:
                open(page.path, "w").write("<p>")
                curve.log_roc_curve([0, 1], [0, 1], [1, 0])
                curve.log_confusion_matrix(["x", "y"], [[3, 1], [0, 4]])
                return a + 1
            """)
        let output = try await component.run(ExecutorInput(), context: bench.context())
        #expect(output.parameters == [.init("Output", 2), .init("output", 2)])
        let curve = try #require(output.artifacts.first { $0.name == "curve" })
        #expect(
            curve.metadata.map(\.name) == ["confidenceMetrics", "confusionMatrix"])
        #expect(output.metrics.isEmpty)
    }

    @Test(
        "An exception's last line is the message, its traceback is in the log",
        arguments: [
            ("raise ValueError('too bad')", "steps.py:f: ValueError: too bad"),
            ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
            ("import sys; sys.exit(3)", "it called sys.exit(3)"),
            ("from kfp.dsl import pipelinex", "kfp.dsl.pipelinex needs kfp itself"),
            ("return 'text'", "output \"Output\" is a str, its annotation says int"),
            ("return True", "output \"Output\" is a bool"),
            ("return None", "output \"Output\" is a NoneType"),
            ("import os; os.kill(os.getpid(), 11)", "was ended by signal 11 (SIGSEGV)"),
            ("import os; os._exit(9)", "ended with exit code 9"),
        ])
    func failures(body: String, message: String) async throws {
        let bench = try Bench()
        let component = try await bench.function("f", "def f() -> int:\n    \(body)\n")
        let refusal = await error {
            try await component.run(ExecutorInput(), context: bench.context())
        }
        #expect(refusal?.code == .failed)
        #expect(refusal?.message.contains(message) == true, "\(refusal?.message ?? "")")
        if body.hasPrefix("raise") {
            #expect(bench.log.contains("Traceback"))
            #expect(bench.log.contains("steps.py\", line 2, in f"))
            #expect(!bench.log.contains("launcher.py"))
        }
    }

    @Test("Says which output was not written, and which input is missing")
    func missing() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "f",
            """
            from bancada import Model, Output
            def f(m: Output[Model], x: int): pass
            """)
        let output = await error {
            try await component.run(
                ExecutorInput(parameters: [.init("x", 1)]), context: bench.context())
        }
        #expect(output?.message.contains("output \"m\" was not written to its path") == true)
        let input = await error {
            try await component.run(ExecutorInput(), context: bench.context())
        }
        #expect(input?.code == .invalidInput)
        #expect(input?.message.contains("input \"x\" of f is missing") == true)
    }

    @Test("A Literal takes its values only")
    func literal() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "f", "from typing import Literal\ndef f(x: Literal['a', 'b']) -> str: return x\n")
        func run(_ value: JSON) async throws -> ExecutorOutput {
            try await component.run(
                ExecutorInput(parameters: [.init("x", value)]), context: bench.context())
        }
        #expect(try await run("a").parameters.first?.value == "a")
        #expect(
            await error { try await run("c") }?.message.contains("expected one of 'a', 'b'") == true
        )
    }

    @Test("A time limit ends it, and a changed file is refused")
    func stopped() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "f", "def f():\n    import time\n    time.sleep(100)\n")
        let late = await error {
            try await component.run(
                ExecutorInput(), context: bench.context(timeout: .milliseconds(100)))
        }
        #expect(late?.code == .timeout)
        try bench.write("def f(): pass\n", "steps.py")
        let changed = await error {
            try await component.run(ExecutorInput(), context: bench.context())
        }
        #expect(changed?.code == .conflict)
    }
}
