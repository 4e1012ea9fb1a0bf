import NIOCore
import NIOHTTP1
import NIOPosix
package import Workbench

/// What a server answered.
package struct HTTPReply: Sendable {
    /// The status code.
    package let status: Int
    /// The header fields in their order.
    package let fields: [(name: String, value: String)]
    /// The body.
    package let body: [UInt8]

    /// The value of the first field called `name`, without regard to case.
    package func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text; wrong UTF-8 is repaired.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Asks a server over plain HTTP/1.1, a connection for each request.
///
/// For servers of our own on this machine: no TLS, no redirects, no proxies.
package struct HTTPClient: Sendable {
    private let address: ServerAddress
    private let token: String?
    private let timeout: Duration
    private let maximumBody: Int

    /// A client of the server at `address`.
    ///
    /// - Parameters:
    ///   - token: sent as `Authorization: Bearer`.
    ///   - timeout: the time for one request from connecting to the last byte of the answer.
    ///   - maximumBody: the largest answer that is read, in bytes.
    package init(
        _ address: ServerAddress, token: String? = nil, timeout: Duration = .seconds(30),
        maximumBody: Int = 64 << 20
    ) {
        self.address = address
        self.token = token
        self.timeout = timeout
        self.maximumBody = maximumBody
    }

    /// Asks for `path`.
    ///
    /// - Throws: `unavailable` when there is no connection or it breaks; `timeout`; `cancelled`.
    package func get(_ path: String) async throws(BancadaError) -> HTTPReply {
        try await send("GET", path)
    }

    /// Sends a JSON document to `path`.
    ///
    /// - Throws: as `get`.
    package func post(
        _ path: String, json: [UInt8], fields: [(name: String, value: String)] = []
    ) async throws(BancadaError) -> HTTPReply {
        let type = [(name: "Content-Type", value: "application/json")]
        return try await send("POST", path, fields: type + fields, body: json)
    }

    /// Sends any request.
    ///
    /// - Throws: as `get`.
    package func send(
        _ method: String, _ path: String, fields: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) async throws(BancadaError) -> HTTPReply {
        var head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers = [
            "Host": String(address.url.dropFirst("http://".count)), "Connection": "close",
        ]
        if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for field in fields { head.headers.replaceOrAdd(name: field.name, value: field.value) }
        if !body.isEmpty || method == "POST" || method == "PUT" {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(body.count))
        }
        do {
            return try await exchange(head, body: body)
        } catch {
            throw failure(for: error)
        }
    }

    private func exchange(_ head: HTTPRequestHead, body: [UInt8]) async throws -> HTTPReply {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: HTTPReply.self)
        let maximumBody = maximumBody
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(timeout))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(
                            HTTPReplyCollector(
                                promise, head: head, body: body, maximumBody: maximumBody,
                                deadline: deadline))
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch {
            promise.fail(error)
            throw error
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
            channel.close(promise: nil)
        }
    }

    private func failure(for error: any Error) -> BancadaError {
        switch error {
        case let error as BancadaError: error
        case is CancellationError: BancadaError(.cancelled, "the request was cancelled")
        case ChannelError.connectTimeout:
            BancadaError(.timeout, "\(address.url) did not answer within \(timeout)")
        case is NIOConnectionError:
            BancadaError(
                .unavailable, "nothing answers at \(address.url)",
                hint: "start the server first", cause: error)
        default:
            BancadaError(
                .unavailable, "the connection to \(address.url) broke: \(error)", cause: error)
        }
    }
}

/// Sends one request and collects its answer.
private final class HTTPReplyCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let promise: EventLoopPromise<HTTPReply>
    private let request: (head: HTTPRequestHead, body: [UInt8])
    private let maximumBody: Int
    private let deadline: NIODeadline
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var timer: Scheduled<Void>?

    init(
        _ promise: EventLoopPromise<HTTPReply>, head: HTTPRequestHead, body: [UInt8],
        maximumBody: Int, deadline: NIODeadline
    ) {
        self.promise = promise
        request = (head, body)
        self.maximumBody = maximumBody
        self.deadline = deadline
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.end(
                context, throwing: BancadaError(.timeout, "the server took too long to answer"))
        }
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if !request.body.isEmpty {
            let bytes = IOData.byteBuffer(ByteBuffer(bytes: request.body))
            context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= maximumBody else {
                let message = "the answer is larger than the \(maximumBody) bytes that are allowed"
                end(context, throwing: BancadaError(.unavailable, message))
                return
            }
            body.append(contentsOf: bytes.readableBytesView)
        case .end:
            guard let head else { return }
            let fields = head.headers.map { (name: $0.name, value: $0.value) }
            promise.succeed(
                HTTPReply(status: Int(head.status.code), fields: fields, body: body))
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, throwing: error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        promise.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    private func end(_ context: ChannelHandlerContext, throwing error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
