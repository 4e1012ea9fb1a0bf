import API
import Inference
import Logging
import Testing
import Workbench

/// A time that stands still.
let testClock = WallClock { Timestamp(milliseconds: 1_700_000_000_000) }

/// A configuration for tests: a free port of 127.0.0.1.
func testConfiguration(
    _ limits: ServingLimits = ServingLimits(), token: String? = nil, host: String = "127.0.0.1",
    allowedHosts: [String] = []
) -> ServingConfiguration {
    ServingConfiguration(
        host: host, port: 0, token: token, allowedHosts: allowedHosts, version: "1.2.3",
        limits: limits, clock: testClock)
}

/// A repository with these models.
func repository(_ models: [any ServedModel]) throws -> ModelRepository {
    let repository = ModelRepository()
    for model in models { try repository.publish(model) }
    return repository
}

/// Serves the models while `body` runs.
func serving<Value: Sendable>(
    _ models: [any ServedModel] = [SharesModel()],
    _ configuration: ServingConfiguration = testConfiguration(), tracking: MemoryTracking? = nil,
    _ body: (ServerAddress) async throws -> Value
) async throws -> Value {
    try await withServer(
        configuration, repository: repository(models), tracking: tracking?.stores,
        logger: quietLogger, body)
}

/// A logger that writes nothing: errors are provoked on purpose.
let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Polls until `condition` holds, for what has no event of its own.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<2_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("what was waited for did not happen within ten seconds")
}

/// The body of a request to `SharesModel`.
func sharesBody(_ cells: String = "1,2,5", rows: Int = 1, more: String = "") -> String {
    #"{"inputs":[{"name":"input-0","shape":[\#(rows),3],"datatype":"FP64","data":[\#(cells)]}]"#
        + more + "}"
}
