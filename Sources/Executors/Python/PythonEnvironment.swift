import Documents
import Processes
import Synchronization
package import Workbench

/// The Python of this machine, the environments made from it, and the signatures of files.
///
/// Everything is looked up once and then remembered: the interpreter, since a launcher such as
/// pyenv's costs 25 ms each time, and the signatures by the digest of their file.
package final class PythonEnvironment: Sendable {
    /// The program that was asked for: a path, or a name on `PATH`.
    let program: String
    /// The variables of this process.
    let inherited: [(name: String, value: String)]
    /// The workspace's `cache` folder, absolute.
    let cacheFolder: String
    /// SHA-256 as hexadecimal digits.
    let digest: @Sendable ([UInt8]) -> String

    private struct Known {
        var interpreter: PythonInterpreter?
        /// What each executable has installed, as text.
        var frozen: [String: String] = [:]
        var signatures: [String: [String: Result<PythonSignature, BancadaError>]] = [:]
    }

    private let known = Mutex(Known())

    /// What an executable of this environment has installed, as JSON; nil before any was looked
    /// for. The folders are read, no Python is started, and only the first time.
    func freeze(of executable: String) -> String? {
        let (frozen, interpreter) = known.withLock { ($0.frozen[executable], $0.interpreter) }
        if let frozen { return frozen }
        guard let interpreter else { return nil }
        let text = PythonPackages.text(of: executable, made: interpreter)
        known.withLock { $0.frozen[executable] = text }
        return text
    }

    /// An environment; nothing is started or written yet.
    ///
    /// - Parameters:
    ///   - program: the Python to use, a path or a name on `PATH`.
    ///   - inherited: the variables of this process.
    ///   - cacheFolder: the workspace's `cache` folder.
    ///   - digest: SHA-256 as hexadecimal digits.
    package init(
        program: String = "python3", inherited: [(name: String, value: String)],
        cacheFolder: String, digest: @escaping @Sendable ([UInt8]) -> String
    ) {
        self.program = program
        self.inherited = inherited
        self.cacheFolder = cacheFolder
        self.digest = digest
    }

    /// The variables for Python's children: those that would bring other packages or another
    /// library into it are left out, and nothing is compiled into the folders of users.
    var variables: [(name: String, value: String)] {
        let left = [
            "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "VIRTUAL_ENV",
            "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT",
        ]
        return inherited.filter { !left.contains($0.name) } + [
            ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1"), ("PYTHONUNBUFFERED", "1"),
        ]
    }

    /// The interpreter itself.
    ///
    /// - Throws: `notFound`, `unsupported` below 3.8, and what starting it throws.
    package func interpreter(
        _ owner: ProcessOwner
    ) async throws(BancadaError) -> PythonInterpreter {
        if let found = known.withLock(\.interpreter) { return found }
        let script = """
            import json, site, sys, sysconfig
            print(json.dumps({"path": sys.executable, "major": sys.version_info[0],
                "minor": sys.version_info[1], "version": "%d.%d.%d" % sys.version_info[:3],
                "tag": "%s-%s" % (getattr(sys.implementation, "cache_tag", "?"),
                    sysconfig.get_platform()),
                "folders": site.getsitepackages()}))
            """
        let text: String
        do {
            text = try await ask([program, "-c", script], input: [], owner)
        } catch  where error.code == .notFound {
            throw BancadaError(
                .notFound, "no Python at \"\(program)\": \(error.message)",
                hint: "install Python 3.8 or later and put it on PATH as python3")
        }
        let answer = try ObjectFields(
            try JSONParser.parse(Array(text.utf8), document: program), document: program)
        let version = try answer.string("version")
        let minor = try answer.integer("minor")
        guard try answer.integer("major") == 3, minor >= 8 else {
            throw BancadaError(
                .unsupported, "\(program) is Python \(version), expected 3.8 or later",
                hint: "put a newer one first on PATH as python3")
        }
        var folders: [String] = []
        if case .array(let items)? = answer.optional("folders")?.value {
            folders = items.compactMap(\.string)
        }
        let found = PythonInterpreter(
            path: try answer.string("path"), version: version, tag: try answer.string("tag"),
            packageFolders: folders)
        known.withLock { $0.interpreter = found }
        return found
    }

    /// The signature of `function` in a file with these bytes.
    ///
    /// - Parameter name: the file, for messages.
    /// - Throws: `invalidInput` naming file, function and parameter; `notFound` when the file has
    ///   no such function.
    func signature(
        of function: String, in bytes: [UInt8], digest: String, name: String,
        _ owner: ProcessOwner
    ) async throws(BancadaError) -> PythonSignature {
        if let functions = known.withLock({ $0.signatures[digest] }) {
            return try Self.pick(function, functions, name)
        }
        let path = try await interpreter(owner).path
        let text = try await ask(
            [path, "-I", "-S", "-c", SignatureScript.text], input: bytes, owner)
        let answer = try ObjectFields(
            try JSONParser.parse(Array(text.utf8), document: name), document: name)
        if let problem = answer.optional("problem")?.string {
            throw BancadaError(
                .invalidInput, "\(name) is no Python: \(problem)",
                hint: "correct the file; it was read by \(path)")
        }
        var functions: [String: Result<PythonSignature, BancadaError>] = [:]
        for member in try answer.object("functions").members {
            functions[member.name] = try Self.signature(member, name)
        }
        let read = functions
        known.withLock { $0.signatures[digest] = read }
        return try Self.pick(function, functions, name)
    }

    private static func signature(
        _ member: Node.Member, _ file: String
    ) throws(BancadaError) -> Result<PythonSignature, BancadaError> {
        let fields = try ObjectFields(member.value, document: file, path: member.name)
        let place = "\(file):\(try fields.integer("line")): function \"\(member.name)\": "
        if let problem = fields.optional("problem")?.string {
            return .failure(
                BancadaError(
                    .invalidInput, place + problem,
                    hint: "give each parameter and the result a type that a component can have"))
        }
        do {
            return .success(try PythonSignature(fields))
        } catch {
            return .failure(error.prefixed(place))
        }
    }

    private static func pick(
        _ function: String, _ functions: [String: Result<PythonSignature, BancadaError>],
        _ file: String
    ) throws(BancadaError) -> PythonSignature {
        guard let found = functions[function] else {
            let names = functions.keys.sorted()
            let near = NearestName.of(function, among: names)
            throw BancadaError(
                .notFound, "\(file) has no function \"\(function)\" at its top level",
                hint: near.map { "write \"\($0)\"" }
                    ?? (names.isEmpty
                        ? "define it there" : "use one of \(names.joined(separator: ", "))"))
        }
        return try found.get()
    }

    /// What a short program prints on its only line of output.
    private func ask(
        _ arguments: [String], input: [UInt8], _ owner: ProcessOwner
    ) async throws(BancadaError) -> String {
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: arguments, environment: variables, folder: "/"),
            input: .pipe, output: .lines, group: owner.run, recorder: owner.groups)
        let patience = Duration.seconds(60)
        // A program that ends before it has read all says why by its exit.
        try? await child.write(input, timeout: patience)
        child.closeInput()
        var answer: String?
        var complaint: String?
        while let line = try await child.nextLine(timeout: patience) {
            switch line {
            case .stdout(let text): answer = text
            case .stderr(let text):
                if !text.allSatisfy(\.isWhitespace) { complaint = text }
            case .overlong: answer = nil
            }
        }
        let outcome = await child.wait(timeout: patience)
        guard outcome.exit == .exited(0), let answer else {
            throw BancadaError(
                .unavailable,
                "\(arguments[0]) gave no answer" + (complaint.map { ": \($0)" } ?? ""),
                hint: "try it by hand: \(arguments[0]) --version")
        }
        return answer
    }
}

/// On whose account helper processes run: their groups are recorded as its own.
package struct ProcessOwner: Sendable {
    /// The run.
    package let run: RunID
    /// Where the groups are recorded.
    package let groups: any ProcessGroupRecorder

    /// Processes of `run`.
    package init(run: RunID, groups: any ProcessGroupRecorder) {
        self.run = run
        self.groups = groups
    }
}
