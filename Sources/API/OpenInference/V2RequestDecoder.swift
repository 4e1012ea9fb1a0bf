import Documents
package import NIOCore
package import Workbench

/// Reads an infer request of the Open Inference Protocol V2: JSON, with the tensors that the binary
/// tensor data extension puts behind it.
///
/// Accepts what the specification says: flat and nested `data`, every data type, members in any
/// order. Beyond it, `null` is a missing element. Every error names the place and what is expected.
package struct V2RequestDecoder {
    /// KServe's client repeats the model of the path in the body, where the specification has none.
    private static let members = [
        "id", "parameters", "inputs", "outputs", "model_name", "model_version",
    ]
    private static let inputMembers = ["name", "shape", "datatype", "parameters", "data"]
    private static let outputMembers = ["name", "parameters"]
    /// More dimensions than any model has; bounds the recursion over nested data.
    private static let maximumRank = 8

    /// What follows the JSON, consumed input by input.
    private var binary: ByteBuffer

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - json: the JSON part.
    ///   - binary: what follows it.
    /// - Throws: `invalidInput` naming line, column and member.
    package static func decode(
        json: [UInt8], binary: ByteBuffer = ByteBuffer()
    ) throws(BancadaError) -> V2Request {
        let node = try JSONParser.parse(json, document: "request")
        let fields = try ObjectFields(node, document: "request")
        var decoder = V2RequestDecoder(binary: binary)
        return try decoder.request(fields)
    }

    private mutating func request(_ fields: ObjectFields) throws(BancadaError) -> V2Request {
        try fields.refuseUnknown(known: Self.members)
        let id: String? = fields.optional("id") == nil ? nil : try fields.string("id")
        let inputs = try self.inputs(fields)
        var names: [String] = []
        var binaryOutputs: [String: Bool] = [:]
        for output in try fields.optional("outputs") == nil ? [] : fields.objects("outputs") {
            try output.refuseUnknown(known: Self.outputMembers)
            let name = try output.string("name")
            if names.contains(name) {
                throw output.invalid("name", "\"\(name)\" is asked for twice")
            }
            names.append(name)
            binaryOutputs[name] = try Self.flag("binary_data", of: output)
            try Self.refuse("classification", in: output)
        }
        if binary.readableBytes > 0 {
            throw BancadaError(
                .invalidInput,
                "\(binary.readableBytes) bytes follow the tensors of the request, expected none")
        }
        try Self.refuse("sequence_id", in: fields)
        var request = V2Request(InferenceRequest(id: id, inputs: inputs, outputs: names))
        request.binaryByDefault = try Self.flag("binary_data_output", of: fields) ?? false
        request.binaryOutputs = binaryOutputs
        return request
    }

    private mutating func inputs(_ fields: ObjectFields) throws(BancadaError) -> [Tensor] {
        var inputs: [Tensor] = []
        var seen: Set<String> = []
        for input in try fields.objects("inputs") {
            let tensor = try self.input(input)
            guard seen.insert(tensor.name).inserted else {
                throw input.invalid("name", "\"\(tensor.name)\" is the name of two inputs")
            }
            inputs.append(tensor)
        }
        if inputs.isEmpty {
            throw fields.invalid("inputs", "is empty, expected at least one input")
        }
        return inputs
    }

    private mutating func input(_ input: ObjectFields) throws(BancadaError) -> Tensor {
        try input.refuseUnknown(known: Self.inputMembers)
        let name = try input.string("name")
        if name.isEmpty { throw input.invalid("name", "is empty") }
        let type = try Self.type(input)
        let (shape, count) = try Self.shape(input)
        let elements: TensorElements
        if let size = try Self.binarySize(input) {
            if input.optional("data") != nil {
                throw input.invalid("data", "is there beside \"binary_data_size\"")
            }
            let read = BinaryTensor.read(&binary, size: size, type: type, count: count)
            guard case .success(let value) = read else {
                throw Self.binaryError(read, name: name)
            }
            elements = value
        } else {
            let data = try input.array("data")
            let node = Node(.array(data), at: input.location)
            elements = try Self.elements(node, type: type, shape: shape, count: count, of: input)
        }
        return Tensor(name: name, type: type, shape: shape, elements: elements)
    }

    private static func type(_ input: ObjectFields) throws(BancadaError) -> TensorType {
        let text = try input.string("datatype")
        guard let type = TensorType(rawValue: text) else {
            let names = TensorType.allCases.map(\.rawValue).joined(separator: ", ")
            throw input.invalid("datatype", "is \"\(text)\", expected one of \(names)")
        }
        return type
    }

    private static func shape(
        _ input: ObjectFields
    ) throws(BancadaError) -> (shape: [Int], count: Int) {
        var shape: [Int] = []
        var count = 1
        for node in try input.array("shape") {
            guard case .integer(let value) = node.value, value >= 0, let size = Int(exactly: value)
            else { throw input.invalid("shape", "holds a size that is no integer from 0 on") }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { throw input.invalid("shape", "is too large") }
            shape.append(size)
            count = product
        }
        if shape.count > maximumRank {
            throw input.invalid(
                "shape", "has \(shape.count) dimensions, expected at most \(maximumRank)")
        }
        return (shape, count)
    }

    // MARK: - Elements in JSON

    private static func elements(
        _ data: Node, type: TensorType, shape: [Int], count: Int, of input: ObjectFields
    ) throws(BancadaError) -> TensorElements {
        var flat: [Node] = []
        if case .array(let items) = data.value, items.contains(where: \.isArray) {
            try flatten(data, shape: shape[...], of: input, into: &flat)
        } else if case .array(let items) = data.value {
            flat = items
        }
        guard flat.count == count else {
            throw input.invalid(
                "data",
                "has \(flat.count) elements, expected \(count) for the shape \(shape)")
        }
        if type == .bytes {
            var texts: [String?] = []
            texts.reserveCapacity(count)
            for node in flat { texts.append(try text(node, of: input)) }
            return .texts(texts)
        }
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        for node in flat { numbers.append(try number(node, type: type, of: input)) }
        return .numbers(numbers)
    }

    /// Appends the elements of nested arrays, each of which must have the size its dimension says.
    private static func flatten(
        _ node: Node, shape: ArraySlice<Int>, of input: ObjectFields, into flat: inout [Node]
    ) throws(BancadaError) {
        guard let size = shape.first else {
            if node.isArray {
                throw input.invalid("data", "is nested deeper than its shape says")
            }
            flat.append(node)
            return
        }
        guard case .array(let items) = node.value else {
            throw input.invalid("data", "mixes arrays and elements")
        }
        guard items.count == size else {
            throw input.invalid(
                "data",
                "holds an array of \(items.count) at \(place(node)), expected \(size) as the "
                    + "shape says")
        }
        for item in items { try flatten(item, shape: shape.dropFirst(), of: input, into: &flat) }
    }

    private static func text(
        _ node: Node, of input: ObjectFields
    ) throws(BancadaError) -> String? {
        switch node.value {
        case .string(let text): return text
        case .null: return nil
        default: throw mismatch(node, expected: "a string or null for BYTES", of: input)
        }
    }

    private static func number(
        _ node: Node, type: TensorType, of input: ObjectFields
    ) throws(BancadaError) -> Double {
        let value: Double
        switch node.value {
        case .null: return .nan
        case .bool(let flag) where type == .bool: return flag ? 1 : 0
        case .integer(let integer):
            // Beyond 2^53 neighbouring integers share a double, also across a type's bounds: only
            // 64-bit types reach that far, and every Int64 is in range for INT64.
            if type == .int64 { return Double(integer) }
            value = Double(integer)
        case .number(let number): value = number
        default: throw mismatch(node, expected: expectation(type), of: input)
        }
        guard let element = type.element(of: value) else {
            throw mismatch(node, expected: expectation(type), of: input)
        }
        return element
    }

    private static func expectation(_ type: TensorType) -> String {
        switch type {
        case .bool: "true, false, 0, 1 or null for BOOL"
        case .fp16, .fp32, .fp64: "a finite number or null for \(type.rawValue)"
        default: "an integer in the range of \(type.rawValue) or null"
        }
    }

    private static func mismatch(
        _ node: Node, expected: String, of input: ObjectFields
    ) -> BancadaError {
        let found =
            switch node.value {
            case .integer(let value): "\(value)"
            case .number(let value): "\(value)"
            default: node.kind
            }
        return input.invalid(
            "data",
            "holds \(found) at \(place(node)), expected \(expected)")
    }

    private static func place(_ node: Node) -> String {
        "\(node.location.line):\(node.location.column)"
    }

    // MARK: - Parameters

    private static func parameter(
        _ name: String, of fields: ObjectFields
    ) throws(BancadaError) -> Node? {
        guard fields.optional("parameters") != nil else { return nil }
        return try fields.object("parameters").optional(name)
    }

    private static func flag(
        _ name: String, of fields: ObjectFields
    ) throws(BancadaError) -> Bool? {
        guard let node = try parameter(name, of: fields) else { return nil }
        guard case .bool(let value) = node.value else {
            throw fields.invalid("parameters", "says \(node.kind) for \(name), expected a boolean")
        }
        return value
    }

    private static func binarySize(_ input: ObjectFields) throws(BancadaError) -> Int? {
        guard let node = try parameter("binary_data_size", of: input) else { return nil }
        guard case .integer(let value) = node.value, value >= 0, let size = Int(exactly: value)
        else {
            throw input.invalid("parameters", "says a binary_data_size that is no size in bytes")
        }
        return size
    }

    /// Refuses by name a parameter that changes what the answer means, and that no model here has.
    private static func refuse(_ name: String, in fields: ObjectFields) throws(BancadaError) {
        guard let node = try parameter(name, of: fields) else { return }
        // Clients write the value that means "no sequence" too.
        if case .integer(0) = node.value { return }
        if case .string("") = node.value { return }
        throw fields.invalid("parameters", "asks for \(name), which is not supported here")
    }

    private static func binaryError(
        _ read: Result<TensorElements, BinaryTensor.Mismatch>, name: String
    ) -> BancadaError {
        let reason = if case .failure(let mismatch) = read { mismatch.text } else { "" }
        return BancadaError(.invalidInput, "the binary data of input \"\(name)\" \(reason)")
    }
}

extension Node {
    fileprivate var isArray: Bool {
        if case .array = value { true } else { false }
    }
}
