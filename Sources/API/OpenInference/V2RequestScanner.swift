package import Workbench

/// Reads the common form of an infer request straight from its bytes, without a tree.
///
/// Goals in order: what it accepts means exactly what `V2RequestDecoder` reads; then speed. What it
/// is not sure of (escapes, nested data, parameters, unknown or repeated members, anything wrong)
/// it leaves to the decoder, which also words the errors.
package struct V2RequestScanner {
    private var cursor = ByteCursor()

    private init() {}

    /// The request in `bytes`; nil when the decoder must look.
    package static func scan(_ bytes: Span<UInt8>) -> InferenceRequest? {
        var scanner = V2RequestScanner()
        return scanner.request(bytes)
    }

    private mutating func request(_ bytes: Span<UInt8>) -> InferenceRequest? {
        var id: String?
        var inputs: [Tensor]?
        var outputs: [String]?
        guard cursor.take(UInt8(ascii: "{"), bytes) else { return nil }
        repeat {
            switch cursor.key(bytes) {
            case .id where id == nil:
                guard let text = cursor.string(bytes) else { return nil }
                id = text
            case .inputs where inputs == nil:
                guard let tensors = self.inputs(bytes) else { return nil }
                inputs = tensors
            case .outputs where outputs == nil:
                guard let names = self.outputs(bytes) else { return nil }
                outputs = names
            default: return nil
            }
        } while cursor.take(UInt8(ascii: ","), bytes)
        guard cursor.take(UInt8(ascii: "}"), bytes), cursor.isAtEnd(bytes), let inputs
        else { return nil }
        return InferenceRequest(id: id, inputs: inputs, outputs: outputs ?? [])
    }

    private mutating func outputs(_ bytes: Span<UInt8>) -> [String]? {
        guard cursor.take(UInt8(ascii: "["), bytes) else { return nil }
        var names: [String] = []
        repeat {
            guard cursor.take(UInt8(ascii: "{"), bytes), cursor.key(bytes) == .name,
                let name = cursor.string(bytes), !names.contains(name),
                cursor.take(UInt8(ascii: "}"), bytes)
            else { return nil }
            names.append(name)
        } while cursor.take(UInt8(ascii: ","), bytes)
        return cursor.take(UInt8(ascii: "]"), bytes) ? names : nil
    }

    private mutating func inputs(_ bytes: Span<UInt8>) -> [Tensor]? {
        guard cursor.take(UInt8(ascii: "["), bytes) else { return nil }
        var tensors: [Tensor] = []
        repeat {
            guard let tensor = input(bytes) else { return nil }
            // A handful of columns is compared faster than hashed; many are left to the decoder.
            if tensors.count >= 256 || tensors.contains(where: { $0.name == tensor.name }) {
                return nil
            }
            tensors.append(tensor)
        } while cursor.take(UInt8(ascii: ","), bytes)
        return cursor.take(UInt8(ascii: "]"), bytes) ? tensors : nil
    }

    private mutating func input(_ bytes: Span<UInt8>) -> Tensor? {
        var name: String?
        var type: TensorType?
        var shape: [Int]?
        var elements: TensorElements?
        guard cursor.take(UInt8(ascii: "{"), bytes) else { return nil }
        repeat {
            switch cursor.key(bytes) {
            case .name where name == nil:
                guard let text = cursor.string(bytes), !text.isEmpty else { return nil }
                name = text
            case .datatype where type == nil:
                guard let text = cursor.string(bytes), let known = TensorType(rawValue: text)
                else { return nil }
                type = known
            case .shape where shape == nil:
                guard let sizes = self.shape(bytes) else { return nil }
                shape = sizes
            case .data where elements == nil:
                guard let type, let data = data(type, bytes) else { return nil }
                elements = data
            default: return nil
            }
        } while cursor.take(UInt8(ascii: ","), bytes)
        guard cursor.take(UInt8(ascii: "}"), bytes), let name, let type, let shape, let elements,
            shape.reduce(1, &*) == elements.count
        else { return nil }
        return Tensor(name: name, type: type, shape: shape, elements: elements)
    }

    /// One or two sizes of at most nine digits, whose product cannot overflow.
    private mutating func shape(_ bytes: Span<UInt8>) -> [Int]? {
        guard cursor.take(UInt8(ascii: "["), bytes), let first = cursor.size(bytes)
        else { return nil }
        var sizes = [first]
        if cursor.take(UInt8(ascii: ","), bytes) {
            guard let second = cursor.size(bytes) else { return nil }
            sizes.append(second)
        }
        return cursor.take(UInt8(ascii: "]"), bytes) ? sizes : nil
    }

    private mutating func data(_ type: TensorType, _ bytes: Span<UInt8>) -> TensorElements? {
        guard cursor.take(UInt8(ascii: "["), bytes) else { return nil }
        if type == .bytes {
            var texts: [String?] = []
            repeat {
                if cursor.takeNull(bytes) {
                    texts.append(nil)
                } else {
                    guard let text = cursor.string(bytes) else { return nil }
                    texts.append(text)
                }
            } while cursor.take(UInt8(ascii: ","), bytes)
            return cursor.take(UInt8(ascii: "]"), bytes) ? .texts(texts) : nil
        }
        var numbers: [Double] = []
        numbers.reserveCapacity(32)
        repeat {
            if let value = cursor.number(bytes) {
                guard let element = type.element(of: value) else { return nil }
                numbers.append(element)
            } else if cursor.takeNull(bytes) {
                numbers.append(.nan)
            } else {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","), bytes)
        return cursor.take(UInt8(ascii: "]"), bytes) ? .numbers(numbers) : nil
    }
}
