import Documents
import Foundation
import Workbench

/// What the conformance kit feeds to plugins: a small dataset with numbers, texts and missing values,
/// made by rule, and values for every type of port.
struct SampleInputs {
    /// How many rows the dataset has.
    static let rows = 60
    /// The column with two classes, decided by `length`.
    static let classes = "kind"
    /// The column with a number, nearly linear in `length`.
    static let number = "weight"

    /// The folder everything is written to.
    let folder: String

    /// Writes a dataset folder and returns its path.
    ///
    /// - Throws: `unavailable` when it cannot be written.
    func dataset() throws(BancadaError) -> String {
        let path = folder + "/dataset"
        try write(Self.csv, to: path + "/data.csv")
        try write(Self.schema.prettyText, to: path + "/schema.json")
        return path
    }

    /// An artifact of a type, with something in it.
    ///
    /// - Parameter model: a model's folder, where there is one.
    /// - Throws: `unavailable` when it cannot be written.
    func artifact(
        _ type: ArtifactType, named name: String, model: String?
    ) throws(BancadaError) -> RuntimeArtifact {
        let path: String
        switch type {
        case .dataset: path = try dataset()
        case .model where model != nil: path = model ?? ""
        case .html: path = try file(name, "<p>a page</p>\n")
        case .markdown: path = try file(name, "a *page*\n")
        default: path = try file(name, "{}\n")
        }
        return RuntimeArtifact(name: name, type: type, path: path)
    }

    /// A value of a type.
    static func value(_ type: ParameterType) -> JSON {
        switch type {
        case .string: "text"
        case .integer: 3
        case .number: 0.5
        case .boolean: true
        case .list: [1, 2]
        case .object: ["key": 1]
        }
    }

    /// A value of a setting: its default, else one inside its bounds.
    static func value(_ parameter: ParameterDeclaration) -> JSON {
        if let value = parameter.defaultValue { return value }
        switch parameter.kind {
        case .float(let low, let high, _, _):
            return .number(low.map { $0 + ((high ?? $0 + 1) - $0) / 2 } ?? high ?? 0.5)
        case .int(let low, let high, _, _): return JSON(low ?? high ?? 1)
        case .bool: return true
        case .string: return "text"
        case .categorical(let choices): return choices.first ?? .null
        }
    }

    /// Three rows for an input of a model, taken from the dataset's columns where it is named so.
    static func tensor(_ input: TensorSpecification) -> Tensor {
        let shape = input.shape.enumerated().map { $1 == -1 ? ($0 == 0 ? 3 : 4) : $1 }
        let count = shape.reduce(1, *)
        let elements: TensorElements
        if input.type == .bytes {
            elements = .texts((0..<count).map { ["red", "green", "blue"][$0 % 3] })
        } else if input.type == .bool {
            elements = .numbers((0..<count).map { Double($0 % 2) })
        } else {
            elements = .numbers((0..<count).map { Double($0 % 7 + 1) })
        }
        return Tensor(name: input.name, type: input.type, shape: shape, elements: elements)
    }

    private func file(_ name: String, _ text: String) throws(BancadaError) -> String {
        let path = folder + "/inputs/" + name
        try write(text, to: path)
        return path
    }

    private func write(_ text: String, to path: String) throws(BancadaError) {
        try WorkPaths.makeParent(of: path)
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw BancadaError(.unavailable, "cannot write \(path)", cause: error)
        }
    }

    // MARK: - The dataset

    private struct Row {
        let length: Double?
        let count: Int
        let colour: String?
        let isNew: Bool
        let kind: String
        let weight: Double

        init(_ number: Int) {
            // A fixed walk through 0..<60 that mixes the classes.
            let place = (number * 37) % SampleInputs.rows
            let exact = Double(place) / 4
            length = number % 11 == 5 ? nil : exact
            count = place % 9
            colour = number % 13 == 3 ? nil : ["red", "green", "blue"][place % 3]
            isNew = place % 2 == 0
            kind = place < 30 ? "low" : "high"
            weight = 2 * exact + Double(place % 5) / 10
        }

        var line: String {
            [
                length?.description ?? "", String(count), colour ?? "", String(isNew), kind,
                weight.description,
            ].joined(separator: ",")
        }
    }

    private static var csv: String {
        "length,count,colour,new,\(classes),\(number)\n"
            + (0..<rows).map { Row($0).line + "\n" }.joined()
    }

    private static var schema: JSON {
        let all = (0..<rows).map(Row.init)
        let lengths = all.compactMap(\.length)
        func column(
            _ name: String, _ type: String, missing: Int, _ more: [JSON.Member] = []
        ) -> JSON {
            .object(
                [
                    .init("name", .string(name)), .init("type", .string(type)),
                    .init("count", JSON(rows - missing)), .init("missing", JSON(missing)),
                ] + more)
        }
        func bounds(_ values: [Double]) -> [JSON.Member] {
            [
                .init("minimum", .number(values.min() ?? 0)),
                .init("maximum", .number(values.max() ?? 0)),
            ]
        }
        return [
            "format": "bancada-schema", "version": 1, "rows": JSON(rows),
            "columns": [
                column("length", "number", missing: rows - lengths.count, bounds(lengths)),
                column("count", "integer", missing: 0, bounds(all.map { Double($0.count) })),
                column(
                    "colour", "text", missing: all.filter { $0.colour == nil }.count,
                    [.init("levels", ["blue", "green", "red"])]),
                column("new", "boolean", missing: 0),
                column(classes, "text", missing: 0, [.init("levels", ["high", "low"])]),
                column(number, "number", missing: 0, bounds(all.map(\.weight))),
            ],
        ]
    }
}
