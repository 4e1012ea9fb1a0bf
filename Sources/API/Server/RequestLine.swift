import NIOCore
import NIOHTTP1
package import Workbench

/// A request that has been answered, for a log.
package struct AnsweredRequest: Sendable, Equatable {
    /// When it came.
    package let time: Timestamp
    /// Its method; empty where what came was no request.
    package let method: String
    /// Its path, without the query, which may hold secrets.
    package let path: String
    /// The status of the answer; 499 where the client left before it was whole.
    package let status: Int
    /// From the request's head to the end of the answer.
    package let milliseconds: Double
    /// Bytes of the answer's body.
    package let bytes: Int
}

/// The line that a log gets about the request that a connection answers now; nothing where no log
/// is kept.
struct RequestLine {
    private let write: (@Sendable (AnsweredRequest) -> Void)?
    private let clock: WallClock
    private var head: HTTPRequestHead?
    private var time = Timestamp(milliseconds: 0)
    private var began = NIODeadline.now()
    private var status = 0
    private var bytes = 0

    init(_ configuration: ServingConfiguration) {
        write = configuration.requestLog
        clock = configuration.clock
    }

    /// A request has come.
    mutating func begin(_ head: HTTPRequestHead) {
        guard write != nil else { return }
        self.head = head
        time = clock.now()
        began = .now()
        (status, bytes) = (0, 0)
    }

    /// A part of the answer leaves.
    mutating func answer(_ part: HTTPServerResponsePart) {
        guard write != nil else { return }
        switch part {
        case .head(let head): status = Int(head.status.code)
        case .body(.byteBuffer(let buffer)): bytes += buffer.readableBytes
        case .body(.fileRegion(let region)): bytes += region.readableBytes
        case .end: end(status: status, bytes: bytes)
        }
    }

    /// The answer is whole.
    mutating func end(status: Int, bytes: Int) {
        guard let write else { return }
        // What was no request has no head: it is told all the same.
        let path = head.map { FrontDoor.path(of: $0.uri) } ?? ""
        let elapsed = head == nil ? 0 : (NIODeadline.now() - began).seconds * 1000
        write(
            AnsweredRequest(
                time: head == nil ? clock.now() : time, method: head?.method.rawValue ?? "",
                path: String(path.prefix(2000)), status: status, milliseconds: elapsed,
                bytes: bytes))
        head = nil
    }

    /// The connection is gone.
    mutating func close() {
        if head != nil { end(status: 499, bytes: bytes) }
    }
}
