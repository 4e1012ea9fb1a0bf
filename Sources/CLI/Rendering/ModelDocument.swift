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
            "last_update_time": .integer(version.lastUpdateTime.milliseconds),
            "stage": .string(version.stage.rawValue),
            "model_id": JSON(version.loggedModel?.text),
        ]
    }

    /// A model and its versions, for people.
    static func text(_ model: RegisteredModel, _ versions: [ModelVersion]) -> String {
        var lines = ["model \(model.name)"]
        let description = model.description.split(whereSeparator: \.isNewline)
        if !description.isEmpty {
            lines.append("description  " + description.joined(separator: " "))
        }
        let tags = model.tags.map { "\($0.key)=\($0.value)" }
        if !tags.isEmpty { lines.append("tags         " + tags.joined(separator: "  ")) }
        var table = TextTable([
            ("version", .right), ("stage", .left), ("aliases", .left), ("run", .left),
            ("digest", .left), ("created", .left), ("description", .left),
        ])
        for version in versions {
            table.add([
                String(version.version), version.stage.rawValue,
                version.aliases.joined(separator: " "),
                version.run.map { String($0.text.prefix(8)) } ?? "",
                version.content?.digest.short ?? "", Format.time(version.creationTime),
                String(version.description.prefix(60)),
            ])
        }
        return lines.joined(separator: "\n") + "\n\n" + table.text
    }

    /// Prints a page of models.
    static func print(_ page: Page<RegisteredModel>, _ global: GlobalOptions) {
        if global.json {
            let models = page.items.map { JSON.object(model($0)) }
            global.console.print(
                ["models": .array(models), "more": .bool(page.next != nil)] as JSON)
            return
        }
        var table = TextTable([
            ("model", .left), ("latest", .right), ("aliases", .left), ("updated", .left),
        ])
        for model in page.items {
            let aliases = model.aliases.map { "\($0.alias)=\($0.version)" }
            table.add([
                model.name, model.latestVersion.map(String.init) ?? "-",
                aliases.joined(separator: " "), Format.time(model.lastUpdateTime),
            ])
        }
        global.console.print(table.text)
        if page.next != nil { global.console.note("more models: raise --limit") }
    }
}
