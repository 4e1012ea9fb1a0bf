import Documents
import Workbench

/// The files by which the launcher is told what to call, and tells what came of it.
struct PythonCall {
    /// A folder of its own.
    let folder: String
    let file: String
    let function: String
    /// The pipeline's folder.
    let stepFolder: String
    let signature: PythonSignature

    var launcherPath: String { folder + "/launcher.py" }
    var planPath: String { folder + "/plan.json" }
    private var inputPath: String { folder + "/executor_input.json" }
    private var failurePath: String { folder + "/failure.txt" }
    private var modules: String { folder + "/modules" }

    /// The longest ExecutorOutput that is read.
    private static let outputLimit = 16 << 20

    /// Writes the files; answers with the input as the function gets it: every output has a path.
    func prepare(_ given: ExecutorInput) throws(BancadaError) -> ExecutorInput {
        try WorkFiles.remove(folder)
        for part in ["/modules/bancada", "/modules/kfp/dsl", "/outputs", "/parameters"] {
            try WorkFiles.makeFolder(folder + part)
        }
        let input = try complete(given)
        try write(LauncherScript.text, launcherPath)
        try write(ComponentModule.bancada, modules + "/bancada/__init__.py")
        try write(ComponentModule.kfp, modules + "/kfp/__init__.py")
        try write(ComponentModule.dsl, modules + "/kfp/dsl/__init__.py")
        try write(input.json, inputPath)
        let fileFolder = String(file.prefix(upTo: file.lastIndex(of: "/") ?? file.startIndex))
        let folders = fileFolder == stepFolder ? [stepFolder] : [fileFolder, stepFolder]
        try write(
            .object(
                [
                    .init("file", .string(file)), .init("function", .string(function)),
                    .init("folders", .array(folders.map(JSON.string))),
                    .init("modules", .string(modules)), .init("input", .string(inputPath)),
                    .init("output", .string(input.outputFile)),
                    .init("failure", .string(failurePath)),
                ] + signature.plan), planPath)
        return input
    }

    /// Why the function failed, in a line; nil when the launcher could not say.
    var failure: String? {
        let bytes = try? WorkFiles.bytes(failurePath, limit: 1 << 20, name: "failure")
        // Without the file the exit code and the log are what is known.
        return bytes.map { String(String(decoding: $0, as: UTF8.self).prefix(2000)) }
    }

    /// What the function gave, checked against its signature.
    func output(of input: ExecutorInput) throws(BancadaError) -> ExecutorOutput {
        let name = "the executor output"
        let bytes = try WorkFiles.bytes(input.outputFile, limit: Self.outputLimit, name: name)
        var output = try ExecutorOutput(
            try JSONParser.parse(bytes, document: name), document: name)
        for port in signature.ports where port.kind == .outputParameter {
            guard let path = input.outputParameters.first(where: { $0.name == port.name })?.path,
                WorkFiles.kind(path) != .missing
            else {
                throw BancadaError(
                    .failed, "output \"\(port.name)\" was not written to its path",
                    hint: "let the function write its text to the path")
            }
            let value = try OutputText.value(path, output: port.name, type: port.type)
            output.parameters.append(JSON.Member(port.name, value))
        }
        if signature.returnsOne,
            let single = output.parameters.first(where: {
                $0.name == PythonSignature.resultName
            }), signature.outputs.contains(where: { $0.name == PythonSignature.resultAlias }),
            !output.parameters.contains(where: { $0.name == PythonSignature.resultAlias })
        {
            output.parameters.append(JSON.Member(PythonSignature.resultAlias, single.value))
        }
        output.parameters = output.parameters.map(measured)
        return output
    }

    /// A number that JSON cannot write came as a string.
    private func measured(_ member: JSON.Member) -> JSON.Member {
        guard let type = signature.outputs.first(where: { $0.name == member.name })?.type,
            type == .parameter(.number), let number = member.value.measurement
        else { return member }
        return JSON.Member(member.name, .number(number))
    }

    /// The input with a path for every output, and the folders of these paths.
    private func complete(_ given: ExecutorInput) throws(BancadaError) -> ExecutorInput {
        var input = given
        if input.outputFile.isEmpty { input.outputFile = folder + "/executor_output.json" }
        for port in signature.ports {
            switch (port.kind, port.type) {
            case (.output, .artifact(let type)), (.outputPath, .artifact(let type)):
                if input.outputPath(port.name) == nil {
                    input.outputArtifacts.append(
                        RuntimeArtifact(
                            name: port.name, type: type,
                            path: "\(folder)/outputs/\(port.name)"))
                }
            case (.outputParameter, _):
                if !input.outputParameters.contains(where: { $0.name == port.name }) {
                    input.outputParameters.append(
                        (port.name, "\(folder)/parameters/\(port.name)"))
                }
            case (.input, _), (.inputPath, _):
                guard input.artifacts[port.name] != nil || port.isOptional || port.isList else {
                    throw missing(port.name)
                }
            case (.parameter, _):
                guard port.isOptional || input.parameter(port.name) != nil else {
                    throw missing(port.name)
                }
            default: break
            }
        }
        for path in [input.outputFile] + input.outputParameters.map(\.path)
            + input.outputArtifacts.map(\.path)
        {
            try WorkFiles.makeParent(of: path)
        }
        return input
    }

    private func missing(_ name: String) -> BancadaError {
        BancadaError(
            .invalidInput, "input \"\(name)\" of \(function) is missing",
            hint: "pass it by 'with', or give the parameter a default")
    }

    private func write(_ text: String, _ path: String) throws(BancadaError) {
        try WorkFiles.write(Array(text.utf8), to: path)
    }

    private func write(_ json: JSON, _ path: String) throws(BancadaError) {
        var writer = JSONWriter()
        writer.write(json)
        try WorkFiles.write(writer.bytes, to: path)
    }
}
