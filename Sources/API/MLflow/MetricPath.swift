import NIOCore
import Workbench

/// The short way of `runs/log-metric`, of which clients send the most: read on the event loop,
/// handed to the store without a task, answered when the point is durable. Whatever the scanner is
/// not sure of goes the ordinary way, which gives the same answer.
struct MetricPath: Sendable {
    /// The route that it shortens.
    static let route = "/api/2.0/mlflow/runs/log-metric"

    /// Where points go.
    let sink: any MetricSink
    /// Words what fails.
    let failures: FailureLog

    /// The answer to a point's outcome.
    func answer(
        _ outcome: Result<Void, BancadaError>
    ) -> (status: Int, body: [UInt8], fields: [(name: String, value: String)]) {
        switch outcome {
        case .success: return (200, Array("{}".utf8), [])
        case .failure(let error):
            let failure = failures.failure(for: error, method: "POST", path: Self.route)
            return (failure.status, failure.body(path: Self.route), failure.fields)
        }
    }
}

extension ConnectionHandler {
    /// Hands the point in `body` to the store; false where the ordinary way must take it.
    ///
    /// Until the outcome comes, the connection stands as it does while the router answers.
    func handOver(
        _ body: ByteBuffer, began: NIODeadline, _ context: ChannelHandlerContext
    ) -> Bool {
        guard let points = door.points,
            let point = LogBatchScanner.scanPoint(body.readableBytesUInt8Span)
        else { return false }
        machine.forwardGathered()
        pointsHandedOver += 1
        let number = pointsHandedOver
        let loop = context.eventLoop
        let here = NIOLoopBound((handler: self, context: context), eventLoop: loop)
        points.sink.enqueue(point.metric, to: point.run) { outcome in
            loop.execute {
                here.value.handler.answer(outcome, toPoint: number, began, here.value.context)
            }
        }
        return true
    }

    private func answer(
        _ outcome: Result<Void, BancadaError>, toPoint number: Int, _ began: NIODeadline,
        _ context: ChannelHandlerContext
    ) {
        // The client may be gone, or have been told already that the time is over.
        guard let points = door.points, number == pointsHandedOver,
            machine.phase == .forwarded(requestEnded: true, responseBegan: false)
        else { return }
        _ = machine.beginResponse()
        let answer = points.answer(outcome)
        answerHere(
            answer.status, answer.body, fields: answer.fields,
            ServerMetrics.Label(route: MetricPath.route), began: began, context)
        flush(context)
    }
}
