package import Documents
package import Workbench

/// One line from a plugin.
package enum PluginMessage: Sendable {
    /// The answer to request `id`.
    case answer(id: Int, PluginAnswer)
    /// How far request `id` is.
    case progress(PluginProgress)
    /// A measurement during request `id`.
    case metric(PluginMetric)
    /// A remark during request `id`.
    case log(PluginLog)

    /// The names of the notifications that a plugin may send.
    static let notifications = ["progress", "metric", "log"]

    /// Reads a line without its line feed.
    ///
    /// Strict: whatever is neither an answer nor a known notification is refused, so that a plugin
    /// that prints to its stdout is found at once.
    ///
    /// - Throws: `invalidInput` saying what is wrong with the line.
    package static func parse(_ line: [UInt8]) throws(BancadaError) -> PluginMessage {
        let node = try JSONParser.parse(line, document: "message")
        let fields = try ObjectFields(node, document: "message")
        guard try fields.string("jsonrpc") == "2.0" else {
            throw fields.invalid("jsonrpc", "must be \"2.0\"")
        }
        if fields.members.contains(where: { $0.name == "method" }) {
            return try notification(fields)
        }
        return try answer(fields)
    }

    private static func answer(_ fields: ObjectFields) throws(BancadaError) -> PluginMessage {
        try fields.refuseUnknown(known: ["jsonrpc", "id", "result", "error"])
        let result = fields.members.first { $0.name == "result" }?.value
        guard fields.optional("error") != nil else {
            guard let result else {
                throw fields.invalid("result", "is missing, and there is no \"error\"")
            }
            return .answer(id: try fields.integer("id"), .result(result))
        }
        if result != nil {
            throw fields.invalid("result", "is there beside \"error\"")
        }
        let error = try fields.object("error")
        try error.refuseUnknown(known: ["code", "message", "data"])
        let failure = PluginAnswer.Failure(
            code: try error.integer("code"), message: try error.string("message"))
        // What could not be read had no id: its answer has none either.
        guard fields.optional("id") != nil else { return .answer(id: 0, .failure(failure)) }
        return .answer(id: try fields.integer("id"), .failure(failure))
    }

    private static func notification(
        _ fields: ObjectFields
    ) throws(BancadaError) -> PluginMessage {
        let method = try fields.string("method")
        if fields.members.contains(where: { $0.name == "id" }) {
            throw fields.invalid(
                "id", "makes \"\(method)\" a request: a plugin may not ask the host")
        }
        try fields.refuseUnknown(known: ["jsonrpc", "method", "params"])
        guard notifications.contains(method) else {
            throw fields.invalid(
                "method",
                "is \"\(method)\", expected one of \(notifications.joined(separator: ", "))")
        }
        let params = try fields.object("params")
        return switch method {
        case "progress": .progress(try PluginProgress(params))
        case "metric": .metric(try PluginMetric(params))
        default: .log(try PluginLog(params))
        }
    }
}

/// What a plugin answers to a request.
package enum PluginAnswer: Sendable {
    /// It did what was asked; of which shape the result must be, the request knows.
    case result(Node)
    /// It did not.
    case failure(Failure)

    /// The error of an answer.
    package struct Failure: Sendable, Equatable {
        /// One of `PluginProtocol.ErrorCode`, or the plugin's own.
        package let code: Int
        /// What went wrong, for people.
        package let message: String

        /// An error with its code.
        package init(code: Int, message: String) {
            self.code = code
            self.message = message
        }
    }
}

/// `progress`: how far a request is.
package struct PluginProgress: Sendable, Equatable {
    /// The request.
    package let id: Int
    /// How many units are done.
    package let done: Int
    /// How many there are; nil when it is not known.
    package let total: Int?

    init(_ params: ObjectFields) throws(BancadaError) {
        try params.refuseUnknown(known: ["id", "done", "total"])
        id = try params.integer("id")
        done = try params.integer("done")
        total = params.optional("total") == nil ? nil : try params.integer("total")
        guard done >= 0 else { throw params.invalid("done", "is below 0") }
        if let total, total < 0 { throw params.invalid("total", "is below 0") }
    }
}

/// `metric`: a measurement during a request.
package struct PluginMetric: Sendable, Equatable {
    /// The request.
    package let id: Int
    /// The metric's name.
    package let key: String
    /// What was measured.
    package let value: Double
    /// The step at which it was measured; 0 where there are none.
    package let step: Int

    init(_ params: ObjectFields) throws(BancadaError) {
        try params.refuseUnknown(known: ["id", "key", "value", "step"])
        id = try params.integer("id")
        key = try params.string("key")
        value = try params.double("value")
        step = params.optional("step") == nil ? 0 : try params.integer("step")
        if key.isEmpty { throw params.invalid("key", "is empty") }
    }
}

/// `log`: a remark during a request.
package struct PluginLog: Sendable, Equatable {
    /// How much a remark matters.
    package enum Level: String, Sendable, CaseIterable {
        case debug
        case info
        case warning
        case error
    }

    /// The request.
    package let id: Int
    /// How much it matters.
    package let level: Level
    /// What is said.
    package let message: String

    init(_ params: ObjectFields) throws(BancadaError) {
        try params.refuseUnknown(known: ["id", "level", "message"])
        id = try params.integer("id")
        let word = try params.string("level")
        guard let level = Level(rawValue: word) else {
            let words = Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw params.invalid("level", "is \"\(word)\", expected one of \(words)")
        }
        self.level = level
        message = try params.string("message")
    }
}
