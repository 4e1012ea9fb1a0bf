import Documents
import NIOCore
package import Workbench

/// Writes answers of the Open Inference Protocol V2.
package enum V2Response {
    /// The answer as one JSON document. Equal answers give equal bytes, whichever route wrote them.
    package static func json(_ response: InferenceResponse) -> [UInt8] {
        write(response) { _ in false }
    }

    /// The answer with some outputs as raw bytes behind the JSON.
    ///
    /// - Returns: the JSON part, and the tensors in the order of the outputs.
    static func binary(
        _ response: InferenceResponse, isBinary: (String) -> Bool
    ) -> (json: [UInt8], tensors: ByteBuffer) {
        var tensors = ByteBuffer()
        for output in response.outputs where isBinary(output.name) {
            BinaryTensor.write(output, to: &tensors)
        }
        return (write(response, isBinary: isBinary), tensors)
    }

    private static func write(
        _ response: InferenceResponse, isBinary: (String) -> Bool
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append("{\"model_name\":", to: &bytes)
        JSONWriter.append(response.modelName, to: &bytes)
        append(",\"model_version\":", to: &bytes)
        JSONWriter.append(response.modelVersion, to: &bytes)
        if let id = response.id {
            append(",\"id\":", to: &bytes)
            JSONWriter.append(id, to: &bytes)
        }
        append(",\"outputs\":[", to: &bytes)
        for (position, output) in response.outputs.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(output, asBinary: isBinary(output.name), to: &bytes)
        }
        append("]}", to: &bytes)
        return bytes
    }

    private static func append(_ output: Tensor, asBinary: Bool, to bytes: inout [UInt8]) {
        append("{\"name\":", to: &bytes)
        JSONWriter.append(output.name, to: &bytes)
        append(",\"datatype\":\"", to: &bytes)
        append(output.type.rawValue, to: &bytes)
        append("\",\"shape\":[", to: &bytes)
        for (position, size) in output.shape.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(size, to: &bytes)
        }
        if asBinary {
            var tensor = ByteBuffer()
            BinaryTensor.write(output, to: &tensor)
            append("],\"parameters\":{\"binary_data_size\":", to: &bytes)
            append(tensor.readableBytes, to: &bytes)
            append("}}", to: &bytes)
        } else {
            append("],\"data\":[", to: &bytes)
            append(output.elements, as: output.type, to: &bytes)
            append("]}", to: &bytes)
        }
    }

    private static func append(
        _ elements: TensorElements, as type: TensorType, to bytes: inout [UInt8]
    ) {
        switch elements {
        case .texts(let texts):
            for (position, text) in texts.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                if let text {
                    JSONWriter.append(text, to: &bytes)
                } else {
                    append("null", to: &bytes)
                }
            }
        case .numbers(let numbers):
            for (position, number) in numbers.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                append(number, as: type, to: &bytes)
            }
        }
    }

    /// What JSON cannot say, NaN and the infinities, becomes null, which is a missing element in
    /// requests too.
    static func append(_ number: Double, as type: TensorType, to bytes: inout [UInt8]) {
        guard number.isFinite else { return append("null", to: &bytes) }
        switch type {
        case .bool: append(number == 0 ? "false" : "true", to: &bytes)
        case .fp32, .fp16: append(Float(number).description, to: &bytes)
        case .fp64, .bytes: append(number.description, to: &bytes)
        default:
            if let integer = Int(exactly: number) {
                append(integer, to: &bytes)
            } else {
                append(number.description, to: &bytes)
            }
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        if (0..<10).contains(number) {
            bytes.append(UInt8(ascii: "0") + UInt8(number))
        } else {
            append(String(number), to: &bytes)
        }
    }
}
