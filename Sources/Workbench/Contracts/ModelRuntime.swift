/// Loads models of one or more formats. Built-in runtimes and plugins answer to it.
package protocol ModelRuntime: Sendable {
    /// Whether `folder` holds a model of this runtime: a look at file names, nothing is loaded.
    func recognises(folder: String) -> Bool
    /// Loads the model in `folder` to be served as `name` and `version`.
    ///
    /// - Throws: `invalidInput` or `corrupt` naming the file and what is wrong with it;
    ///   `unsupported` for a newer format.
    func load(
        folder: String, name: String, version: String
    ) async throws(BancadaError) -> any ServedModel
}

/// A model in memory. Calls may come from many tasks at once; answers depend on the request alone.
package protocol ServedModel: Sendable {
    /// What the model says of itself; never changes.
    var metadata: ModelMetadata { get }
    /// Arithmetic operations that one row takes, roughly: cheap requests are answered where they
    /// arrive, heavy ones leave the event loop.
    var operationsPerRow: Int { get }
    /// Answers a request.
    ///
    /// - Throws: `invalidInput` for unknown inputs or outputs, wrong types or shapes.
    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse
}

/// A model that another process holds: its answers are waited for, and no thread is held meanwhile.
package protocol RemoteServedModel: ServedModel {
    /// Answers a request.
    ///
    /// - Throws: as `infer`; `pluginFailed`; `timeout`.
    func answer(_ request: InferenceRequest) async throws(BancadaError) -> InferenceResponse
}

extension RemoteServedModel {
    /// Beyond every bound, so that nobody asks for an answer where a request arrives.
    package var operationsPerRow: Int { .max }

    /// - Throws: `unsupported` always: who serves such a model has to wait for `answer`.
    package func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        throw BancadaError(
            .unsupported, "model \"\(metadata.name)\" answers only to callers that can wait")
    }
}
