package import Workbench

/// A request of the Open Inference Protocol: what is asked of the model, and in which form the
/// answer's tensors go out.
package struct V2Request: Sendable, Equatable {
    /// What the model is asked.
    package var inference: InferenceRequest
    /// Whether outputs go out as raw bytes where nothing is said of them by name
    /// (`parameters.binary_data_output`).
    package var binaryByDefault = false
    /// What is said of single outputs (`outputs[].parameters.binary_data`).
    package var binaryOutputs: [String: Bool] = [:]

    /// A request whose answer is JSON.
    package init(_ inference: InferenceRequest) {
        self.inference = inference
    }

    /// Whether the output goes out as raw bytes.
    package func isBinary(output: String) -> Bool {
        binaryOutputs[output] ?? binaryByDefault
    }
}
