import Documents
import Workbench

/// Work that ends early: by Ctrl-C, or after a time.
enum Waiting {
    /// The length of time that a flag says.
    ///
    /// - Throws: `invalidInput`.
    static func duration(_ text: String, flag: String) throws(BancadaError) -> Duration {
        guard let duration = DurationText.duration(text) else {
            throw BancadaError(
                .invalidInput, "\(flag) is \"\(text)\", expected a length of time",
                hint: "write it like 30s, 10m, 12h or 30d")
        }
        return duration
    }

    /// The value of `body`, which is cancelled by the first signal or after `patience`.
    ///
    /// - Throws: what `body` throws; `timeout`; `cancelled`.
    static func interruptible<Value: Sendable>(
        atMost patience: Duration?, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let work = Task { try await body() }
        return try await Interruption.cancelling(work) {
            let clock = Task {
                guard let patience else { return false }
                try await Task.sleep(for: patience)
                work.cancel()
                return true
            }
            do {
                let value = try await work.value
                clock.cancel()
                return value
            } catch let error as BancadaError where error.code == .cancelled {
                clock.cancel()
                // A clock that was stopped throws: the signal was first.
                if let patience, (try? await clock.value) == true {
                    throw BancadaError(
                        .timeout,
                        "the query was stopped after \(Format.seconds(patience.inSeconds))",
                        hint: "raise --timeout or ask for less")
                }
                throw BancadaError(.cancelled, "interrupted")
            }
        }
    }
}
