import Documents
package import Workbench

/// Told when an operation begins and ends its stages (load, split, fit ...), so that the command
/// line can time and show them. Operations themselves own no clock.
package protocol StageObserver: Sendable {
    /// The stage `name` begins.
    func began(_ name: String)
    /// The stage that began last has ended with these facts.
    func ended(_ name: String, outputs: [JSON.Member])
    /// The stage that began last has failed.
    func failed(_ name: String)
}

extension StageObserver {
    /// Runs `body` as the stage `name`; `outputs` picks the facts to show from its result.
    package func stage<Result>(
        _ name: String, outputs: (Result) -> [JSON.Member] = { _ in [] },
        _ body: () async throws -> Result
    ) async throws -> Result {
        began(name)
        do {
            let result = try await body()
            ended(name, outputs: outputs(result))
            return result
        } catch {
            failed(name)
            throw error
        }
    }
}
