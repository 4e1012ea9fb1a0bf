/// The data types of the Open Inference Protocol that tabular models use.
package enum TensorType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case fp16 = "FP16"
    case fp32 = "FP32"
    case fp64 = "FP64"
    case bytes = "BYTES"
}

/// The elements of a tensor, row-major.
package enum TensorElements: Sendable, Equatable {
    /// BOOL, 0 or 1, and every numeric type; a missing element (`null`) is NaN. Integers beyond
    /// 2^53 are rounded.
    case numbers([Double])
    /// BYTES as UTF-8 text; a missing element (`null`) is nil.
    case texts([String?])

    /// How many elements there are.
    package var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }
}

/// A named tensor of a request or a response.
package struct Tensor: Sendable, Equatable {
    /// The name of the input or output.
    package let name: String
    /// The type on the wire.
    package let type: TensorType
    /// Sizes of the dimensions, outermost first.
    package let shape: [Int]
    /// The elements; as many as the product of `shape`.
    package let elements: TensorElements

    /// A tensor; whoever decodes one checks that `elements` and `shape` agree.
    package init(name: String, type: TensorType, shape: [Int], elements: TensorElements) {
        self.name = name
        self.type = type
        self.shape = shape
        self.elements = elements
    }
}

/// One published input or output of a model; -1 in the shape is any size.
package struct TensorSpecification: Sendable, Equatable {
    /// The name of the input or output.
    package let name: String
    /// The type on the wire.
    package let type: TensorType
    /// Sizes of the dimensions, -1 where any size will do.
    package let shape: [Int]

    /// A published input or output.
    package init(name: String, type: TensorType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}
