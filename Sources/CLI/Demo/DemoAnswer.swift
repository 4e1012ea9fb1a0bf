import API
import Documents
import Tabular
import Training
import Workbench

/// The V2 request of the demo: one input a column.
enum DemoQuestion {
    /// The body that asks about every row.
    static func body(_ rows: Table, features: [Feature]) -> JSON {
        let inputs = features.compactMap { feature -> JSON? in
            guard let column = rows[feature.name] else { return nil }
            return [
                "name": .string(feature.name), "shape": [JSON(rows.rowCount)],
                "datatype": feature.type == .text ? "BYTES" : "FP64",
                "data": .array((0..<rows.rowCount).map { value(column, row: $0) }),
            ]
        }
        return ["id": "demo", "inputs": .array(inputs)]
    }

    /// One row as an object, for people.
    static func row(_ rows: Table, features: [Feature], row: Int) -> JSON {
        .object(
            features.compactMap { feature in
                rows[feature.name].map { .init(feature.name, value($0, row: row)) }
            })
    }

    private static func value(_ column: Column, row: Int) -> JSON {
        switch column.values {
        case .numbers(let numbers):
            if numbers[row].isNaN { return .null }
            return column.type == .integer
                ? Int64(exactly: numbers[row]).map(JSON.integer) ?? .number(numbers[row])
                : .number(numbers[row])
        case .texts: return JSON(column.text(row: row))
        }
    }
}

/// What the server answered to the demo's question.
struct DemoAnswer: Sendable {
    /// Where the server was.
    let url: String
    /// The model that answered.
    let modelName: String
    /// Its version.
    let modelVersion: String
    /// The predicted class of every row.
    let labels: [String]
    /// Rows x classes, row after row.
    let probabilities: [Double]

    /// Reads a V2 answer.
    ///
    /// - Throws: `failed` for any other status than 200; `invalidInput` for another shape.
    init(_ reply: HTTPReply, url: String) throws(BancadaError) {
        guard reply.status == 200 else {
            throw BancadaError(.failed, "the server answered \(reply.status): \(reply.text)")
        }
        let root = try ObjectFields(
            try JSONParser.parse(reply.body, document: "answer"), document: "answer")
        self.url = url
        modelName = try root.string("model_name")
        modelVersion = try root.string("model_version")
        var labels: [String] = []
        var probabilities: [Double] = []
        for output in try root.objects("outputs") {
            switch try output.string("name") {
            case "output-0": labels = try output.strings("data")
            case "probabilities": probabilities = try output.array("data").compactMap(\.double)
            default: break
            }
        }
        self.labels = labels
        self.probabilities = probabilities
    }
}
