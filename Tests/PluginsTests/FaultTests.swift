import Foundation
import Plugins
import Testing
import Workbench

/// What a plugin does wrong becomes one error that names it, and nothing of it is left.
@Suite struct FaultTests {
    /// Runs the component of the plugin with a fault.
    private func run(
        _ fault: String, limit: Duration = .seconds(120), timeout: Duration? = nil
    ) async throws -> (error: BancadaError?, left: [String]) {
        try await Fixture.withFolder { folder in
            let settings = Fixture.settings(fault: fault, limit: limit)
            let manifest = try Fixture.manifest("broken")
            let error = try await PluginHosts.run(settings) { hosts -> BancadaError? in
                let component = PluginComponent(
                    manifest.components[0], host: hosts.host(of: manifest))
                do throws(BancadaError) {
                    let context: ExecutionContext
                    do {
                        context = try Fixture.context(
                            folder, settings: settings, timeout: timeout)
                    } catch {
                        return BancadaError(.internal, "\(error)")
                    }
                    _ = try await component.run(Fixture.input(folder), context: context)
                    return nil
                } catch {
                    return error
                }
            }
            return (error, Fixture.processes(of: settings.run))
        }
    }

    @Test(
        "Every fault is named, and the process group is gone",
        arguments: [
            (
                "crash",
                "it ended with exit code 3; its log ends with:\nabout to crash\nreason: a test"
            ),
            ("signal", "it was ended by signal 9"),
            ("garbage", "it wrote a line to stdout that is no message: \"hello, I am a print"),
            ("flood_stdout", "it wrote a line of more than 1048576 bytes to stdout"),
            ("flood_lines", "it wrote a line to stdout that is no message: \"noise\""),
            ("flood_progress", "it sent more than 100000 notifications during \"component.run\""),
            ("wrong_id", "it answered request 42, which was not asked"),
            ("wrong_jsonrpc", "\"jsonrpc\" must be \"2.0\""),
            ("unknown_notification", "\"method\" is \"shout\", expected one of progress"),
            ("asks_host", "a plugin may not ask the host"),
            ("wrong_shape", "its answer is of another shape"),
            ("writes_outside", "outside.html\" is outside its work folder"),
            ("link_outside", "out/page\" is a symbolic link"),
            ("link_in_folder", "etc\" is a symbolic link that leads out of its folder"),
            ("writes_nothing", "component \"broken.page\" wrote no \"page\""),
            ("unknown_value", "gave a value \"pgae\", which is none of its output parameters"),
            ("closes_output", "it closed its output and did not end"),
            ("lies_protocol", "it speaks protocol 2, its plugin.yaml says 1"),
            ("lies_name", "it calls itself \"fixed\", its plugin.yaml says \"broken\""),
            ("dies_at_start", "failed in \"initialize\": it ended with exit code 1; its log ends"),
            ("many", "\"concurrency\" is 1000, expected 1 to 64"),
        ])
    func faults(fault: String, message: String) async throws {
        let (error, left) = try await run(fault)
        #expect(error?.code == .pluginFailed)
        #expect(error?.message.hasPrefix("plugin \"broken\" failed in ") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
        #expect(left.isEmpty)
    }

    @Test(
        "What takes too long is ended with everything it started",
        arguments: [
            ("hang", "it gave no answer to \"component.run\" within 3 s"),
            ("forks", "it gave no answer to \"component.run\" within 3 s"),
            ("slow_start", "it gave no answer to \"initialize\" within 3 s"),
        ])
    func hangs(fault: String, message: String) async throws {
        let (error, left) = try await run(fault, limit: .seconds(3))
        #expect(error?.code == .pluginFailed)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
        #expect(left.isEmpty)
    }

    @Test("Past the limit of its task it is a time-out that names the plugin")
    func timeout() async throws {
        let (error, left) = try await run("hang", timeout: .milliseconds(200))
        #expect(error?.code == .timeout)
        #expect(
            error?.message == "\"component.run\" of plugin \"broken\" took longer than 0.2 s")
        #expect(left.isEmpty)
    }

    @Test("A refusal is invalid input, and a lot of log is no fault")
    func noFaults() async throws {
        let (refusal, _) = try await run("refuses")
        #expect(refusal?.code == .invalidInput)
        #expect(refusal?.message == "plugin \"broken\": no such thing")
        let (none, left) = try await run("flood_stderr")
        #expect(none == nil)
        #expect(left.isEmpty)
    }

    @Test("One that does not end when asked is ended", arguments: ["ignores_shutdown", "stays"])
    func ends(fault: String) async throws {
        let (error, left) = try await run(fault)
        #expect(error == nil)
        #expect(left.isEmpty)
    }

    @Test("After a crash the next request has a new process, a bounded number of times")
    func restarts() async throws {
        try await Fixture.withFolder { folder in
            let settings = Fixture.settings(fault: "crash_once")
            let manifest = try Fixture.manifest("broken")
            try await PluginHosts.run(settings) { hosts in
                let component = PluginComponent(
                    manifest.components[0], host: hosts.host(of: manifest))
                let context = try Fixture.context(folder, settings: settings)
                let error = await #expect(throws: BancadaError.self) {
                    try await component.run(Fixture.input(folder), context: context)
                }
                #expect(error?.message.contains("ended with exit code 4") == true)
                _ = try await component.run(Fixture.input(folder), context: context)
            }
            let crashing = Fixture.settings(fault: "crash")
            try await PluginHosts.run(crashing) { hosts in
                let component = PluginComponent(
                    manifest.components[0], host: hosts.host(of: manifest))
                let context = try Fixture.context(folder, settings: crashing)
                for _ in 0..<3 {
                    await #expect(throws: BancadaError.self) {
                        try await component.run(Fixture.input(folder), context: context)
                    }
                }
                let error = await #expect(throws: BancadaError.self) {
                    try await component.run(Fixture.input(folder), context: context)
                }
                #expect(error?.message.contains("failed 3 times in a row") == true)
            }
        }
    }

    @Test("An answer that comes twice is named at the next request")
    func answersTwice() async throws {
        try await Fixture.withFolder { folder in
            let settings = Fixture.settings(fault: "answer_twice")
            let manifest = try Fixture.manifest("broken")
            try await PluginHosts.run(settings) { hosts in
                let component = PluginComponent(
                    manifest.components[0], host: hosts.host(of: manifest))
                let context = try Fixture.context(folder, settings: settings)
                _ = try await component.run(Fixture.input(folder), context: context)
                let error = await #expect(throws: BancadaError.self) {
                    try await component.run(Fixture.input(folder), context: context)
                }
                #expect(error?.code == .pluginFailed)
                #expect(error?.message.contains("it answered request 2 twice") == true)
            }
        }
    }
}
