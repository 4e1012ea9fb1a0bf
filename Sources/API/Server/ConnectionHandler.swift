import Inference
import NIOCore
import NIOHTTP1
import Workbench

/// The first handler behind the HTTP parser of every connection, in front of Hummingbird's own.
///
/// Refuses what may not come in, answers small infer requests itself, and passes on the rest one
/// request at a time: pipelined requests wait for the answer before theirs, so answers keep the
/// order. Closes connections that are idle, slow, finished or drained. What to do when is decided
/// by `ConnectionStateMachine`; this class moves the parts.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What is answered here, without the router.
    enum Target {
        case infer(FastPath.Target)
        case logMetric
    }

    /// A request for the fast path whose body is arriving.
    struct Gathered {
        let head: HTTPRequestHead
        let target: Target
        var body: ByteBuffer?
        let began: NIODeadline
    }

    let door: FrontDoor
    var machine: ConnectionStateMachine
    private var policy: AccessPolicy?
    private var date = HTTPDate()

    private var line: RequestLine
    var gathered: Gathered?
    /// Clients repeat the same path; its target is found once.
    private var lastTarget: (path: String, target: Target?)?
    private var isOldVersion = false
    /// How many points were handed over: the answer to the last one is the current request's.
    var pointsHandedOver = 0

    /// Parts of later requests.
    var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var isTakingWaiting = false
    private var readIsHeldBack = false
    /// What was wrong with the bytes after the requests that wait.
    private var brokenInput: HTTPParserError?

    /// Whole answers are written past the response encoder, from its place.
    private var encoder: ChannelHandlerContext?
    private var needsFlush = false
    var timer: Scheduled<Void>?

    /// A handler of a new connection.
    init(_ door: FrontDoor) {
        self.door = door
        line = RequestLine(door.configuration)
        machine = ConnectionStateMachine(limits: door.timeLimits, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // Without the encoder's place raw answers cannot be written; Hummingbird always adds it.
        encoder = try? context.pipeline.syncOperations.context(
            handlerType: HTTPResponseEncoder.self)
        scheduleTimer(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        encoder = nil
    }

    // MARK: - What arrives

    /// Ends here. NIO's asynchronous channel lets go of its unfinished writer when it hears of this,
    /// trusting that somebody has taken the channel over, and traps when nobody has: a connection
    /// that is accepted while the server stops. Unheard, it keeps the writer until the end of the
    /// connection, where it is finished. Nobody reads from such a connection, so it is closed.
    func channelActive(context: ChannelHandlerContext) {
        if door.sign.isShown { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if machine.mustWait || !waiting.isEmpty {
            waiting.append(part)
        } else {
            take(part, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    /// Nothing more is read while requests wait: they take up memory.
    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty {
            context.read()
        } else {
            readIsHeldBack = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .forwarded(requestEnded: false, _) = machine.phase {
            // Without it the router would take the part that arrived for the whole body.
            context.fireErrorCaught(HTTPParserError.invalidEOFState)
        }
        machine.close()
        waiting.removeAll()
        line.close()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            drain(context)
        case ChannelEvent.inputClosed:
            switch machine.closeInput() {
            case .wait: break
            case .closeOnceWritten: closeOnceWritten(context)
            case .close: context.close(promise: nil)
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        switch machine.phase {
        case .idle, .gathering: refuse(Self.failure(for: error), head: nil, context)
        case .forwarded(requestEnded: true, _): brokenInput = error
        case .forwarded: context.fireErrorCaught(error)
        case .lingering, .closed: break
        }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, machine.phase) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(let bytes), .gathering):
            machine.receive(bytes: bytes.readableBytes, now: .now())
            gather(bytes)
        case (.body(let bytes), .forwarded):
            machine.receive(bytes: bytes.readableBytes, now: .now())
            context.fireChannelRead(wrapInboundOut(part))
        case (.end, .gathering): answerGathered(context)
        case (.end, .forwarded):
            machine.endRequest()
            context.fireChannelRead(wrapInboundOut(part))
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let fields = RequestFields(head.headers)
        line.begin(head)
        isOldVersion = head.version.minor == 0
        if let refusal = door.refusal(head, fields, policy: policy(context)) {
            refuse(refusal, head: head, context)
            return
        }
        let now = NIODeadline.now()
        let keepAlive = head.isKeepAlive && !fields.proposesUpgrade
        if fields.expectation != nil, fields.hasBody, !isOldVersion {
            writeRaw(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), context)
            flush(context)
        }
        if door.fastPath.takes(head, fields), let target = target(of: head.uri) {
            gathered = Gathered(head: head, target: target, began: now)
            machine.begin(keepAlive: keepAlive, gathers: true, now: now)
        } else {
            machine.begin(keepAlive: keepAlive, gathers: false, now: now)
            if door.uploads(head.method, FrontDoor.path(of: head.uri)) { machine.expectUpload() }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        }
    }

    private func policy(_ context: ChannelHandlerContext) -> AccessPolicy {
        if let policy { return policy }
        let port = context.channel.localAddress?.port ?? door.configuration.port
        let made = AccessPolicy(door.configuration, port: port)
        policy = made
        return made
    }

    private func target(of path: String) -> Target? {
        if let lastTarget, lastTarget.path == path { return lastTarget.target }
        let isPoint = door.points != nil && path == MetricPath.route
        let target = isPoint ? .logMetric : FastPath.target(of: path).map(Target.infer)
        lastTarget = (path, target)
        return target
    }

    private func gather(_ bytes: ByteBuffer) {
        var bytes = bytes
        if gathered?.body == nil {
            gathered?.body = bytes
        } else {
            gathered?.body?.writeBuffer(&bytes)
        }
    }

    // MARK: - Answers from here

    private func answerGathered(_ context: ChannelHandlerContext) {
        guard let request = gathered else { return }
        gathered = nil
        let body = request.body ?? ByteBuffer()
        switch request.target {
        case .infer(let target):
            if let answer = door.fastPath.answer(target, body: body) {
                let label = door.fastPath.label(target)
                return answerHere(
                    200, answer.json, label, rows: answer.rows, began: request.began, context)
            }
        case .logMetric:
            if handOver(body, began: request.began, context) { return }
        }
        machine.forwardGathered()
        context.fireChannelRead(wrapInboundOut(.head(request.head)))
        context.fireChannelRead(wrapInboundOut(.body(body)))
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    /// Counts and writes a whole answer to the current request.
    func answerHere(
        _ status: Int, _ body: [UInt8], fields: [(name: String, value: String)] = [],
        _ label: ServerMetrics.Label, rows: Int = 0, began: NIODeadline,
        _ context: ChannelHandlerContext
    ) {
        let now = NIODeadline.now()
        door.metrics.count(label, status: status, seconds: (now - began).seconds, rows: rows)
        line.end(status: status, bytes: body.count)
        let keepsAlive = machine.keepsAlive
        let response = RawResponse.json(
            status: status, body: body, fields: fields,
            date: date.text(at: door.configuration.clock.now()),
            connection: !keepsAlive ? .close : isOldVersion ? .keepAlive : .open)
        finish(
            machine.endResponse(moreWaits: !waiting.isEmpty, now: now), response: response, context)
    }

    func refuse(
        _ failure: HTTPFailure, head: HTTPRequestHead?, _ context: ChannelHandlerContext
    ) {
        gathered = nil
        door.metrics.count(
            ServerMetrics.Label(route: "refused"), status: failure.status, seconds: 0)
        let path = head.map { FrontDoor.path(of: $0.uri) } ?? ""
        let body = failure.body(path: path)
        line.end(status: failure.status, bytes: head?.method == .HEAD ? 0 : body.count)
        let response = RawResponse.json(
            status: failure.status, body: body, fields: failure.fields,
            date: date.text(at: door.configuration.clock.now()), connection: .close,
            withoutBody: head?.method == .HEAD)
        finish(machine.refuse(now: .now()), response: response, context)
    }

    /// Writes a whole answer and goes on to what follows it.
    private func finish(
        _ next: ConnectionStateMachine.AfterAnswer, response: ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        if next == .next {
            writeRaw(response, context)
            takeWaiting(context)
        } else {
            let promise = context.eventLoop.makePromise(of: Void.self)
            close(next, after: promise.futureResult, context)
            writeRaw(response, promise: promise, context)
            flush(context)
        }
    }

    func writeRaw(
        _ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil,
        _ context: ChannelHandlerContext
    ) {
        needsFlush = true
        if let encoder {
            encoder.write(NIOAny(IOData.byteBuffer(bytes)), promise: promise)
        } else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            context.close(promise: nil)
        }
    }

    func flush(_ context: ChannelHandlerContext) {
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
    }

    // MARK: - Answers from the router

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard case .forwarded = machine.phase else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let part = unwrapOutboundIn(data)
        line.answer(part)
        switch part {
        case .head(var head):
            if head.status.code >= 200 {
                if machine.beginResponse() {
                    head.headers.replaceOrAdd(name: "Connection", value: "close")
                } else if isOldVersion {
                    head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
                }
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let next = machine.endResponse(moreWaits: !waiting.isEmpty, now: .now())
            if next == .next {
                context.write(data, promise: promise)
                takeWaiting(context)
            } else {
                let written = promise ?? context.eventLoop.makePromise(of: Void.self)
                close(next, after: written.futureResult, context)
                context.write(data, promise: written)
            }
        }
    }

    /// Hummingbird closes as soon as it has handed over its last answer, and closing throws away
    /// what is not sent yet: the connection is closed from here once it is.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if machine.phase == .lingering, !machine.isWritten {
            context.channel.closeFuture.cascade(to: promise)
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    /// Takes up the requests that arrived during the last answer.
    private func takeWaiting(_ context: ChannelHandlerContext) {
        guard !isTakingWaiting else { return }
        isTakingWaiting = true
        defer { isTakingWaiting = false }
        var tookSome = false
        while !machine.mustWait, let part = waiting.popFirst() {
            take(part, context)
            tookSome = true
        }
        if tookSome {
            context.fireChannelReadComplete()
            flush(context)
        }
        if waiting.isEmpty { endWaiting(context) }
    }

    /// What came behind the requests that waited counts now: an error, the end, or more to read.
    private func endWaiting(_ context: ChannelHandlerContext) {
        if machine.mustWait { return }
        if let error = brokenInput {
            brokenInput = nil
            errorCaught(context: context, error: error)
        } else if machine.inputClosed, machine.phase == .idle {
            closeOnceWritten(context)
        } else if readIsHeldBack {
            readIsHeldBack = false
            context.read()
        }
    }

    private static func failure(for error: HTTPParserError) -> HTTPFailure {
        if error == .headerOverflow {
            return HTTPFailure(431, code: "tooLarge", "the head of the request is too large")
        }
        return HTTPFailure(400, code: "invalidInput", "the request is not HTTP/1.1: \(error)")
    }
}
