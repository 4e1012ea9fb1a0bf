import Workbench

/// Registered models and versions as MLflow writes them.
extension AnswerWriter {
    /// Writes the members of a registered model.
    mutating func registeredModel(_ model: RegisteredModel) {
        member("name", model.name)
        member("creation_timestamp", model.creationTime)
        member("last_updated_timestamp", model.lastUpdateTime)
        if !model.description.isEmpty { member("description", model.description) }
        objects("latest_versions", model.latestVersions) { $0.modelVersion($1) }
        tags(model.tags)
        objects("aliases", model.aliases) { writer, alias in
            writer.member("alias", alias.alias)
            writer.member("version", String(alias.version))
        }
    }

    /// Writes the members of a version; it is ready as soon as it exists.
    mutating func modelVersion(_ version: ModelVersion) {
        member("name", version.name)
        member("version", String(version.version))
        member("creation_timestamp", version.creationTime)
        member("last_updated_timestamp", version.lastUpdateTime)
        member("current_stage", version.stage.rawValue)
        member("description", version.description)
        member("source", version.source)
        member("run_id", version.run?.text ?? "")
        member("status", "READY")
        tags(version.tags)
        member("run_link", version.runLink)
        texts("aliases", version.aliases)
        if let model = version.loggedModel { member("model_id", model.text) }
    }
}
