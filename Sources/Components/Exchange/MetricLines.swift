import Workbench

/// The lines of a metric's file: `timestamp value [step [dataset digest]]` of a run,
/// `timestamp value step run [dataset digest]` of a logged model.
struct MetricLines {
    private let bytes: ArraySlice<UInt8>
    private let key: String
    private let document: String

    /// Lines of the metric `key`.
    init(_ bytes: ArraySlice<UInt8>, key: String, document: String) {
        self.bytes = bytes
        self.key = key
        self.document = document
    }

    /// A point, with the run that the line names.
    struct Point {
        let metric: Metric
        let run: RunID?
    }

    /// The points; empty lines do not count.
    ///
    /// - Parameter subject: what a point measures, of the fields after the step; nil for the
    ///   points of a run, whose dataset MLflow does not read back either.
    /// - Throws: `invalidInput` naming the file and the line.
    func points(
        firstLine: Int, model: LoggedModelID? = nil,
        subject: (_ model: LoggedModelID, _ rest: [String]) -> MetricSubject? = { _, _ in nil }
    ) throws(BancadaError) -> [Point] {
        var points: [Point] = []
        var number = firstLine - 1
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let fields = line.split { $0 == 0x20 || $0 == 0x0D }
                .map { String(decoding: $0, as: UTF8.self) }
            if fields.isEmpty { continue }
            guard fields.count >= 2, fields.count <= (model == nil ? 64 : 65) else {
                throw invalid("\(fields.count) fields, expected 2, 3 or 5", number)
            }
            guard let timestamp = Int64(fields[0]) else {
                throw invalid("\"\(fields[0].prefix(40))\" is not a timestamp", number)
            }
            guard let value = Double(fields[1]) else {
                throw invalid("\"\(fields[1].prefix(40))\" is not a number", number)
            }
            var step: Int64 = 0
            if fields.count > 2 {
                guard let given = Int64(fields[2]) else {
                    throw invalid("\"\(fields[2].prefix(40))\" is not a step", number)
                }
                step = given
            }
            var run: RunID?
            if model != nil {
                guard fields.count > 3, let id = RunID(fields[3]) else {
                    throw invalid("no run in the fourth field", number)
                }
                run = id
            }
            points.append(
                Point(
                    metric: Metric(
                        key: key, value: value, timestamp: Timestamp(milliseconds: timestamp),
                        step: step,
                        subject: model.flatMap { subject($0, Array(fields.dropFirst(4))) }
                    ), run: run))
        }
        return points
    }

    private func invalid(_ message: String, _ line: Int) -> BancadaError {
        BancadaError(.invalidInput, "\(document):\(line): \(message)")
    }
}
