import Documents
package import Workbench

/// The V1 inference protocol of KServe: rows in, predictions out.
///
/// `instances` (or `inputs`) is a list of rows: lists of cells in the order of the model's
/// features, objects from feature to cell, or single cells for a model with one feature. `null` is
/// a missing cell.
package enum V1Codec {
    /// Reads the body of a predict request.
    ///
    /// - Throws: `invalidInput` naming line, column and member.
    package static func decode(_ json: [UInt8]) throws(BancadaError) -> InferenceRequest {
        let node = try JSONParser.parse(json, document: "request")
        let fields = try ObjectFields(node, document: "request")
        try fields.refuseUnknown(known: ["instances", "inputs", "parameters", "signature_name"])
        let name = fields.optional("instances") == nil ? "inputs" : "instances"
        guard fields.optional(name) != nil else {
            throw fields.invalid("instances", "is missing, expected a list of rows")
        }
        if name == "instances", fields.optional("inputs") != nil {
            throw fields.invalid("inputs", "is there beside \"instances\", expected one of them")
        }
        let rows = try fields.array(name)
        guard let first = rows.first else {
            throw fields.invalid(name, "is empty, expected at least one row")
        }
        if case .object = first.value {
            return InferenceRequest(inputs: try columns(rows, name: name, of: fields))
        }
        return InferenceRequest(inputs: [try matrix(rows, name: name, of: fields)])
    }

    /// Writes the answer: the model's first output as `predictions`.
    package static func encode(_ response: InferenceResponse) -> [UInt8] {
        var predictions: [JSON] = []
        if let output = response.outputs.first {
            switch output.elements {
            case .texts(let texts): predictions = texts.map { JSON($0) }
            case .numbers(let numbers): predictions = numbers.map { json($0, type: output.type) }
            }
        }
        return (["predictions": .array(predictions)] as JSON).compactBytes
    }

    private static func json(_ number: Double, type: TensorType) -> JSON {
        guard number.isFinite else { return .null }
        if type == .bool { return .bool(number != 0) }
        if type.isInteger, let integer = Int64(exactly: number) { return .integer(integer) }
        return .number(number)
    }

    // MARK: - Rows as objects

    private static func columns(
        _ rows: [Node], name: String, of fields: ObjectFields
    ) throws(BancadaError) -> [Tensor] {
        var names: [String] = []
        var positions: [String: Int] = [:]
        var cells: [[Node]] = []
        for (index, row) in rows.enumerated() {
            guard case .object(let members) = row.value else {
                throw fields.invalid(
                    name, "holds \(row.kind) at [\(index)], expected an object as at [0]")
            }
            for member in members {
                if let position = positions[member.name] {
                    fill(&cells[position], to: index)
                    cells[position].append(member.value)
                } else {
                    positions[member.name] = names.count
                    names.append(member.name)
                    cells.append([])
                    fill(&cells[names.count - 1], to: index)
                    cells[names.count - 1].append(member.value)
                }
            }
        }
        var tensors: [Tensor] = []
        for (position, column) in names.enumerated() {
            fill(&cells[position], to: rows.count)
            let (type, elements) = try elements(cells[position], name: name, of: fields)
            tensors.append(
                Tensor(name: column, type: type, shape: [rows.count], elements: elements))
        }
        return tensors
    }

    /// A row that does not name a feature misses it.
    private static func fill(_ cells: inout [Node], to count: Int) {
        while cells.count < count {
            cells.append(Node(.null, at: SourceLocation(line: 1, column: 1)))
        }
    }

    // MARK: - Rows as lists

    private static func matrix(
        _ rows: [Node], name: String, of fields: ObjectFields
    ) throws(BancadaError) -> Tensor {
        var cells: [Node] = []
        var width: Int?
        for (index, row) in rows.enumerated() {
            let items: [Node]
            switch row.value {
            case .array(let values): items = values
            case .object: throw fields.invalid(name, "holds an object at [\(index)], not at [0]")
            default: items = [row]
            }
            if let width, width != items.count {
                throw fields.invalid(
                    name, "holds \(items.count) cells at [\(index)], expected \(width) as at [0]")
            }
            width = items.count
            cells.append(contentsOf: items)
        }
        let (type, elements) = try elements(cells, name: name, of: fields)
        return Tensor(
            name: "input-0", type: type, shape: [rows.count, width ?? 0], elements: elements)
    }

    /// Numbers when all cells are numbers or missing, otherwise text, which the model reads by the
    /// type of the feature.
    private static func elements(
        _ cells: [Node], name: String, of fields: ObjectFields
    ) throws(BancadaError) -> (TensorType, TensorElements) {
        var numbers: [Double] = []
        numbers.reserveCapacity(cells.count)
        for cell in cells {
            if let number = cell.double {
                guard number.isFinite else {
                    throw fields.invalid(name, "holds a number beyond the range of FP64")
                }
                numbers.append(number)
            } else if case .null = cell.value {
                numbers.append(.nan)
            } else {
                return (.bytes, .texts(try texts(cells, name: name, of: fields)))
            }
        }
        return (.fp64, .numbers(numbers))
    }

    private static func texts(
        _ cells: [Node], name: String, of fields: ObjectFields
    ) throws(BancadaError) -> [String?] {
        var texts: [String?] = []
        texts.reserveCapacity(cells.count)
        for cell in cells {
            switch cell.value {
            case .null: texts.append(nil)
            case .string(let text): texts.append(text)
            case .bool(let flag): texts.append(flag ? "true" : "false")
            case .integer, .number: texts.append(cell.json.compactText)
            case .array, .object:
                let place = "\(cell.location.line):\(cell.location.column)"
                throw fields.invalid(
                    name,
                    "holds \(cell.kind) at \(place), expected a string, a number, a boolean "
                        + "or null")
            }
        }
        return texts
    }
}
