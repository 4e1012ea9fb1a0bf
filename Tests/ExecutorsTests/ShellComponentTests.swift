import Executors
import Foundation
import Pipelines
import Testing
import Workbench

@Suite struct ShellComponentTests {
    private func component(
        _ script: String, outputs: [OutputSpecification] = [], inputs: [String] = [],
        folder: String = "/"
    ) throws -> ShellComponent {
        try ShellComponent(
            step: ShellStep(script: script, outputs: outputs, folder: folder), task: "t",
            inputs: inputs, inherited: Bench.inherited)
    }

    @Test("Values reach the script as variables, never as its text")
    func variables() async throws {
        let bench = try Bench()
        let names = (1...5).map { "BANCADA_\($0)" }
        let shell = try component(
            #"printf '%s|%s|%s|%s|%s' "$BANCADA_1" "$BANCADA_2" "$BANCADA_3" "$BANCADA_4" "$BANCADA_5" > "$OUT/all""#,
            outputs: [OutputSpecification("all", .parameter(.string))], inputs: names)
        let values: [JSON] = [#"$(exit 9) "x" `y`"#, 3, 0.5, [1, "a"], true]
        let output = try await shell.run(
            ExecutorInput(parameters: zip(names, values).map { JSON.Member($0, $1) }),
            context: bench.context())
        #expect(
            output.parameters == [
                .init("all", .string(#"$(exit 9) "x" `y`|3|0.5|[1,"a"]|true"#))
            ])
        #expect(shell.specification.inputs.map(\.name) == names)
    }

    @Test("Artifacts are paths, and the run, task and folder are known")
    func surroundings() async throws {
        let bench = try Bench()
        try bench.write("hello", "data.txt")
        let shell = try component(
            #"cat "$BANCADA_1" > "$OUT/a"; echo "$BANCADA_RUN_ID $BANCADA_TASK $LANGUAGE" > "$OUT/b"; pwd -P > "$OUT/c""#,
            outputs: ["a", "b", "c"].map { OutputSpecification($0, .parameter(.string)) },
            inputs: ["BANCADA_1"], folder: bench.user)
        let output = try await shell.run(
            ExecutorInput(artifacts: [
                "BANCADA_1": [
                    RuntimeArtifact(name: "d", type: .dataset, path: bench.user + "/data.txt")
                ]
            ]), context: bench.context(environment: [("LANGUAGE", "pt")]))
        #expect(output.parameters[0].value == "hello")
        #expect(output.parameters[1].value == .string("\(Bench.run.text) t pt"))
        #expect(output.parameters[2].value == .string(bench.user.realPath))
    }

    @Test(
        "Outputs have their types",
        arguments: [
            ("'text'", .string, "text"), ("'two\n\n'", .string, "two\n"), ("3", .integer, 3),
            ("0.25", .number, 0.25), ("7", .number, 7), ("true", .boolean, true),
            ("'[1, \"a\"]'", .list, [1, "a"]), ("'{\"a\": null}'", .object, ["a": .null]),
        ] as [(String, ParameterType, JSON)])
    func types(text: String, type: ParameterType, value: JSON) async throws {
        let bench = try Bench()
        let shell = try component(
            "printf %s \(text) > \"$OUT/x\"", outputs: [OutputSpecification("x", .parameter(type))])
        let output = try await shell.run(ExecutorInput(), context: bench.context())
        let expected: JSON = type == .number && value == 7 ? 7.0 : value
        #expect(output.parameters == [.init("x", expected)])
    }

    @Test(
        "Says which output is wrong, and how",
        arguments: [
            ("echo abc > $OUT/x", .integer, "output \"x\" holds \"abc\", expected an integer"),
            ("echo 1.5 > $OUT/x", .integer, "holds \"1.5\", expected an integer"),
            ("echo yes > $OUT/x", .boolean, "expected true or false"),
            ("true", .string, "did not write its output \"x\""),
            ("mkdir $OUT/x", .string, "output \"x\" is a folder"),
            ("mkfifo $OUT/x", .string, "output \"x\" is no regular file"),
            ("head -c 2000000 /dev/zero > $OUT/x", .string, "longer than 1048576 bytes"),
            (#"printf '\377' > $OUT/x"#, .string, "not UTF-8"),
        ] as [(String, ParameterType, String)])
    func wrongOutputs(script: String, type: ParameterType, message: String) async throws {
        let bench = try Bench()
        let shell = try component(script, outputs: [OutputSpecification("x", .parameter(type))])
        let refusal = await error {
            try await shell.run(ExecutorInput(), context: bench.context())
        }
        #expect(refusal?.message.contains(message) == true, "\(refusal?.message ?? "")")
        #expect(refusal?.message.contains("task \"t\"") == true)
    }

    @Test("Artifacts are moved to where they are wanted")
    func artifacts() async throws {
        let bench = try Bench()
        let shell = try component(
            "echo model > $OUT/m; mkdir $OUT/f; echo 1 > $OUT/f/a",
            outputs: [
                OutputSpecification("m", .artifact(.model)),
                OutputSpecification("f", .artifact(.artifact)),
            ])
        let output = try await shell.run(
            ExecutorInput(outputArtifacts: [
                RuntimeArtifact(name: "m", type: .model, path: bench.path + "/task/o/m")
            ]), context: bench.context())
        #expect(output.artifacts.map(\.name) == ["m", "f"])
        #expect(output.artifacts[0].path == bench.path + "/task/o/m")
        #expect(try String(contentsOfFile: output.artifacts[0].path, encoding: .utf8) == "model\n")
        #expect(FileManager.default.fileExists(atPath: output.artifacts[1].path + "/a"))
    }

    @Test("A failed command stops the script; code and the end of the log are told")
    func failure() async throws {
        let bench = try Bench()
        let shell = try component("for i in $(seq 100); do echo line $i; done; (exit 7); echo no")
        let refusal = await error {
            try await shell.run(ExecutorInput(), context: bench.context())
        }
        #expect(refusal?.code == .failed)
        #expect(
            refusal?.message.hasPrefix("task \"t\" ended with exit code 7; the end of its log:")
                == true)
        #expect(refusal?.message.hasSuffix("\n  line 100") == true)
        #expect(refusal?.message.contains("line 50") == false)
        #expect(bench.log.hasPrefix("line 1\n"))
        let killed = await error {
            try await component("kill -9 $$").run(ExecutorInput(), context: bench.context())
        }
        #expect(killed?.message.contains("signal 9 (SIGKILL") == true)
    }

    @Test("Time limits and cancellation end it")
    func stopped() async throws {
        let bench = try Bench()
        let shell = try component("sleep 100 & sleep 100")
        let late = await error {
            try await shell.run(
                ExecutorInput(), context: bench.context(timeout: .milliseconds(30)))
        }
        #expect(late?.code == .timeout)
        let cancellation = Cancellation()
        async let running = error {
            try await shell.run(
                ExecutorInput(), context: bench.context(cancellation: cancellation))
        }
        cancellation.request()
        #expect(await running?.code == .cancelled)
    }

    @Test("The fingerprint is the script and its outputs, whatever the folder")
    func fingerprints() async throws {
        let output = OutputSpecification("a", .parameter(.integer))
        let one = try await component("echo 1", outputs: [output], folder: "/a")
            .fingerprint(ExecutorInput())
        let same = try await component("echo 1", outputs: [output], folder: "/b")
            .fingerprint(ExecutorInput())
        let script = try await component("echo 2", outputs: [output]).fingerprint(ExecutorInput())
        let outputs = try await component("echo 1").fingerprint(ExecutorInput())
        #expect(one == same)
        #expect(one != script)
        #expect(one != outputs)
    }

    @Test("Refuses outputs that are no names of files", arguments: ["", "a/b", "..", ".x"])
    func names(name: String) async throws {
        let refusal = await error {
            try component("true", outputs: [OutputSpecification(name, .parameter(.string))])
        }
        #expect(refusal?.code == .invalidInput)
    }
}

extension String {
    var realPath: String { URL(fileURLWithPath: self).resolvingSymlinksInPath().path }
}
