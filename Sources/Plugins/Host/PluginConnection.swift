import Documents
import Workbench

/// What is said on the wire, as a value: which requests are open, and what a line means.
struct PluginConnection {
    /// What a line means to the session.
    enum Event {
        /// The answer to an open request.
        case answer(id: Int, PluginAnswer)
        case progress(PluginProgress)
        case metric(PluginMetric)
        case log(PluginLog)
        /// It breaks the protocol; the plugin cannot be trusted any more.
        case violation(String)
    }

    /// The most notifications that one request may send.
    static let notificationLimit = 100_000

    private var lastID = 0
    private var open: [Int: (method: String, notifications: Int)] = [:]

    /// The ids of the requests that are not answered.
    var openIDs: [Int] { open.keys.sorted() }

    /// The method of an open request.
    func method(of id: Int) -> String? { open[id]?.method }

    /// Opens a request and returns its id.
    mutating func begin(_ method: String) -> Int {
        lastID += 1
        open[lastID] = (method, 0)
        return lastID
    }

    /// Closes a request that will not be answered.
    mutating func abandon(_ id: Int) {
        open[id] = nil
    }

    /// What `line` means; an answer closes its request.
    mutating func receive(_ line: String) -> Event {
        let message: PluginMessage
        do {
            message = try PluginMessage.parse(Array(line.utf8))
        } catch {
            return .violation(
                "it wrote a line to stdout that is no message: \"\(Self.quote(line))\" "
                    + "(\(error.message))")
        }
        switch message {
        case .answer(let id, let answer): return received(answer, to: id)
        case .progress(let progress): return notified(progress.id, "progress", .progress(progress))
        case .metric(let metric): return notified(metric.id, "metric", .metric(metric))
        case .log(let log): return notified(log.id, "log", .log(log))
        }
    }

    private mutating func received(_ answer: PluginAnswer, to id: Int) -> Event {
        if open.removeValue(forKey: id) != nil { return .answer(id: id, answer) }
        if (1...max(1, lastID)).contains(id), lastID > 0 {
            return .violation("it answered request \(id) twice")
        }
        if case .failure(let failure) = answer, id == 0 {
            return .violation(
                "it answered an error to no request: \"\(Self.quote(failure.message))\" "
                    + "(code \(failure.code))")
        }
        return .violation("it answered request \(id), which was not asked")
    }

    private mutating func notified(_ id: Int, _ kind: String, _ event: Event) -> Event {
        guard let request = open[id] else {
            if id > 0, id <= lastID {
                return .violation("it sent \(kind) for request \(id) after its answer")
            }
            return .violation("it sent \(kind) for request \(id), which was not asked")
        }
        guard request.notifications < Self.notificationLimit else {
            return .violation(
                "it sent more than \(Self.notificationLimit) notifications during "
                    + "\"\(request.method)\"")
        }
        open[id]?.notifications += 1
        return event
    }

    /// The beginning of a text, on one line.
    static func quote(_ text: String) -> String {
        let line = text.prefix(PluginProtocol.maximumQuote).replacing("\n", with: " ")
        return text.count > PluginProtocol.maximumQuote ? line + "..." : String(line)
    }
}
