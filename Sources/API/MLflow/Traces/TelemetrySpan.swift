import Documents
import Workbench

/// A span as OpenTelemetry's protocol sends it.
struct TelemetrySpan {
    private(set) var traceID: [UInt8] = []
    private(set) var spanID: [UInt8] = []
    private(set) var parentID: [UInt8] = []
    private(set) var name = ""
    private(set) var start: Int64 = 0
    private(set) var end: Int64 = 0
    private(set) var attributes: [TelemetryAttribute] = []
    private(set) var statusCode: UInt64 = 0
    private var statusMessage = ""
    private var kind: UInt64 = 0
    private var traceState = ""
    private var events: [JSON] = []
    private var links: [JSON] = []

    /// The span in a message.
    ///
    /// - Throws: `invalidInput` for bytes that are no span, and for one without identity.
    init(_ message: ArraySlice<UInt8>) throws(BancadaError) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() { try take(field.number, field.value) }
        guard traceID.count == 16, spanID.count == 8 else {
            throw ProtobufReader.malformed(
                "a span's trace_id has \(traceID.count) bytes and its span_id \(spanID.count), "
                    + "expected 16 and 8")
        }
        guard parentID.isEmpty || parentID.count == 8 else {
            throw ProtobufReader.malformed(
                "a parent_span_id has \(parentID.count) bytes, expected 8")
        }
    }

    private mutating func take(
        _ number: Int, _ value: ProtobufReader.Value
    ) throws(BancadaError) {
        switch number {
        case 1: traceID = Array(try value.bytes(of: "trace_id"))
        case 2: spanID = Array(try value.bytes(of: "span_id"))
        case 3: traceState = try value.text(of: "trace_state")
        case 4: parentID = Array(try value.bytes(of: "parent_span_id"))
        case 5: name = try value.text(of: "name")
        case 6: kind = try value.varint(of: "kind")
        case 7: start = try Self.time(value, "start_time_unix_nano")
        case 8: end = try Self.time(value, "end_time_unix_nano")
        case 9:
            attributes.append(try TelemetryAttribute(value.bytes(of: "attributes"), depth: 0))
        case 11: events.append(try Self.event(value.bytes(of: "events")))
        case 13: links.append(try Self.link(value.bytes(of: "links")))
        case 15: try takeStatus(value.bytes(of: "status"))
        default: break
        }
    }

    private mutating func takeStatus(_ message: ArraySlice<UInt8>) throws(BancadaError) {
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch field.number {
            case 2: statusMessage = try field.value.text(of: "message")
            case 3: statusCode = try field.value.varint(of: "code")
            default: break
            }
        }
    }

    private static func time(
        _ value: ProtobufReader.Value, _ name: String
    ) throws(BancadaError) -> Int64 {
        guard let time = Int64(exactly: try value.fixed64(of: name)) else {
            throw ProtobufReader.malformed("\(name) is later than the year 2262")
        }
        return time
    }

    private static func event(_ message: ArraySlice<UInt8>) throws(BancadaError) -> JSON {
        var reader = ProtobufReader(message)
        var time: Int64 = 0
        var name = ""
        var attributes: [TelemetryAttribute] = []
        while let field = try reader.next() {
            switch field.number {
            case 1: time = try Self.time(field.value, "time_unix_nano")
            case 2: name = try field.value.text(of: "name")
            case 3:
                attributes.append(
                    try TelemetryAttribute(field.value.bytes(of: "attributes"), depth: 0))
            default: break
            }
        }
        var members: [JSON.Member] = [
            JSON.Member("time_unix_nano", .integer(time)), JSON.Member("name", .string(name)),
        ]
        append("attributes", attributes, to: &members)
        return .object(members)
    }

    private static func link(_ message: ArraySlice<UInt8>) throws(BancadaError) -> JSON {
        var reader = ProtobufReader(message)
        var members: [JSON.Member] = []
        var attributes: [TelemetryAttribute] = []
        while let field = try reader.next() {
            switch field.number {
            case 1, 2:
                let name = field.number == 1 ? "trace_id" : "span_id"
                let text = Base64.text(of: try field.value.bytes(of: name))
                members.append(JSON.Member(name, .string(text)))
            case 3:
                let state = try field.value.text(of: "trace_state")
                members.append(JSON.Member("trace_state", .string(state)))
            case 4:
                attributes.append(
                    try TelemetryAttribute(field.value.bytes(of: "attributes"), depth: 0))
            default: break
            }
        }
        append("attributes", attributes, to: &members)
        return .object(members)
    }

    private static func append(
        _ name: String, _ attributes: [TelemetryAttribute], to members: inout [JSON.Member]
    ) {
        if attributes.isEmpty { return }
        members.append(JSON.Member(name, TelemetryAttribute.protocolJSON(attributes)))
    }
}

extension TelemetrySpan {
    /// The identity of its trace in MLflow's form.
    var trace: TraceID? { TraceID("tr-" + Self.hex(traceID)) }

    /// Whether it is the root of its trace.
    var isRoot: Bool { parentID.isEmpty }

    /// The value of the attribute `key`.
    func attribute(_ key: String) -> TelemetryValue? {
        attributes.first { $0.key == key }?.value
    }

    /// The span as it is stored.
    var span: TraceSpan {
        TraceSpan(
            id: Self.hex(spanID), parent: isRoot ? nil : Self.hex(parentID), name: name,
            type: attribute("mlflow.spanType")?.plainText ?? "", status: status,
            startNanoseconds: start, endNanoseconds: end == 0 ? nil : end,
            content: content.compactText)
    }

    /// `OK`, `ERROR` or `UNSET`.
    var status: String {
        switch statusCode {
        case 1: "OK"
        case 2: "ERROR"
        default: "UNSET"
        }
    }

    /// The span as protobuf's JSON writes it, with the names as they are in the protocol.
    private var content: JSON {
        var members: [JSON.Member] = [
            JSON.Member("trace_id", .string(Base64.text(of: traceID))),
            JSON.Member("span_id", .string(Base64.text(of: spanID))),
        ]
        if !traceState.isEmpty { members.append(JSON.Member("trace_state", .string(traceState))) }
        if !isRoot {
            members.append(JSON.Member("parent_span_id", .string(Base64.text(of: parentID))))
        }
        members.append(JSON.Member("name", .string(name)))
        if (1...5).contains(kind) { members.append(JSON.Member("kind", .integer(Int64(kind)))) }
        members.append(JSON.Member("start_time_unix_nano", .integer(start)))
        if end != 0 { members.append(JSON.Member("end_time_unix_nano", .integer(end))) }
        Self.append("attributes", attributes, to: &members)
        if !events.isEmpty { members.append(JSON.Member("events", .array(events))) }
        if !links.isEmpty { members.append(JSON.Member("links", .array(links))) }
        var state: [JSON.Member] = []
        if !statusMessage.isEmpty { state.append(JSON.Member("message", .string(statusMessage))) }
        if status != "UNSET" {
            state.append(JSON.Member("code", .string("STATUS_CODE_\(status)")))
        }
        members.append(JSON.Member("status", .object(state)))
        return .object(members)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
