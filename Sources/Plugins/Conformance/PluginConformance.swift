import Foundation
import Workbench

/// The conformance kit: whether a plugin keeps the protocol and does what it declares.
///
/// `bancada plugins check` and the tests run the same kit. Nothing of the plugin is left when it
/// returns.
package enum PluginConformance {
    /// Checks the plugin of `manifest`.
    ///
    /// - Parameters:
    ///   - scratch: an existing folder for generated inputs and outputs.
    ///   - settings: how it is started; the run must be one of the check's own, and its limits are
    ///     those of the checks.
    /// - Throws: `unavailable` when the generated inputs cannot be written.
    package static func check(
        _ manifest: PluginManifest, scratch: String, settings: PluginSettings
    ) async throws -> [ConformanceCheck] {
        let samples = SampleInputs(
            folder: URL(fileURLWithPath: scratch).resolvingSymlinksInPath().path)
        var checks: [ConformanceCheck] = []
        try await PluginHosts.run(settings) { hosts in
            let host = hosts.host(of: manifest)
            var capabilities = CapabilityChecks(host: host, samples: samples, run: settings.run)
            var wire = WireChecks(manifest, settings: settings)
            let starts = await wire.run(cancelling: try capabilities.work())
            checks = wire.checks
            guard starts else {
                for (kind, name) in manifest.capabilityNames {
                    checks.append(
                        ConformanceCheck("\(kind) \(name)", .skipped, "it does not start"))
                }
                return
            }
            await capabilities.all()
            checks += capabilities.checks
            let isOrderly = await host.stop()
            checks.append(
                ConformanceCheck(
                    "end", isOrderly ? .ok : .failed,
                    isOrderly
                        ? "it ended by itself after its work"
                        : "it did not end by itself after its work"))
        }
        checks.append(await leftovers(of: settings.run))
        return checks
    }

    private static func leftovers(of run: RunID) async -> ConformanceCheck {
        guard LeftoverProcesses.isKnown else {
            return ConformanceCheck(
                "no process left", .skipped, "this system does not tell whose a process is")
        }
        let left = await LeftoverProcesses.end(of: run)
        guard left.isEmpty else {
            let list = left.map(String.init).joined(separator: ", ")
            return ConformanceCheck(
                "no process left", .failed, "it left processes behind, which were ended: \(list)")
        }
        return ConformanceCheck("no process left", .ok, "nothing that it started is left")
    }
}
