package import Inference
package import Logging
import ServiceLifecycle
import Workbench

/// Serves a repository while `body` runs, then stops gracefully and returns its value.
///
/// - Parameter body: given the address once the server listens; its error stops the server too.
/// - Throws: what `body` throws; `BancadaError` when the server cannot listen.
package func withServer<Value: Sendable>(
    _ configuration: ServingConfiguration, repository: ModelRepository,
    tracking: TrackingStores? = nil, logger: Logger,
    _ body: (ServerAddress) async throws -> Value
) async throws -> Value {
    let server = try BancadaServer(
        configuration, repository: repository, tracking: tracking, logger: logger)
    let group = ServiceGroup(services: [server], logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server.address()))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        do {
            try await tasks.waitForAll()
        } catch {
            // The body's own error says more than that the server stopped with it.
            _ = try result.get()
            throw error
        }
        return try result.get()
    }
}
