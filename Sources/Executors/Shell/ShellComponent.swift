package import Pipelines
import Processes
package import Workbench

/// A shell step as a component.
///
/// The script runs by `sh -e -c` in the step's folder: it stops at the first command that fails.
/// Each input is a variable of its name (`BANCADA_1` ...): a string as it is, another value as JSON,
/// an artifact as its path (several: a line each). `OUT` is a folder of its own; what the script leaves
/// at `$OUT/NAME` is the output of that name: for a string its text without one newline at the end,
/// for other parameters JSON, for an artifact the file or folder itself. `BANCADA_RUN_ID`,
/// `BANCADA_TASK` and `BANCADA_SEED` say whom it works for.
package struct ShellComponent: Component {
    package let specification: ComponentSpecification
    package var recordsItsStart: Bool { true }
    private let step: ShellStep
    private let task: String
    private let inherited: [(name: String, value: String)]

    /// The component of `step`.
    ///
    /// - Parameters:
    ///   - task: the task's name, for messages.
    ///   - inputs: the names of the variables that its script uses, in order.
    ///   - inherited: the variables that every child gets, those of this process.
    /// - Throws: `invalidInput` for an output whose name is no name of a file.
    package init(
        step: ShellStep, task: String, inputs: [String],
        inherited: [(name: String, value: String)]
    ) throws(BancadaError) {
        for output in step.outputs
        where output.name.isEmpty || output.name.hasPrefix(".") || output.name.contains("/") {
            throw BancadaError(
                .invalidInput,
                "task \"\(task)\": \"\(output.name)\" cannot be the name of an output",
                hint: "use letters, digits, _ and -")
        }
        self.step = step
        self.task = task
        self.inherited = inherited
        specification = ComponentSpecification(
            name: "shell", version: "1", description: "runs a script",
            inputs: inputs.map { InputSpecification($0, .any, isOptional: true) },
            outputs: step.outputs)
    }

    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        [
            "script": .string(step.script),
            "outputs": .array(
                step.outputs.map { ["name": .string($0.name), "type": .string($0.type.word)] }),
        ]
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let process = TaskProcess(task: task, context: context, inherited: inherited)
        var out = context.workFolder
        if !step.outputs.isEmpty {
            out += "/out"
            try WorkFiles.remove(out)
            try WorkFiles.makeFolder(out)
        }
        let outcome = try await process.run(
            ["/bin/sh", "-e", "-c", step.script, "sh"],
            environment: process.environment(Self.variables(input) + [("OUT", out)]),
            folder: step.folder)
        guard outcome.exit == .exited(0) else {
            throw process.failure(
                outcome.exit, lines: WorkFiles.tail(context.logPath, lines: 10))
        }
        var output = try outputs(in: out, input)
        output.usage = outcome.usage
        return output
    }

    private static func variables(_ input: ExecutorInput) -> [(name: String, value: String)] {
        let parameters = input.parameters.map { ($0.name, $0.value.variableText) }
        let artifacts = input.artifacts.sorted { $0.key < $1.key }.map { name, list in
            (name, list.map(\.path).joined(separator: "\n"))
        }
        return parameters + artifacts
    }

    private func outputs(
        in folder: String, _ input: ExecutorInput
    ) throws(BancadaError) -> ExecutorOutput {
        var result = ExecutorOutput()
        for output in step.outputs {
            let path = folder + "/" + output.name
            guard WorkFiles.kind(path) != .missing else {
                if output.isOptional { continue }
                throw BancadaError(
                    .failed, "task \"\(task)\" did not write its output \"\(output.name)\"",
                    hint: "let the script write it to \"$OUT/\(output.name)\"")
            }
            switch output.type {
            case .artifact(let type):
                let target = input.outputPath(output.name) ?? path
                try WorkFiles.move(path, to: target)
                result.artifacts.append(
                    RuntimeArtifact(name: output.name, type: type, path: target))
            case .parameter, .any:
                do {
                    let value = try OutputText.value(
                        path, output: output.name, type: output.type)
                    result.parameters.append(JSON.Member(output.name, value))
                } catch {
                    throw error.prefixed("task \"\(task)\": ")
                }
            }
        }
        return result
    }
}
