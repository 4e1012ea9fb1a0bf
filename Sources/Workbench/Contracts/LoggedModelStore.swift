/// Logged models, with MLflow's rules. Implemented in Store.
///
/// Any task of any process may call it. Every write is durable when the call returns. A deleted
/// model is `notFound` everywhere. Tags, params and metrics leave a model's time of change.
package protocol LoggedModelStore: Sendable {
    /// Makes a model.
    ///
    /// - Throws: `notFound` for a missing experiment or run; `invalidInput` for a deleted
    ///   experiment and for bad names, params or tags.
    func createLoggedModel(
        _ model: NewLoggedModel, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel
    /// The model with this id.
    ///
    /// - Throws: `notFound`.
    func loggedModel(_ id: LoggedModelID) async throws(BancadaError) -> LoggedModel
    /// Notes whether the model's files are complete.
    ///
    /// - Throws: `notFound`.
    func finalize(
        _ id: LoggedModelID, _ status: LoggedModelStatus, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel
    /// Moves a model to the bin.
    ///
    /// - Throws: `notFound`.
    func deleteLoggedModel(_ id: LoggedModelID, at time: Timestamp) async throws(BancadaError)
    /// Sets tags, all or none.
    ///
    /// - Throws: `notFound`; `invalidInput` for bad keys or values.
    func setTags(_ tags: [Tag], of id: LoggedModelID) async throws(BancadaError) -> LoggedModel
    /// Removes a tag.
    ///
    /// - Throws: `notFound` also when the tag is absent.
    func deleteTag(_ key: String, of id: LoggedModelID) async throws(BancadaError)
    /// Adds params, all or none; they are written once: the same value again is accepted.
    ///
    /// - Throws: `notFound`; `invalidInput` for another value and for bad keys or values.
    func logParams(
        _ params: [Param], to id: LoggedModelID
    ) async throws(BancadaError) -> LoggedModel
    /// Models that `query` describes.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...1000 or a token that is not of this query.
    func loggedModels(
        _ query: LoggedModelQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<LoggedModel>
}
