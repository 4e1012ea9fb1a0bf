import API
import Testing

/// One request to the tracking protocol and the answer that is expected, byte for byte.
struct TrackingCall: Sendable {
    let method: String
    let path: String
    let body: String
    let status: Int
    let answer: String

    /// A request below `/api/2.0/mlflow/`; GET has no body, and its first text is the answer.
    init(
        _ method: String, _ path: String, _ body: String = "", status: Int = 200,
        _ answer: String? = nil
    ) {
        self.method = method
        self.path = path.hasPrefix("/") ? path : "/api/2.0/mlflow/" + path
        self.status = status
        let isGet = method == "GET"
        self.body = isGet ? "" : body
        self.answer = answer ?? (isGet && !body.isEmpty ? body : "{}")
    }
}

/// Makes the calls one after another and compares the answers.
func expect(
    _ calls: [TrackingCall], of memory: MemoryTracking = MemoryTracking(),
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    try await serving([], tracking: memory) { address in
        let client = HTTPClient(address)
        for call in calls {
            let reply = try await client.send(
                call.method, call.path, body: Array(call.body.utf8))
            let name = "\(call.method) \(call.path) \(call.body)"
            #expect(reply.status == call.status, "\(name)", sourceLocation: sourceLocation)
            #expect(reply.text == call.answer, "\(name)", sourceLocation: sourceLocation)
        }
    }
}

/// The answer to an error.
func trackingError(_ code: String, _ message: String) -> String {
    let escaped = message.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\\\"")
    return #"{"error_code":"\#(code)","message":"\#(escaped)"}"#
}

/// The id of the `number`th run that a test makes.
func runID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}
