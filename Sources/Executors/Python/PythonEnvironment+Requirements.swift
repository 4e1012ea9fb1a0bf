import Processes
import Workbench

extension PythonEnvironment {
    /// The Python that has `requirements` installed: the interpreter itself when there are none,
    /// otherwise that of a private environment below `cache/venvs`, made on first use.
    ///
    /// An environment is named by the digest of Python's version and the requirements. It is made
    /// where it stays, since scripts in it name their folder, under a lock between processes, and
    /// counts once the file `complete` is in it: what a killed process left half done is made anew.
    /// Wheels are kept in `cache/wheels`, from which environments can be made without a network.
    /// - Throws: `failed` with pip's last lines; `timeout`; `cancelled`.
    func executable(
        requirements: [String], folder: String, process: TaskProcess
    ) async throws(BancadaError) -> String {
        let context = process.context
        let base = try await interpreter(ProcessOwner(run: context.run, groups: context.groups))
        let wanted = Self.normalized(requirements)
        if wanted.isEmpty { return base.path }
        let name = environmentName(base, wanted)
        let venv = "\(cacheFolder)/venvs/\(name)"
        let python = "\(venv)/bin/python"
        let mark = "\(venv)/complete"
        if WorkFiles.kind(mark) == .file { return python }
        try WorkFiles.makeFolder("\(cacheFolder)/venvs")
        try WorkFiles.makeFolder("\(cacheFolder)/wheels")
        let lock = try await FileLock.acquire("\(venv).lock") { () throws(BancadaError) in
            try context.cancellation.check()
        }
        defer { withExtendedLifetime(lock) {} }
        // Another process may have made it meanwhile.
        if WorkFiles.kind(mark) == .file { return python }
        try WorkFiles.remove(venv)
        let installation = Installation(
            process: process, environment: variables, venv: venv, wheels: "\(cacheFolder)/wheels",
            list: "\(venv)/requirements.txt", folder: folder, requirements: wanted)
        try await installation.run(base: base.path)
        try WorkFiles.write(Array("\(base.version)\n".utf8), to: mark)
        return python
    }

    /// The folder's name of the environment with these requirements.
    func environmentName(_ base: PythonInterpreter, _ requirements: [String]) -> String {
        let text = ([base.path, base.version, base.tag] + requirements).joined(separator: "\n")
        return String(digest(Array(text.utf8)).prefix(32))
    }

    /// Requirements without blanks, comments and repetitions, in an order that does not depend on
    /// how they were listed.
    static func normalized(_ requirements: [String]) -> [String] {
        let lines = requirements.flatMap { $0.split(separator: "\n") }.map { line in
            // A comment begins at the start or after a blank; a # inside an address is part of it.
            var text: [Character] = []
            for character in line {
                if character == "#", text.last?.isWhitespace ?? true { break }
                text.append(character)
            }
            return text.split(whereSeparator: \.isWhitespace).map { String($0) }
                .joined(separator: " ")
        }
        return Set(lines.filter { !$0.isEmpty }).sorted()
    }
}

/// The making of one environment.
struct Installation {
    let process: TaskProcess
    let environment: [(name: String, value: String)]
    let venv: String
    let wheels: String
    /// The file that lists the requirements.
    let list: String
    let folder: String
    let requirements: [String]

    private var log: String { "\(venv).log" }
    private var python: String { "\(venv)/bin/python" }

    /// Makes the environment and installs into it.
    func run(base: String) async throws(BancadaError) {
        try WorkFiles.remove(log)
        try await step(
            [base, "-m", "venv", venv], "make an environment for",
            hint: "install Python's venv module (on Debian the package python3-venv)")
        try WorkFiles.write(
            Array((requirements.joined(separator: "\n") + "\n").utf8), to: list)
        // First from what is kept: that needs no network, and gives the same versions again.
        let install = pip(["install", "--no-index", "--find-links", wheels, "-r", list])
        let kept = try await process.run(
            install, environment: isolated, folder: folder, logPath: log)
        if kept.exit == .exited(0) { return }
        try await step(
            pip(["wheel", "--wheel-dir", wheels, "--find-links", wheels, "-r", list]), "find",
            hint: Self.hint)
        try await step(install, "install", hint: Self.hint, environment: isolated)
    }

    /// Variables by which pip hears of no other place for packages: what is installed has been kept.
    private var isolated: [(name: String, value: String)] {
        environment.filter { !["PIP_FIND_LINKS", "PIP_CONFIG_FILE"].contains($0.name) }
            + [("PIP_CONFIG_FILE", "/dev/null")]
    }

    private static let hint =
        "check the names and versions; without a network, give pip a folder of wheels with "
        + "PIP_FIND_LINKS and PIP_NO_INDEX=1"

    private func pip(_ arguments: [String]) -> [String] {
        [python, "-m", "pip", "--disable-pip-version-check", "--no-input"] + arguments
    }

    private func step(
        _ arguments: [String], _ what: String, hint: String,
        environment: [(name: String, value: String)]? = nil
    ) async throws(BancadaError) {
        let outcome = try await process.run(
            arguments, environment: environment ?? self.environment, folder: folder, logPath: log)
        guard outcome.exit != .exited(0) else { return }
        let lines = WorkFiles.tail(log, lines: 40)
        let errors = lines.filter { $0.hasPrefix("ERROR") || $0.hasPrefix("error") }
        // pip says some things twice.
        var told: [String] = []
        for line in errors.isEmpty ? lines : errors where !told.contains(line) {
            told.append(line)
        }
        let shown = told.suffix(3).map { "\n  " + $0 }.joined()
        throw BancadaError(
            .failed,
            "task \"\(process.task)\": cannot \(what) \(requirements.joined(separator: ", "))"
                + shown, hint: "\(hint); the whole log is \(log)")
    }
}
