/// A request to a model, in the shape of the Open Inference Protocol V2.
package struct InferenceRequest: Sendable, Equatable {
    /// The client's own id of the request, returned as it is.
    package let id: String?
    /// The inputs, in the client's order.
    package let inputs: [Tensor]
    /// The outputs that are asked for; empty means all.
    package let outputs: [String]

    /// A request with these inputs.
    package init(id: String? = nil, inputs: [Tensor], outputs: [String] = []) {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// What a model answers.
package struct InferenceResponse: Sendable, Equatable {
    /// The model that answered.
    package let modelName: String
    /// Its version, as text.
    package let modelVersion: String
    /// The request's id.
    package let id: String?
    /// The outputs, in the order that was asked for.
    package let outputs: [Tensor]

    /// An answer of a model version.
    package init(modelName: String, modelVersion: String, id: String?, outputs: [Tensor]) {
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = id
        self.outputs = outputs
    }
}

/// What a served model says of itself.
package struct ModelMetadata: Sendable, Equatable {
    /// The name it is served under.
    package let name: String
    /// The version, as text; "1" when it came from a folder.
    package let version: String
    /// The kind of model, such as `bancada_tabular`.
    package let platform: String
    /// The inputs it takes.
    package let inputs: [TensorSpecification]
    /// The outputs it gives.
    package let outputs: [TensorSpecification]
    /// What else clients want to know, as texts by name: the order of features and of classes.
    package let properties: [String: String]

    /// The description of a served model.
    package init(
        name: String, version: String, platform: String, inputs: [TensorSpecification],
        outputs: [TensorSpecification], properties: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
        self.properties = properties
    }
}
