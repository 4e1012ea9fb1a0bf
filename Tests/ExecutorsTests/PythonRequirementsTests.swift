import Executors
import Foundation
import Processes
import Testing
import Workbench

@Suite struct PythonRequirementsTests {
    /// Makes a wheel of a package `bancada_demo` in `folder`.
    private func makeWheel(in folder: String) async throws {
        let script = """
            import os, sys, zipfile
            os.makedirs(sys.argv[1], exist_ok=True)
            info = "bancada_demo-1.2.dist-info/"
            files = {
                "bancada_demo/__init__.py": "answer = 42\\n",
                info + "METADATA": "Metadata-Version: 2.1\\nName: bancada-demo\\nVersion: 1.2\\n",
                info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n"
                                "Tag: py3-none-any\\n",
                info + "entry_points.txt": "[console_scripts]\\nbancada-demo = os:getpid\\n",
            }
            record = "".join(name + ",,\\n" for name in files) + info + "RECORD,,\\n"
            with zipfile.ZipFile(sys.argv[1] + "/bancada_demo-1.2-py3-none-any.whl", "w") as wheel:
                for name, text in {**files, info + "RECORD": record}.items():
                    wheel.writestr(name, text)
            """
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: ["python3", "-c", script, folder],
                environment: Array(Bench.inherited.prefix(2)), folder: "/"),
            output: .lines, group: Bench.run, recorder: UnrecordedProcessGroups())
        while let line = try await child.nextLine() { Issue.record("\(line)") }
        #expect(await child.wait().exit == .exited(0))
    }

    private static let text = """
        import bancada_demo, os, sys
        def f() -> str:
            script = os.path.join(os.path.dirname(sys.executable), "bancada-demo")
            first = open(script).readline()[2:].strip()
            assert os.path.exists(first), first
            return "%d %s" % (bancada_demo.answer, sys.prefix)
        """

    @Test("Requirements get a private environment, kept for the next time, also without the wheels")
    func environment() async throws {
        let bench = try Bench()
        let wheels = bench.path + "/offered"
        try await makeWheel(in: wheels)
        let offline = [(name: "PIP_NO_INDEX", value: "1")]
        let offering = offline + [(name: "PIP_FIND_LINKS", value: wheels)]
        func run(
            _ more: [(name: String, value: String)], work: String = "task"
        ) async throws -> JSON? {
            try await bench.function(
                "f", Self.text, requirements: ["bancada-demo==1.2"], python: bench.python(more)
            ).run(ExecutorInput(), context: bench.context(work: work)).parameters.first?.value
        }
        // Two at once: one of them makes it, the other one waits.
        async let one = run(offering)
        async let two = run(offering, work: "other")
        let first = try await one
        #expect(try await two == first)
        guard case .string(let text)? = first else {
            Issue.record("no text: \(String(describing: first))")
            return
        }
        #expect(text.hasPrefix("42 \(bench.path)/cache/venvs/"))
        try FileManager.default.removeItem(atPath: wheels)
        #expect(try await run(offline) == first)
        // Half made, as by a killed process: it is made again, from the wheels that were kept.
        let venv = String(text.dropFirst(3))
        try FileManager.default.removeItem(atPath: venv + "/complete")
        #expect(try await run(offline) == first)
        let kept = try FileManager.default.contentsOfDirectory(atPath: bench.path + "/cache/wheels")
        #expect(kept == ["bancada_demo-1.2-py3-none-any.whl"])
        // The Python that it was made from has learnt nothing.
        let plain = try await bench.function("f", Self.text)
        let refusal = await error {
            try await plain.run(ExecutorInput(), context: bench.context())
        }
        #expect(refusal?.message.contains("No module named 'bancada_demo'") == true)
    }

    @Test("What cannot be found is told with pip's words, and nothing counts as made")
    func missing() async throws {
        let bench = try Bench()
        let component = try await bench.function(
            "f", "def f(): pass", requirements: ["bancada-no-such-package==9"],
            python: bench.python([("PIP_NO_INDEX", "1")]))
        let refusal = await error {
            try await component.run(ExecutorInput(), context: bench.context())
        }
        #expect(refusal?.code == .failed)
        #expect(refusal?.message.contains("cannot find bancada-no-such-package==9") == true)
        #expect(refusal?.message.contains("ERROR: ") == true, "\(refusal?.message ?? "")")
        #expect(refusal?.hint?.contains("without a network") == true)
        let venvs = try FileManager.default.subpathsOfDirectory(atPath: bench.path + "/cache/venvs")
        #expect(!venvs.contains { $0.hasSuffix("/complete") })
    }
}
