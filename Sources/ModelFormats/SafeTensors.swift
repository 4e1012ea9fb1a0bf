import Documents
package import Workbench

/// The element types of a safetensors file.
package enum SafeTensorType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }
}

/// A named tensor of a safetensors file: row-major, little-endian.
package struct SafeTensor: Sendable, Equatable {
    /// Its name; unique within the file.
    package let name: String
    /// The type of its elements.
    package let type: SafeTensorType
    /// Sizes of the dimensions, outermost first; empty for a scalar.
    package let shape: [Int]
    /// The elements' bytes.
    package let bytes: [UInt8]

    /// A tensor of doubles.
    ///
    /// - Precondition: `values` fill the shape.
    package init(name: String, shape: [Int], values: [Double]) {
        precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
        self.name = name
        type = .f64
        self.shape = shape
        bytes = Self.bytes(values.lazy.map(\.bitPattern))
    }

    /// A tensor of 64-bit integers.
    ///
    /// - Precondition: `values` fill the shape.
    package init(name: String, shape: [Int], values: [Int64]) {
        precondition(values.count == shape.reduce(1, *), "the values do not fill the shape")
        self.name = name
        type = .i64
        self.shape = shape
        bytes = Self.bytes(values.lazy.map(UInt64.init(bitPattern:)))
    }

    init(name: String, type: SafeTensorType, shape: [Int], bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// The elements of an F64 or F32 tensor; nil for other types.
    package var doubles: [Double]? {
        switch type {
        case .f64:
            words(of: UInt64.self).map(Double.init(bitPattern:))
        case .f32:
            words(of: UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }

    /// The elements of an I64 or I32 tensor; nil for other types.
    package var integers: [Int64]? {
        switch type {
        case .i64: words(of: UInt64.self).map(Int64.init(bitPattern:))
        case .i32: words(of: UInt32.self).map { Int64(Int32(bitPattern: $0)) }
        default: nil
        }
    }

    private static func bytes(_ words: some Collection<UInt64>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for var word in words {
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }

    private func words<Word: FixedWidthInteger & UnsignedInteger>(of: Word.Type) -> [Word] {
        let size = Word.bitWidth / 8
        return stride(from: 0, to: bytes.count, by: size).map { start in
            var word: Word = 0
            for index in (0..<size).reversed() { word = word << 8 | Word(bytes[start + index]) }
            return word
        }
    }
}

/// A file of named tensors: eight bytes with the header's length, the header (JSON with type,
/// shape and place of every tensor), the elements.
///
/// Written files are the same for the same tensors: the header is compact, its names sorted within
/// types of falling size, so that every tensor is aligned, and padded with spaces to eight bytes.
package struct SafeTensors: Sendable, Equatable {
    /// The tensors by the order of the file.
    package let tensors: [SafeTensor]
    /// What else the file says: texts by name.
    package let metadata: [String: String]

    /// A file of tensors.
    ///
    /// - Throws: `invalidInput` for names that are there twice or reserved.
    package init(
        tensors: [SafeTensor], metadata: [String: String] = [:]
    ) throws(BancadaError) {
        var names: Set<String> = ["__metadata__"]
        for tensor in tensors where !names.insert(tensor.name).inserted {
            throw BancadaError(
                .invalidInput, "the tensor name \"\(tensor.name)\" is reserved or there twice")
        }
        self.tensors = tensors.sorted { ($1.type.size, $0.name) < ($0.type.size, $1.name) }
        self.metadata = metadata
    }

    /// The tensor `name`; nil when there is none.
    package subscript(name: String) -> SafeTensor? {
        tensors.first { $0.name == name }
    }

    /// The bytes of the file.
    package var bytes: [UInt8] {
        var members: [JSON.Member] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }
            members.append(
                .init("__metadata__", .object(texts.map { .init($0.key, .string($0.value)) })))
        }
        var place = 0
        for tensor in tensors {
            let end = place + tensor.bytes.count
            members.append(
                .init(
                    tensor.name,
                    [
                        "dtype": .string(tensor.type.rawValue),
                        "shape": .array(tensor.shape.map { JSON($0) }),
                        "data_offsets": [JSON(place), JSON(end)],
                    ]))
            place = end
        }
        var header = JSON.object(members).compactBytes
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var file = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) }
        file.reserveCapacity(8 + header.count + place)
        file += header
        for tensor in tensors { file += tensor.bytes }
        return file
    }
}
