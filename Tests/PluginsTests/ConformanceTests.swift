import Foundation
import Plugins
import Testing
import Workbench

/// The kit passes what keeps the protocol and names what does not.
@Suite struct ConformanceTests {
    private func check(
        _ manifest: PluginManifest, fault: String = "none", limit: Duration = .seconds(120),
        python: String? = nil
    ) async throws -> (checks: [ConformanceCheck], left: [String]) {
        try await Fixture.withFolder { folder in
            var settings = Fixture.settings(fault: fault, limit: limit)
            if let python {
                settings.command = { [python] + $0.command.dropFirst() }
            }
            settings.cancelGrace = limit
            let checks = try await PluginConformance.check(
                manifest, scratch: folder, settings: settings)
            return (checks, Fixture.processes(of: settings.run))
        }
    }

    private func failures(_ checks: [ConformanceCheck]) -> [String] {
        checks.filter { $0.outcome == .failed }.map { "\($0.name): \($0.detail)" }
    }

    @Test("A plugin with every capability passes", arguments: ["good"])
    func good(name: String) async throws {
        let (checks, left) = try await check(try Fixture.manifest(name))
        #expect(failures(checks).isEmpty)
        #expect(left.isEmpty)
        for kind in ["trainer", "runtime", "component", "sampler", "objective", "reader"] {
            #expect(checks.contains { $0.name.hasPrefix(kind) && $0.outcome == .ok }, "\(kind)")
        }
    }

    @Test("The shipped summary plugin passes")
    func summary() async throws {
        let manifest = try PluginCatalog.manifest(in: Fixture.root + "/Plugins/summary")
        let (checks, left) = try await check(manifest)
        #expect(failures(checks).isEmpty)
        #expect(checks.allSatisfy { $0.outcome == .ok })
        #expect(left.isEmpty)
    }

    @Test("The shipped sklearn plugin passes where scikit-learn is installed")
    func sklearn() async throws {
        let environment = ProcessInfo.processInfo.environment
        let python = environment["BANCADA_SKLEARN_PYTHON"] ?? "python3"
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = [python, "-c", "import sklearn"]
        probe.standardError = FileHandle.nullDevice
        try probe.run()
        probe.waitUntilExit()
        guard probe.terminationStatus == 0 else {
            print("skipped: no scikit-learn for \(python)")
            return
        }
        let manifest = try PluginCatalog.manifest(in: Fixture.root + "/Plugins/sklearn")
        let (checks, left) = try await check(manifest, python: python)
        #expect(failures(checks).isEmpty)
        #expect(left.isEmpty)
        #expect(checks.filter { $0.outcome == .ok }.count >= 18)
    }

    @Test(
        "Each fault is found by the check that it concerns",
        arguments: [
            ("lies_protocol", "initialize"), ("lies_name", "initialize"),
            ("dies_at_start", "initialize"), ("dies_of_garbage", "malformed line"),
            ("crash", "component broken.page"), ("garbage", "component broken.page"),
            ("random", "component broken.page"), ("writes_outside", "component broken.page"),
            ("answer_twice", "shutdown"), ("leaves_daemon", "no process left"),
        ])
    func faults(fault: String, name: String) async throws {
        let (checks, left) = try await check(try Fixture.manifest("broken"), fault: fault)
        let found = checks.first { $0.name == name }
        #expect(found?.outcome == .failed, "\(checks)")
        #expect(left.isEmpty)
    }

    @Test(
        "What hangs is found within the limit",
        arguments: [
            ("hang", "component broken.page"), ("ignores_shutdown", "shutdown"),
            ("slow_start", "initialize"), ("forks", "component broken.page"),
        ])
    func hangs(fault: String, name: String) async throws {
        let (checks, left) = try await check(
            try Fixture.manifest("broken"), fault: fault, limit: .seconds(3))
        #expect(checks.first { $0.name == name }?.outcome == .failed, "\(checks)")
        #expect(left.isEmpty)
    }

    @Test("A program that is not there is named")
    func missing() async throws {
        let (checks, _) = try await check(
            try Fixture.manifest("broken"), python: "no-such-python")
        #expect(checks.first?.outcome == .failed)
        #expect(checks.first?.detail.contains("no-such-python") == true)
    }
}
