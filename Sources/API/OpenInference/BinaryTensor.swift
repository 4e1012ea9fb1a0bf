import NIOCore
import Workbench

/// Tensors as raw bytes, little-endian and row-major, as the binary tensor data extension has them.
///
/// An element of BYTES is its length in four bytes and then its text. There is no missing element:
/// floating-point types write NaN, the others have nothing to write.
enum BinaryTensor {
    /// What is wrong with bytes that should be a tensor.
    struct Mismatch: Error {
        /// The rest of a sentence that begins with the tensor's name.
        let text: String
    }

    /// Takes `size` bytes from the front of `buffer` as `count` elements of `type`.
    static func read(
        _ buffer: inout ByteBuffer, size: Int, type: TensorType, count: Int
    ) -> Result<TensorElements, Mismatch> {
        guard var slice = buffer.readSlice(length: size) else {
            return .failure(
                Mismatch(
                    text: "is \(buffer.readableBytes) bytes long, shorter than its "
                        + "binary_data_size of \(size)"))
        }
        guard let width = type.elementSize else { return readTexts(&slice, count: count) }
        let (expected, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow, expected == size else {
            return .failure(
                Mismatch(
                    text: "is \(size) bytes long, expected \(width) for each of \(count) elements"))
        }
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        while let element = readNumber(&slice, type: type) {
            // Integers of the right width are in range; infinities and odd booleans are possible.
            guard type.isInteger || element.isNaN || type.element(of: element) != nil else {
                return .failure(Mismatch(text: "holds \(element), which is no \(type.rawValue)"))
            }
            numbers.append(element)
        }
        return .success(.numbers(numbers))
    }

    private static func readTexts(
        _ slice: inout ByteBuffer, count: Int
    ) -> Result<TensorElements, Mismatch> {
        var texts: [String?] = []
        // An element takes four bytes at least, so a wrong shape cannot reserve more than was sent.
        texts.reserveCapacity(min(count, slice.readableBytes / 4))
        while let length = slice.readInteger(endianness: .little, as: UInt32.self) {
            guard let bytes = slice.readBytes(length: Int(length)) else {
                return .failure(Mismatch(text: "ends within an element of \(length) bytes"))
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .failure(Mismatch(text: "holds text that is not UTF-8"))
            }
            texts.append(text)
        }
        guard slice.readableBytes == 0, texts.count == count else {
            return .failure(
                Mismatch(text: "holds \(texts.count) elements, expected \(count)"))
        }
        return .success(.texts(texts))
    }

    private static func readNumber(_ slice: inout ByteBuffer, type: TensorType) -> Double? {
        switch type {
        case .bool, .uint8: integer(&slice, UInt8.self)
        case .uint16: integer(&slice, UInt16.self)
        case .uint32: integer(&slice, UInt32.self)
        case .uint64: integer(&slice, UInt64.self)
        case .int8: integer(&slice, Int8.self)
        case .int16: integer(&slice, Int16.self)
        case .int32: integer(&slice, Int32.self)
        case .int64: integer(&slice, Int64.self)
        case .fp16:
            slice.readInteger(endianness: .little, as: UInt16.self).map(HalfPrecision.decode)
        case .fp32:
            slice.readInteger(endianness: .little, as: UInt32.self)
                .map { Double(Float(bitPattern: $0)) }
        case .fp64:
            slice.readInteger(endianness: .little, as: UInt64.self)
                .map { Double(bitPattern: $0) }
        case .bytes: nil
        }
    }

    private static func integer<T: FixedWidthInteger>(
        _ slice: inout ByteBuffer, _: T.Type
    ) -> Double? {
        slice.readInteger(endianness: .little, as: T.self).map { Double($0) }
    }

    /// Appends the elements of a tensor.
    static func write(_ tensor: Tensor, to buffer: inout ByteBuffer) {
        switch tensor.elements {
        case .texts(let texts):
            for text in texts {
                let text = text ?? ""
                buffer.writeInteger(UInt32(text.utf8.count), endianness: .little)
                buffer.writeString(text)
            }
        case .numbers(let numbers):
            for number in numbers { write(number, as: tensor.type, to: &buffer) }
        }
    }

    private static func write(_ value: Double, as type: TensorType, to buffer: inout ByteBuffer) {
        switch type {
        case .fp64: buffer.writeInteger(value.bitPattern, endianness: .little)
        case .fp32: buffer.writeInteger(Float(value).bitPattern, endianness: .little)
        case .fp16: buffer.writeInteger(HalfPrecision.encode(value), endianness: .little)
        case .bool, .uint8: writeInteger(value, UInt8.self, to: &buffer)
        case .uint16: writeInteger(value, UInt16.self, to: &buffer)
        case .uint32: writeInteger(value, UInt32.self, to: &buffer)
        case .uint64: writeInteger(value, UInt64.self, to: &buffer)
        case .int8: writeInteger(value, Int8.self, to: &buffer)
        case .int16: writeInteger(value, Int16.self, to: &buffer)
        case .int32: writeInteger(value, Int32.self, to: &buffer)
        case .int64: writeInteger(value, Int64.self, to: &buffer)
        case .bytes: break
        }
    }

    /// A missing number becomes 0 and one out of range the nearest bound: integers have nothing
    /// else to say it with.
    private static func writeInteger<T: FixedWidthInteger>(
        _ value: Double, _: T.Type, to buffer: inout ByteBuffer
    ) {
        let bound: T = value.isNaN ? 0 : value < 0 ? .min : .max
        buffer.writeInteger(T(exactly: value.rounded()) ?? bound, endianness: .little)
    }
}
