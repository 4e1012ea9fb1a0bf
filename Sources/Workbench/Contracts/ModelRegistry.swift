/// Registered models, versions and aliases, with MLflow's rules. Implemented in Store.
///
/// Every write is durable when the call returns. Tags and aliases leave the times of change, of a
/// model and of its versions.
package protocol ModelRegistry: Sendable {
    /// Registers a model without versions.
    ///
    /// - Throws: `conflict` when the name is taken; `invalidInput` for a bad name.
    func createModel(
        named name: String, description: String, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel
    /// The entry with this name.
    ///
    /// - Throws: `notFound`.
    func model(named name: String) async throws(BancadaError) -> RegisteredModel
    /// Entries that `query` describes (fields of `SearchSubject.registeredModels`), in its order.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...1000 or a token that is not of this query.
    func models(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<RegisteredModel>
    /// Changes name or description; nil leaves a field as it is. A new name changes the versions too.
    ///
    /// - Throws: `notFound`; `conflict` for a taken name; `invalidInput` for a bad one.
    func updateModel(
        named name: String, newName: String?, description: String?, at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel
    /// Deletes an entry with its versions, aliases and tags.
    ///
    /// - Throws: `notFound`.
    func deleteModel(named name: String) async throws(BancadaError)
    /// Sets a tag of an entry.
    func setTag(_ tag: Tag, ofModel name: String) async throws(BancadaError)
    /// Removes a tag of an entry; an absent one is not an error, as in MLflow.
    func deleteTag(_ key: String, ofModel name: String) async throws(BancadaError)

    /// Adds a version with the next number, creating the entry when it does not exist and
    /// `version.makesEntry`, moves the given aliases to it, and notes it in the tag
    /// `mlflow.modelVersions` of its logged model, all in one transaction.
    ///
    /// - Throws: `invalidInput` for bad names, aliases or tags; `notFound` for a missing entry, run,
    ///   logged model or content.
    func createVersion(
        _ version: NewModelVersion, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion
    /// A version by number.
    ///
    /// - Throws: `notFound`.
    func version(_ version: Int, ofModel name: String) async throws(BancadaError) -> ModelVersion
    /// The version that an alias points at; `latest`, in any case, is the greatest version.
    ///
    /// - Throws: `notFound` for the model and for the alias (MLflow's protocol answers 400 for it).
    func version(
        alias: String, ofModel name: String
    ) async throws(BancadaError) -> ModelVersion
    /// Versions that `query` describes (fields of `SearchSubject.modelVersions`), in its order.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...200000 or a token that is not of this query.
    func versions(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<ModelVersion>
    /// Moves a version to a stage; where `archivesOthers`, the versions that are in it go to
    /// `archived`, in the same transaction.
    ///
    /// - Throws: `notFound`; `invalidInput` for archiving others of the stages `none` and `archived`.
    func moveVersion(
        _ version: Int, ofModel name: String, to stage: ModelStage, archivesOthers: Bool,
        at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion
    /// All versions of a model, newest first.
    func versions(ofModel name: String) async throws(BancadaError) -> [ModelVersion]
    /// Changes a version's description; the model's time of change stays.
    func updateVersion(
        _ version: Int, ofModel name: String, description: String, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion
    /// Deletes a version and the aliases that point at it. Its number is never used again.
    func deleteVersion(
        _ version: Int, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError)
    /// Sets a tag of a version.
    func setTag(
        _ tag: Tag, ofVersion version: Int, model name: String
    ) async throws(BancadaError)
    /// Removes a tag of a version; an absent one is not an error.
    func deleteTag(
        _ key: String, ofVersion version: Int, model name: String
    ) async throws(BancadaError)
    /// Points an alias at a version, moving it when it exists.
    ///
    /// - Throws: `notFound` for the version; `invalidInput` for a bad alias.
    func setAlias(
        _ alias: String, version: Int, ofModel name: String
    ) async throws(BancadaError)
    /// Removes an alias; an absent one is not an error.
    func deleteAlias(_ alias: String, ofModel name: String) async throws(BancadaError)
}
