import NIOCore
import NIOHTTP1
import Synchronization
import Workbench

/// What all connections of a server share: who may ask, how much, and the fast path.
struct FrontDoor: Sendable {
    /// The longest path and query.
    private static let maximumTarget = 8 << 10

    let configuration: ServingConfiguration
    let fastPath: FastPath
    let metrics: ServerMetrics
    /// Where points of metrics go at once; nil where there is no tracking.
    let points: MetricPath?
    /// Whether the tracking protocol is served.
    let hasTracking: Bool
    let sign = ClosedSign()

    /// How long the phases of a connection may take.
    var timeLimits: ConnectionStateMachine.TimeLimits {
        let limits = configuration.limits
        return ConnectionStateMachine.TimeLimits(
            idle: TimeAmount(limits.idleTimeout), body: TimeAmount(limits.bodyTimeout),
            drain: TimeAmount(limits.drainTimeout), linger: .seconds(2))
    }

    /// Why a request is refused before any of its body is read; nil when it is not.
    func refusal(
        _ head: HTTPRequestHead, _ fields: RequestFields, policy: AccessPolicy
    ) -> HTTPFailure? {
        if sign.isShown {
            // Also what a connection hears that was accepted when nobody took it over any more.
            return HTTPFailure(
                503, code: "unavailable", "the server is stopping", fields: [("Retry-After", "1")])
        }
        guard head.uri.utf8.count <= Self.maximumTarget else {
            return HTTPFailure(
                414, code: "tooLarge", "the path is longer than \(Self.maximumTarget) bytes")
        }
        if fields.host == nil, head.version.minor > 0 {
            return HTTPFailure(400, code: "invalidInput", "the request has no Host field")
        }
        let path = Self.path(of: head.uri)
        if head.method == .CONNECT || head.method == .TRACE {
            return .wrongMethod(head.method.rawValue, path: path, allowed: ["GET", "POST"])
        }
        if let refusal = policy.refusal(method: head.method, path: path, fields: fields) {
            return refusal
        }
        return framingRefusal(fields, bodyLimit: bodyLimit(head.method, path))
    }

    /// The largest body that is taken at `path`.
    private func bodyLimit(_ method: HTTPMethod, _ path: String) -> Int {
        guard hasTracking, MLflowProtocol.owns(path) else { return configuration.limits.bodyBytes }
        return uploads(method, path)
            ? configuration.limits.uploadBytes : configuration.limits.trackingBodyBytes
    }

    /// Whether the body is a file that is stored as it comes in, however long that takes.
    func uploads(_ method: HTTPMethod, _ path: String) -> Bool {
        hasTracking && MLflowProtocol.uploads(method, path)
    }

    private func framingRefusal(_ fields: RequestFields, bodyLimit limit: Int) -> HTTPFailure? {
        if let expectation = fields.expectation, expectation.lowercased() != "100-continue" {
            return HTTPFailure(
                417, code: "invalidInput", "the expectation \"\(expectation)\" is not known")
        }
        if let length = fields.contentLength, length > limit {
            return .bodyTooLarge(limit: limit)
        }
        if let encoding = fields.contentEncoding {
            return HTTPFailure(
                415, code: "unsupported", "the content encoding \"\(encoding)\" is not supported",
                hint: "send the body as it is")
        }
        return nil
    }

    /// The part of `target` before its query.
    static func path(of target: String) -> String {
        target.firstIndex(of: "?").map { String(target[..<$0]) } ?? target
    }
}

/// Says that the server is stopping, to connections that come too late to be told.
final class ClosedSign: Sendable {
    private let shown = Atomic(false)

    /// Whether the server is stopping.
    var isShown: Bool { shown.load(ordering: .relaxed) }

    /// Shows it from now on.
    func show() {
        shown.store(true, ordering: .relaxed)
    }
}

extension TimeAmount {
    /// The amount in seconds.
    var seconds: Double { Double(nanoseconds) * 1e-9 }
}
