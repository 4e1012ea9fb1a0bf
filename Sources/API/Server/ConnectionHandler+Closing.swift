import NIOCore
import NIOHTTP1

/// How a connection ends: behind the answers, for want of time, or because the server stops.
extension ConnectionHandler {
    func close(
        _ next: ConnectionStateMachine.AfterAnswer, after written: EventLoopFuture<Void>,
        _ context: ChannelHandlerContext
    ) {
        waiting.removeAll()
        written.assumeIsolated().whenComplete { _ in
            self.machine.endWriting(now: .now())
            // Closing while bytes are unread resets the connection, and the client may lose the
            // answer: half is closed first, the rest once the client closes or the time is over.
            let lingers = next == .linger && !self.machine.inputClosed
            context.close(mode: lingers ? .output : .all, promise: nil)
        }
    }

    /// Closes behind the answers that have been written.
    func closeOnceWritten(_ context: ChannelHandlerContext) {
        let promise = context.eventLoop.makePromise(of: Void.self)
        close(.close, after: promise.futureResult, context)
        writeRaw(ByteBuffer(), promise: promise, context)
        flush(context)
    }

    /// The server stops: no other request is begun.
    func drain(_ context: ChannelHandlerContext) {
        guard machine.drain(now: .now()) else { return }
        if context.channel.isActive {
            closeOnceWritten(context)
        } else {
            // Accepted while the server stopped, and never taken up: nothing would ever be written.
            context.close(promise: nil)
        }
    }

    /// Looks at the time again in a while: often enough for the shortest limit.
    func scheduleTimer(_ context: ChannelHandlerContext) {
        let limits = door.timeLimits
        let shortest = min(limits.idle, limits.body, limits.drain, limits.linger)
        let interval = max(
            .milliseconds(50), min(.seconds(5), TimeAmount.nanoseconds(shortest.nanoseconds / 2)))
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
            self.checkTime(context)
        }
    }

    private func checkTime(_ context: ChannelHandlerContext) {
        if door.sign.isShown, !machine.isDraining { drain(context) }
        guard machine.isOverdue(now: .now()) else { return scheduleTimer(context) }
        if machine.phase == .gathering {
            let failure = HTTPFailure(408, code: "timeout", "the body took too long to arrive")
            refuse(failure, head: gathered?.head, context)
            scheduleTimer(context)
        } else {
            context.close(promise: nil)
        }
    }
}
