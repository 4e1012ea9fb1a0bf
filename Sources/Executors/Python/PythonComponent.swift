import Documents
package import Pipelines
import Processes
package import Workbench

/// A function of a Python file as a component, as KFP's lightweight components are.
///
/// Parameters annotated `str`, `int`, `float`, `bool`, `list` or `dict` are parameters;
/// `Input[Dataset]` and `InputPath()` artifacts that it reads; `Output[Model]`, `OutputPath()` what
/// it writes; a returned value is the output `Output` (also `output`), a `NamedTuple` an output for
/// each field. The signature is read without running the file. When it runs, the folders of the file
/// and of the pipeline can be imported from, and `kfp.dsl` (the real one where it is installed) and
/// `bancada` give the types.
package struct PythonComponent: Component {
    package let specification: ComponentSpecification
    package var recordsItsStart: Bool { true }
    private let step: PythonStep
    /// The pipeline's folder, absolute.
    private let folder: String
    private let task: String
    private let file: String
    private let digest: String
    private let signature: PythonSignature
    private let python: PythonEnvironment
    private let owner: ProcessOwner

    /// The component of `step`: reads its file and the function's signature.
    ///
    /// - Parameters:
    ///   - task: the task's name, for messages.
    ///   - owner: on whose account Python is asked.
    /// - Throws: `notFound` and `invalidInput` naming the file, the function and what is wrong.
    package static func load(
        step: PythonStep, task: String, python: PythonEnvironment, owner: ProcessOwner
    ) async throws(BancadaError) -> PythonComponent {
        try await PythonComponent(step, task, python, owner)
    }

    /// Files of code are smaller; a larger one is a mistake.
    private static let fileLimit = 16 << 20

    private init(
        _ step: PythonStep, _ task: String, _ python: PythonEnvironment, _ owner: ProcessOwner
    ) async throws(BancadaError) {
        self.step = step
        self.task = task
        self.python = python
        self.owner = owner
        folder = WorkFiles.absolute(step.folder)
        file = step.file.hasPrefix("/") ? step.file : "\(folder)/\(step.file)"
        let bytes = try WorkFiles.bytes(file, limit: Self.fileLimit, name: step.file)
        digest = python.digest(bytes)
        signature = try await python.signature(
            of: step.function, in: bytes, digest: digest, name: step.file, owner)
        specification = ComponentSpecification(
            name: "\(step.file):\(step.function)", version: "1",
            description: signature.description, inputs: signature.inputs,
            outputs: signature.outputs)
    }

    /// What pip installs for it: the step's requirements and those of its decorator.
    private var requirements: [String] {
        PythonEnvironment.normalized(step.requirements + signature.packages)
    }

    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        let interpreter = try await python.interpreter(owner)
        return [
            "file": .string(digest), "function": .string(step.function),
            "requirements": .array(requirements.map(JSON.string)),
            "python": .string("\(interpreter.version) \(interpreter.tag)"),
        ]
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let process = TaskProcess(task: task, context: context, inherited: python.variables)
        let executable = try await python.executable(
            requirements: requirements, folder: folder, process: process)
        let call = PythonCall(
            folder: context.workFolder + "/python", file: file, function: step.function,
            stepFolder: folder, signature: signature)
        let prepared = try call.prepare(input)
        // The file may have changed since its signature was read.
        guard python.digest(try WorkFiles.bytes(file, limit: Self.fileLimit, name: file)) == digest
        else {
            throw BancadaError(
                .conflict, "task \"\(task)\": \(step.file) was changed while the pipeline runs",
                hint: "run the pipeline again")
        }
        let outcome = try await process.run(
            [executable, call.launcherPath, call.planPath],
            environment: process.environment([
                ("PYTHONHASHSEED", "\(context.seed % 4_294_967_296)")
            ]), folder: folder)
        guard outcome.exit == .exited(0) else {
            guard let reason = call.failure else {
                throw process.failure(
                    outcome.exit, lines: WorkFiles.tail(context.logPath, lines: 10))
            }
            throw BancadaError(
                .failed, "task \"\(task)\": \(step.file):\(step.function): \(reason)")
        }
        do {
            var output = try call.output(of: prepared)
            output.usage = outcome.usage
            output.environment = python.freeze(of: executable)
            return output
        } catch {
            throw error.prefixed("task \"\(task)\": ")
        }
    }
}
