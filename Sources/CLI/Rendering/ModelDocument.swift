import Documents
import Workbench

/// The JSON of registry entries.
enum ModelDocument {
    /// A registered model.
    static func model(_ model: RegisteredModel) -> [JSON.Member] {
        [
            .init("name", .string(model.name)),
            .init("description", .string(model.description)),
            .init("latest_version", model.latestVersion.map { JSON($0) } ?? .null),
            .init(
                "aliases", .object(model.aliases.map { .init($0.alias, JSON($0.version)) })),
            .init("tags", RunDocument.tags(model.tags)),
            .init("creation_time", .integer(model.creationTime.milliseconds)),
            .init("last_update_time", .integer(model.lastUpdateTime.milliseconds)),
        ]
    }

    /// A model version.
    static func version(_ version: ModelVersion) -> JSON {
        [
            "name": .string(version.name), "version": JSON(version.version),
            "uri": .string(version.uri), "source": .string(version.source),
            "run_id": JSON(version.run?.text),
            "digest": JSON(version.content?.digest.hex),
            "description": .string(version.description),
            "aliases": .array(version.aliases.map { .string($0) }),
            "tags": RunDocument.tags(version.tags),
            "creation_time": .integer(version.creationTime.milliseconds),
        ]
    }
}
