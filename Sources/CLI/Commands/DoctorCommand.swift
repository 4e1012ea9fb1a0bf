import ArgumentParser
import Components
import Documents
import Foundation
import Store
import Workbench

/// `bancada doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine and the workspace: database, artifacts, leases, space.",
        discussion: """
            Exit code 0 when everything is well, 3 when stored data is damaged. Nothing
            is changed.

            EXAMPLES:
              bancada doctor
              bancada doctor --digests --json
            """)

    @Flag(help: "Also read every stored file and compare it with its digest.")
    var digests = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let path = try WorkspaceLocation.resolve(global.workspace)
        var findings: [Finding] = [
            Finding("version", .string(BuildInfo.version)),
            Finding("platform", .string(BuildInfo.platform)),
            Finding("threads", JSON(try Threads.count())),
            Finding(
                "components",
                .array(BuiltInComponents.specifications.map { .string($0.name) })),
            Finding("workspace", .string(path)),
        ]
        var problems: [String] = []
        if Workspace.exists(at: path) {
            try await OpenWorkspace.reading(global) { workspace in
                findings += try await facts(of: workspace)
                problems = try await workspace.store.integrityCheck(
                    digests ? .digests : .sizes)
            }
            findings.append(
                Finding("integrity", .string(problems.isEmpty ? "ok" : "damaged")))
        } else {
            findings.append(Finding("integrity", .string("no workspace here yet")))
        }
        print(findings, problems: problems)
        if !problems.isEmpty { throw ExitCode(ExitStatus.corrupt.rawValue) }
    }

    /// One line of the report.
    private struct Finding {
        let name: String
        let value: JSON

        init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    private func facts(of workspace: OpenWorkspace) async throws -> [Finding] {
        let report = try await workspace.store.report()
        let dead = try await workspace.services.leases.deadLeases(
            at: workspace.services.clock.now())
        return [
            Finding("sqlite", .string(report.sqliteVersion)),
            Finding("schema", JSON(report.schemaVersion)),
            Finding("database_bytes", .integer(report.databaseBytes)),
            Finding("artifact_bytes", .integer(report.artifactBytes)),
            Finding("free_bytes", freeBytes(at: workspace.path)),
            Finding(
                "rows",
                .object(
                    report.counts.map { .init($0.name.replacing(" ", with: "_"), JSON($0.count)) })),
            Finding(
                "dead_leases", .array(dead.map { .string($0.resource) })),
        ]
    }

    private func freeBytes(at path: String) -> JSON {
        // The figure is a convenience; what cannot be asked is left out.
        guard let facts = try? FileManager.default.attributesOfFileSystem(forPath: path),
            let free = facts[.systemFreeSize] as? NSNumber
        else { return .null }
        return .integer(free.int64Value)
    }

    private func print(_ findings: [Finding], problems: [String]) {
        if global.json {
            let members = findings.map { JSON.Member($0.name, $0.value) }
            global.console.print(
                JSON.object(
                    members + [.init("problems", .array(problems.map { .string($0) }))]))
            return
        }
        for finding in findings {
            let name = finding.name.padding(toLength: 16, withPad: " ", startingAt: 0)
            global.console.print(name + Self.text(finding))
        }
        for problem in problems { global.console.print("problem         \(problem)") }
        if !problems.isEmpty {
            global.console.write(
                "error: the workspace is damaged",
                hint: "copy the folder away, then restore it from a backup")
        }
    }

    private static func text(_ finding: Finding) -> String {
        switch finding.value {
        case .string(let text): text
        case .integer(let value) where finding.name.hasSuffix("_bytes"): Format.bytes(value)
        case .object(let members):
            members.map { "\($0.name) \($0.value.compactText)" }.joined(separator: "  ")
        case .array(let items) where items.isEmpty: "none"
        case .array(let items) where finding.name == "components": "\(items.count) built in"
        default: finding.value.compactText
        }
    }
}
