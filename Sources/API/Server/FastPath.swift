import Inference
import NIOCore
import NIOHTTP1
import Workbench

/// Answers small infer requests of light models where they arrive, on the event loop: no task, no
/// tree, one write. Whatever it is not sure of goes the ordinary way, which gives the same answer.
struct FastPath: Sendable {
    /// The longest body that is read here.
    static let maximumBody = 64 << 10

    /// The model that a path asks for.
    struct Target: Sendable, Equatable {
        /// The model's name.
        let model: String
        /// Its version, where the path names one.
        let version: String?
    }

    let service: InferenceService

    /// Whether the body of a request may be read here: a plain JSON body of a known, small size.
    func takes(_ head: HTTPRequestHead, _ fields: RequestFields) -> Bool {
        guard head.method == .POST, !fields.isChunked, !fields.hasBinaryTensors,
            let length = fields.contentLength
        else { return false }
        return (1...Self.maximumBody).contains(length)
    }

    /// The answer to `body`; nil when the ordinary way must answer.
    func answer(_ target: Target, body: ByteBuffer) -> (json: [UInt8], rows: Int)? {
        guard
            let model = service.repository.readyModel(
                named: target.model, version: target.version),
            let request = V2RequestScanner.scan(body.readableBytesUInt8Span),
            let response = service.inferAtOnce(request, with: model)
        else { return nil }
        return (V2Response.json(response), request.rowCount)
    }

    /// What an answered request counts as.
    func label(_ target: Target) -> ServerMetrics.Label {
        ServerMetrics.Label(
            route: target.version == nil ? V2Routes.infer : V2Routes.versionedInfer,
            model: target.model)
    }

    /// The model that `path` asks to infer; nil for any other path, and for one with escapes.
    static func target(of path: String) -> Target? {
        guard path.hasPrefix("/v2/models/"), path.hasSuffix("/infer") else { return nil }
        let middle = path.utf8.dropFirst(11).dropLast(6)
        guard !middle.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "?") })
        else { return nil }
        let parts = Substring(middle).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        switch parts.count {
        case 1: return Target(model: String(parts[0]), version: nil)
        case 3 where parts[1] == "versions":
            return Target(model: String(parts[0]), version: String(parts[2]))
        default: return nil
        }
    }
}
