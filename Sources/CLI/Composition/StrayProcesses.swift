import Components
import Processes
import Workbench

/// Ends what dead processes have left running.
enum StrayProcesses {
    /// Ends the process groups that are recorded under dead leases, and forgets them where that can
    /// be written.
    ///
    /// - Throws: `unavailable` when a group cannot be ended: work on its run must not begin.
    static func end(in services: Services) async throws(BancadaError) {
        let groups = try await services.pipelines.strayGroups(at: services.clock.now())
        if groups.isEmpty { return }
        try await ProcessGroups.end(groups)
        for group in groups {
            // A workspace that is only read keeps the note; ending the group again does nothing.
            try? await services.groups.forget(group)
        }
    }
}
