import Documents
import Workbench

/// A trace with its spans, as MLflow's JSON has it (`Trace`).
struct WholeTrace {
    /// The object.
    let bytes: [UInt8]
    /// Whether there are as many spans as the trace says that it has, at least one.
    let isComplete: Bool

    /// The trace with these spans; `root` is where the artifacts of its experiment are.
    init(_ trace: Trace, spans: [TraceSpan], root: String) {
        var bytes = Array("{\"trace_info\":".utf8)
        bytes += TraceInfo.json(trace, root: root).compactBytes
        if !spans.isEmpty {
            bytes += Array(",\"spans\":[".utf8)
            for (position, span) in spans.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: span.content.utf8)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "}"))
        self.bytes = bytes
        isComplete = spans.count >= max(1, Self.count(trace))
    }

    /// How many spans a trace says that it has; 0 where it does not say.
    private static func count(_ trace: Trace) -> Int {
        guard let text = trace.metadata.first(where: { $0.key == "mlflow.trace.sizeStats" })
        else { return 0 }
        // Clients write it for people; what cannot be read says nothing.
        guard let node = try? JSONParser.parse(Array(text.value.utf8), document: "sizeStats"),
            case .object(let members) = node.value,
            case .integer(let count) = members.first(where: { $0.name == "num_spans" })?.value.value
        else { return 0 }
        return Int(clamping: count)
    }
}
