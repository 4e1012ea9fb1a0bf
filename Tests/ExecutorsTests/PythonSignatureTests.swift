import Executors
import Pipelines
import Testing
import Workbench

@Suite struct PythonSignatureTests {
    @Test("Inputs and outputs follow from the annotations")
    func signature() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "train",
            """
            raise SystemExit("reading a signature must not run the file")
            from typing import Dict, List, NamedTuple, Optional
            from kfp import dsl
            from kfp.dsl import Dataset, Input, InputPath, Output as Out, OutputPath

            class Result(NamedTuple):
                score: float
                names: List[str]

            @dsl.component(base_image="python:3.11")
            def train(table: Input[Dataset], old: dsl.Input[dsl.Model], raw: InputPath("Dataset"),
                      parts: Input[List[Dataset]], model: Out[dsl.Model], note: OutputPath(str),
                      page: OutputPath("HTML"), text: str, count: "int", rate: float = 1,
                      on: bool = True, names: list = ("a", "b"), more: Dict[str, int] = {},
                      hint: Optional[str] = None, other: int | None = None,
                      extra: Optional[Input[Dataset]] = None, *, last: int = -3) -> Result:
                \"\"\"Trains a model.

                At length.\"\"\"
            """)
        let inputs = component.specification.inputs
        #expect(
            inputs == [
                InputSpecification("table", .artifact(.dataset)),
                InputSpecification("old", .artifact(.model)),
                InputSpecification("raw", .artifact(.dataset)),
                InputSpecification("parts", .artifact(.dataset)),
                InputSpecification("text", .parameter(.string)),
                InputSpecification("count", .parameter(.integer)),
                InputSpecification("rate", .parameter(.number), defaultValue: 1),
                InputSpecification("on", .parameter(.boolean), defaultValue: true),
                InputSpecification("names", .parameter(.list), defaultValue: ["a", "b"]),
                InputSpecification("more", .parameter(.object), defaultValue: .object([])),
                InputSpecification("hint", .parameter(.string), isOptional: true),
                InputSpecification("other", .parameter(.integer), isOptional: true),
                InputSpecification("extra", .artifact(.dataset), isOptional: true),
                InputSpecification("last", .parameter(.integer), defaultValue: -3),
            ])
        #expect(
            component.specification.outputs == [
                OutputSpecification("model", .artifact(.model)),
                OutputSpecification("note", .parameter(.string)),
                OutputSpecification("page", .artifact(.html)),
                OutputSpecification("score", .parameter(.number)),
                OutputSpecification("names", .parameter(.list)),
            ])
        #expect(component.specification.description == "Trains a model.")
        #expect(component.specification.name == "steps.py:train")
    }

    @Test(
        "A result is an output, or one for each field",
        arguments: [
            ("-> int", ["Output", "output"]), ("", []), ("-> None", []),
            ("-> NamedTuple('R', [('a', int), ('b', str)])", ["a", "b"]),
            ("-> NamedTuple('R', a=int)", ["a"]), ("-> R", ["x", "y"]), ("-> 'R'", ["x", "y"]),
            ("-> typing.Dict[str, int]", ["Output", "output"]),
        ])
    func results(annotation: String, names: [String]) async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "f",
            """
            import typing
            from typing import NamedTuple
            R = NamedTuple('R', [('x', int), ('y', float)])
            def f() \(annotation): pass
            """)
        #expect(component.specification.outputs.map(\.name) == names)
    }

    @Test(
        "Says what cannot be a component",
        arguments: [
            ("def f(x): pass", "steps.py:1: function \"f\": parameter \"x\": it has no type"),
            ("def f(x: Dataset): pass", "write Input[Dataset] for one that is read"),
            ("def f(x: Table): pass", "its type Table is not known"),
            ("def f(x: Input[Table]): pass", "Table is no type of artifact"),
            ("def f(*x): pass", "it takes * or ** parameters"),
            ("async def f(): pass", "it is async"),
            ("def f(x: int = g()): pass", "its default is computed"),
            ("def f(x: int = 'a'): pass", "its default is no int"),
            ("def f(x: 'int |'): pass", "is no expression"),
            ("def f(x: int | str): pass", "alternatives"),
            ("def f() -> Model: pass", "artifacts are not returned but written"),
            ("def f() -> Tuple[int, int]: pass", "return a NamedTuple"),
            ("def f(x: Output[List[Model]]): pass", "can be read, not written"),
            ("def f(x: InputPath(str)): pass", "annotate a parameter with its type alone"),
            ("def f(:", "steps.py is no Python: line 1"),
            ("", "has no function \"f\" at its top level"),
            ("class A:\n  def f(): pass\ndef g(): pass", "has no function \"f\""),
        ])
    func wrong(text: String, message: String) async throws {
        let bench = try Bench()
        let refusal = await error { try await bench.function("f", text) }
        #expect(refusal?.message.contains(message) == true, "\(refusal?.message ?? "")")
    }

    @Test("Names the nearest function, and a missing file")
    func missing() async throws {
        let bench = try Bench()
        let refusal = await error { try await bench.function("trian", "def train(): pass") }
        #expect(refusal?.code == .notFound)
        #expect(refusal?.hint == "write \"train\"")
        let nothing = await error {
            try await PythonComponent.load(
                step: .init(file: "no.py", function: "f", folder: bench.user), task: "t",
                python: bench.python(), owner: Bench.owner)
        }
        #expect(nothing?.message == "no.py not found")
    }

    @Test("Says that there is no Python, or a wrong one")
    func interpreters() async throws {
        let bench = try Bench()
        let missing = await error {
            try await bench.python(program: "no-python").interpreter(Bench.owner)
        }
        #expect(missing?.code == .notFound)
        #expect(missing?.hint?.contains("on PATH as python3") == true)
        let wrong = await error {
            try await bench.python(program: "false").interpreter(Bench.owner)
        }
        #expect(wrong?.code == .unavailable)
        let found = try await bench.python().interpreter(Bench.owner)
        #expect(found.version.hasPrefix("3."))
        #expect(!found.path.contains("shims"))
    }

    @Test("The fingerprint follows file, function and requirements")
    func fingerprints() async throws {
        let bench = try Bench()
        let text = "def f(): pass\ndef g(): pass\n"
        func mark(_ name: String, _ text: String, _ list: [String]) async throws -> JSON? {
            try await bench.function(name, text, requirements: list).fingerprint(ExecutorInput())
        }
        let first = try await mark("f", text, ["b", "a"])
        #expect(try await mark("f", text, ["a", "b", "a  # why"]) == first)
        #expect(try await mark("g", text, ["a", "b"]) != first)
        #expect(try await mark("f", text, ["a"]) != first)
        #expect(try await mark("f", text + "#", ["a", "b"]) != first)
    }
}
