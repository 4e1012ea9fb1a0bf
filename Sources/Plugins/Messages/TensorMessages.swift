import Documents
import Workbench

extension InferenceRequest {
    /// The request as the Open Inference Protocol V2 writes it. A missing number is null.
    var json: JSON {
        var members: [JSON.Member] = []
        if let id { members.append(JSON.Member("id", .string(id))) }
        members.append(JSON.Member("inputs", .array(inputs.map(\.json))))
        if !outputs.isEmpty {
            let names = outputs.map { name -> JSON in ["name": .string(name)] }
            members.append(JSON.Member("outputs", .array(names)))
        }
        return .object(members)
    }
}

extension Tensor {
    /// The tensor as the Open Inference Protocol V2 writes it, its elements in one flat list.
    var json: JSON {
        let data: [JSON] =
            switch elements {
            case .texts(let texts): texts.map { JSON($0) }
            case .numbers(let numbers): numbers.map { Self.element($0, type) }
            }
        return [
            "name": .string(name), "shape": .array(shape.map { JSON($0) }),
            "datatype": .string(type.rawValue), "data": .array(data),
        ]
    }

    private static func element(_ number: Double, _ type: TensorType) -> JSON {
        guard number.isFinite else { return .null }
        switch type {
        case .bool: return .bool(number != 0)
        case .fp16, .fp32, .fp64, .bytes: return .number(number)
        default:
            guard let integer = Int64(exactly: number) else { return .number(number) }
            return .integer(integer)
        }
    }

    /// Reads a tensor of an answer, flat or nested as its shape says.
    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "shape", "datatype", "data", "parameters"])
        let name = try fields.string("name")
        let type = try fields.tensorType()
        var shape: [Int] = []
        var count = 1
        for size in try fields.sizes("shape") {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { throw fields.invalid("shape", "is no shape") }
            shape.append(size)
            count = product
        }
        var flat: [Node] = []
        for item in try fields.array("data") { Self.flatten(item, into: &flat) }
        guard flat.count == count else {
            throw fields.invalid(
                "data", "has \(flat.count) elements, expected \(count) for the shape \(shape)")
        }
        let elements = try Self.elements(flat, type: type, of: fields)
        self.init(name: name, type: type, shape: shape, elements: elements)
    }

    private static func flatten(_ node: Node, into flat: inout [Node]) {
        guard case .array(let items) = node.value else { return flat.append(node) }
        for item in items { flatten(item, into: &flat) }
    }

    private static func elements(
        _ flat: [Node], type: TensorType, of fields: ObjectFields
    ) throws(BancadaError) -> TensorElements {
        var texts: [String?] = []
        var numbers: [Double] = []
        for node in flat {
            switch (type, node.value) {
            case (.bytes, .string(let text)): texts.append(text)
            case (.bytes, .null): texts.append(nil)
            case (.bytes, _): throw mismatch(node, "a string or null", type, of: fields)
            case (_, .null): numbers.append(.nan)
            case (.bool, .bool(let flag)): numbers.append(flag ? 1 : 0)
            case (.bool, .integer(let value)) where value == 0 || value == 1:
                numbers.append(Double(value))
            case (.fp16, .number(let value)), (.fp32, .number(let value)),
                (.fp64, .number(let value)):
                numbers.append(value)
            case (.bool, _): throw mismatch(node, "a boolean or null", type, of: fields)
            case (_, .integer(let value)): numbers.append(Double(value))
            default: throw mismatch(node, "a number or null", type, of: fields)
            }
        }
        return type == .bytes ? .texts(texts) : .numbers(numbers)
    }

    private static func mismatch(
        _ node: Node, _ expected: String, _ type: TensorType, of fields: ObjectFields
    ) -> BancadaError {
        fields.invalid(
            "data", "holds \(node.kind), expected \(expected) for \(type.rawValue)")
    }
}

extension ObjectFields {
    /// The tensor type of the member `datatype`.
    func tensorType() throws(BancadaError) -> TensorType {
        let word = try string("datatype")
        guard let type = TensorType(rawValue: word) else {
            let names = TensorType.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("datatype", "is \"\(word)\", expected one of \(names)")
        }
        return type
    }

    /// The integers of the array `name`.
    func sizes(_ name: String) throws(BancadaError) -> [Int] {
        var sizes: [Int] = []
        for node in try array(name) {
            guard case .integer(let value) = node.value, let size = Int(exactly: value) else {
                throw invalid(name, "holds \(node.kind), expected integers")
            }
            sizes.append(size)
        }
        return sizes
    }

    /// The published inputs or outputs of a model.
    func tensorSpecifications(_ name: String) throws(BancadaError) -> [TensorSpecification] {
        var result: [TensorSpecification] = []
        for fields in try objects(name) {
            try fields.refuseUnknown(known: ["name", "datatype", "shape"])
            let specification = TensorSpecification(
                name: try fields.string("name"), type: try fields.tensorType(),
                shape: try fields.sizes("shape"))
            if specification.shape.contains(where: { $0 < -1 }) {
                throw fields.invalid("shape", "holds a size below -1")
            }
            if result.contains(where: { $0.name == specification.name }) {
                throw fields.invalid("name", "\"\(specification.name)\" is there twice")
            }
            result.append(specification)
        }
        if result.isEmpty { throw invalid(name, "is empty") }
        return result
    }
}
