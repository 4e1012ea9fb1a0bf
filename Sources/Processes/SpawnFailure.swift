import Workbench

/// What it means that a child could not be started.
struct SpawnFailure {
    let program: String
    let specification: ProcessSpecification

    /// The failure in words for the person who can mend it.
    func error(_ failure: GatedChild.Failure) -> BancadaError {
        let reason = Kernel.message(failure.code)
        switch failure.stage {
        case .none, .fork:
            return BancadaError(
                .unavailable, "cannot start \"\(name)\": \(reason)",
                hint: "end other work, or raise the limits of processes ('ulimit -u') and files")
        case .streams:
            return BancadaError(.unavailable, "cannot start \"\(name)\": \(reason)")
        case .folder:
            return BancadaError(
                isMissing(failure.code) ? .notFound : .unavailable,
                "cannot enter the folder \(specification.folder): \(reason)",
                hint: "check the folder and its permissions")
        case .limits:
            return BancadaError(
                .unavailable, "cannot limit \"\(name)\": \(reason)",
                hint: "ask for smaller limits")
        case .program: return programError(failure.code, reason)
        }
    }

    private var name: String { specification.arguments.first ?? program }

    /// The program's file as this process sees it.
    private var file: String {
        program.hasPrefix("/") ? program : "\(specification.folder)/\(program)"
    }

    private func isMissing(_ code: CInt) -> Bool {
        code == Kernel.noSuchFile || code == Kernel.notADirectory
    }

    private func programError(_ code: CInt, _ reason: String) -> BancadaError {
        if isMissing(code) {
            guard Kernel.runnable(file) != .missing else {
                return BancadaError(
                    .notFound, "program \"\(name)\" not found at \(file)",
                    hint: "check the path; it is relative to \(specification.folder)")
            }
            // The file is there, so what is missing is what is to run it.
            let interpreter = interpreter.map { "its interpreter \"\($0)\"" } ?? "its loader"
            return BancadaError(
                .notFound, "cannot run \(file): \(interpreter) does not exist",
                hint: "correct its first line, or install that program")
        }
        if code == Kernel.denied || code == Kernel.notPermitted {
            if Kernel.runnable(file) == .folder {
                return BancadaError(
                    .invalidInput, "cannot run \(file): it is a folder", hint: "name a program")
            }
            let subject =
                Kernel.runnable(file) == .program
                ? interpreter.map { ": its interpreter \"\($0)\"" } ?? "" : ""
            return BancadaError(
                .unavailable, "cannot run \(file)\(subject): permission denied",
                hint: "make it executable with 'chmod +x'")
        }
        if code == Kernel.notExecutable {
            return BancadaError(
                .invalidInput,
                "cannot run \(file): it is neither a program of this machine nor a script",
                hint: "begin a script with a line such as #!/bin/sh")
        }
        if code == Kernel.tooLong {
            return BancadaError(
                .invalidInput, "cannot run \"\(name)\": its arguments and variables are too long",
                hint: "pass long values in files")
        }
        return BancadaError(.unavailable, "cannot run \(file): \(reason)")
    }

    /// The program that the first line of a script names.
    private var interpreter: String? {
        guard let bytes = Kernel.bytes(of: file, atMost: 256), bytes.starts(with: Array("#!".utf8))
        else { return nil }
        let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self).split(separator: " ").first.map(String.init)
    }
}
