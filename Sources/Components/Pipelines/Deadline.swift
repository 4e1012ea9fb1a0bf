import Workbench

/// Runs `body`, asking it to stop when `limit` has passed since `begun` was requested.
///
/// - Throws: `timeout` when it was stopped by the limit; what `body` throws otherwise.
func withDeadline<Value: Sendable>(
    _ limit: Duration?, _ stop: Cancellation, after begun: Cancellation,
    _ body: @escaping @Sendable () async throws(BancadaError) -> Value
) async throws(BancadaError) -> Value {
    guard let limit else { return try await body() }
    let outcome = await withTaskGroup(
        of: Result<Value, BancadaError>?.self, returning: Result<Value, BancadaError>.self
    ) { group in
        group.addTask {
            do throws(BancadaError) { return .success(try await body()) } catch {
                return .failure(error)
            }
        }
        group.addTask {
            await begun.requested()
            // Ends early when the work is done.
            try? await Task.sleep(for: limit)
            if !Task.isCancelled { stop.request() }
            return nil
        }
        var isLate = false
        while let ended = await group.next() {
            guard let ended else {
                isLate = true
                continue
            }
            begun.request()
            group.cancelAll()
            if isLate, case .failure(let error) = ended, error.code == .cancelled {
                return .failure(
                    BancadaError(
                        .timeout, "timed out after \(limit.shortText)",
                        hint: "raise the task's timeout, or make it faster"))
            }
            return ended
        }
        return .failure(BancadaError(.internal, "a task ended without an outcome"))
    }
    return try outcome.get()
}

extension Cancellation {
    /// Waits for the request.
    fileprivate func requested() async {
        await withCheckedContinuation { waiting in
            _ = onRequest { waiting.resume() }
        }
    }
}

extension Duration {
    /// The duration as files write it: `30s`, `1.5s`.
    var shortText: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
        return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
    }
}
