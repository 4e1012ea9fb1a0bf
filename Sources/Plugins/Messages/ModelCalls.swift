package import Documents
package import Workbench

/// `model.load`: load a model folder under a handle of the host's choice.
package struct ModelLoadCall: PluginCall, Equatable {
    /// What a loaded model takes and gives.
    package struct Answer: Sendable, Equatable {
        /// The inputs.
        package let inputs: [TensorSpecification]
        /// The outputs.
        package let outputs: [TensorSpecification]
    }

    package static let method = "model.load"

    /// The handle by which later requests name the model.
    package let model: String
    /// Which of the plugin's runtimes is meant.
    package let format: String
    /// The model's folder.
    package let path: String

    /// Loads the folder at `path` as `model`.
    package init(model: String, format: String, path: String) {
        self.model = model
        self.format = format
        self.path = path
    }

    package var params: JSON {
        ["model": .string(model), "format": .string(format), "path": .string(path)]
    }

    package func read(_ result: ObjectFields) throws(BancadaError) -> Answer {
        try result.refuseUnknown(known: ["inputs", "outputs"])
        return Answer(
            inputs: try result.tensorSpecifications("inputs"),
            outputs: try result.tensorSpecifications("outputs"))
    }
}

/// `model.predict`: answer an inference request in the shape of the Open Inference Protocol V2.
package struct ModelPredictCall: PluginCall, Equatable {
    package static let method = "model.predict"

    /// The handle of a loaded model.
    package let model: String
    /// What is asked.
    package let request: InferenceRequest

    /// Asks `model`.
    package init(model: String, request: InferenceRequest) {
        self.model = model
        self.request = request
    }

    package var params: JSON {
        ["model": .string(model), "request": request.json]
    }

    /// The output tensors.
    package func read(_ result: ObjectFields) throws(BancadaError) -> [Tensor] {
        try result.refuseUnknown(known: ["response"])
        let response = try result.object("response")
        try response.refuseUnknown(known: ["model_name", "model_version", "id", "outputs"])
        var outputs: [Tensor] = []
        for output in try response.objects("outputs") {
            outputs.append(try Tensor(output))
        }
        return outputs
    }
}

/// `model.unload`: forget a model.
package struct ModelUnloadCall: PluginCall, Equatable {
    package static let method = "model.unload"

    /// The handle of a loaded model.
    package let model: String

    /// Forgets `model`.
    package init(model: String) {
        self.model = model
    }

    package var params: JSON { ["model": .string(model)] }

    package func read(_ result: ObjectFields) throws(BancadaError) {
        try result.refuseUnknown(known: [])
    }
}
