import Documents
import Workbench

/// What is known of a trace as MLflow's JSON has it (`TraceInfoV3`).
enum TraceInfo {
    /// The trace in a body: `{"trace": {"trace_info": {...}}}`.
    ///
    /// - Throws: `invalidInput` naming what is missing or wrong.
    static func read(_ body: [UInt8]) throws(BancadaError) -> Trace {
        let node = try JSONParser.parse(body, document: "body")
        guard let info = member(member(node, "trace"), "trace_info"), info.isObject else {
            throw missing("trace.trace_info")
        }
        guard let id = try text(info, "trace_id") else { throw missing("trace_id") }
        let location = member(info, "trace_location")
        guard let experiment = try text(member(location, "mlflow_experiment"), "experiment_id")
        else { throw missing("trace_location.mlflow_experiment.experiment_id") }
        guard let number = Int64(experiment), number >= 0 else {
            throw invalid("experiment_id", experiment, "the decimal number of an experiment")
        }
        guard let requested = try text(info, "request_time") else {
            throw missing("request_time")
        }
        guard let time = ProtobufTime.time(requested) else {
            throw invalid("request_time", requested, "a time such as 2026-11-24T18:31:19.312Z")
        }
        return Trace(
            id: try identifier(id), experiment: ExperimentID(number), requestTime: time,
            executionMilliseconds: try duration(info), state: try state(info),
            clientRequestID: try text(info, "client_request_id"),
            requestPreview: try text(info, "request_preview"),
            responsePreview: try text(info, "response_preview"),
            metadata: try entries(info, "trace_metadata"), tags: try entries(info, "tags"))
    }

    /// The trace that a text names.
    static func identifier(_ text: String) throws(BancadaError) -> TraceID {
        guard let id = TraceID(text) else {
            throw invalid("trace_id", text, "up to 100 letters, digits and '-'")
        }
        return id
    }

    /// The trace as JSON; `root` is where the artifacts of its experiment are.
    static func json(_ trace: Trace, root: String) -> JSON {
        var members: [JSON.Member] = [JSON.Member("trace_id", .string(trace.id.text))]
        func add(_ name: String, _ text: String?) {
            if let text { members.append(JSON.Member(name, .string(text))) }
        }
        add("client_request_id", trace.clientRequestID)
        members.append(
            JSON.Member(
                "trace_location",
                [
                    "type": "MLFLOW_EXPERIMENT",
                    "mlflow_experiment": [
                        "experiment_id": .string(String(trace.experiment.number))
                    ],
                ]))
        add("request_preview", trace.requestPreview)
        add("response_preview", trace.responsePreview)
        add("request_time", ProtobufTime.text(of: trace.requestTime))
        add(
            "execution_duration",
            trace.executionMilliseconds.map(ProtobufTime.text(ofMilliseconds:)))
        add("state", trace.state.rawValue)
        members.append(JSON.Member("trace_metadata", json(trace.metadata)))
        let place = Tag(key: artifactTag, value: "\(root)/traces/\(trace.id.text)/artifacts")
        let tags = trace.tags.filter { $0.key != artifactTag } + [place]
        members.append(JSON.Member("tags", json(tags)))
        return .object(members)
    }

    /// The tag that names the place of a trace's files.
    static let artifactTag = "mlflow.artifactLocation"

    private static func json(_ entries: [Tag]) -> JSON {
        .object(entries.map { JSON.Member($0.key, .string($0.value)) })
    }

    // MARK: - Members

    /// The member `name`, also in camel case; nil where it is absent or null.
    private static func member(_ node: Node?, _ name: String) -> Node? {
        guard case .object(let members) = node?.value else { return nil }
        let found =
            members.first { $0.name == name } ?? members.first { $0.name == camelCase(name) }
        if case .null = found?.value.value { return nil }
        return found?.value
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(words.first.map(String.init) ?? "") {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }

    private static func text(_ node: Node?, _ name: String) throws(BancadaError) -> String? {
        guard let value = member(node, name) else { return nil }
        if case .integer(let number) = value.value { return String(number) }
        guard let text = value.string else { throw invalid(name, value.kind, "a string") }
        return text.isEmpty ? nil : text
    }

    private static func duration(_ info: Node) throws(BancadaError) -> Int64? {
        guard let text = try text(info, "execution_duration") else { return nil }
        guard let duration = ProtobufTime.milliseconds(text) else {
            throw invalid("execution_duration", text, "seconds such as 0.061s")
        }
        return duration
    }

    private static func state(_ info: Node) throws(BancadaError) -> TraceState {
        guard let text = try text(info, "state") else { return .unspecified }
        guard let state = TraceState(rawValue: text) else {
            let known = TraceState.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("state", text, "one of \(known)")
        }
        return state
    }

    private static func entries(_ info: Node, _ name: String) throws(BancadaError) -> [Tag] {
        guard let node = member(info, name) else { return [] }
        guard case .object(let members) = node.value else {
            throw invalid(name, node.kind, "an object of strings")
        }
        var entries: [Tag] = []
        for member in members where member.name != artifactTag {
            guard let value = member.value.string else {
                throw invalid("\(name).\(member.name)", member.value.kind, "a string")
            }
            entries.append(Tag(key: member.name, value: value))
        }
        return entries
    }

    private static func missing(_ name: String) -> BancadaError {
        BancadaError(.invalidInput, "missing value for required parameter '\(name)'")
    }

    private static func invalid(
        _ name: String, _ shown: String, _ expected: String
    ) -> BancadaError {
        BancadaError(
            .invalidInput,
            "invalid value '\(shown.prefix(100))' for parameter '\(name)': expected \(expected)")
    }
}

extension Node {
    fileprivate var isObject: Bool {
        if case .object = value { true } else { false }
    }
}
