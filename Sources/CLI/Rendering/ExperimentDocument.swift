import Documents
import Workbench

/// Experiments as JSON and as a table.
enum ExperimentDocument {
    /// The members of an experiment.
    static func members(_ experiment: Experiment) -> [JSON.Member] {
        [
            .init("experiment_id", .string(String(experiment.id.number))),
            .init("name", .string(experiment.name)),
            .init("lifecycle_stage", .string(experiment.lifecycle.rawValue)),
            .init("artifact_location", .string(experiment.artifactRoot)),
            .init("creation_time", .integer(experiment.creationTime.milliseconds)),
            .init("last_update_time", .integer(experiment.lastUpdateTime.milliseconds)),
            .init("tags", RunDocument.tags(experiment.tags)),
        ]
    }

    /// One line an experiment.
    static func table(_ experiments: [Experiment]) -> TextTable {
        var table = TextTable([
            ("id", .right), ("experiment", .left), ("created", .left), ("updated", .left),
            ("tags", .left),
        ])
        for experiment in experiments {
            let tags = experiment.tags.map { "\($0.key)=\($0.value)" }
            table.add([
                String(experiment.id.number), experiment.name,
                Format.time(experiment.creationTime), Format.time(experiment.lastUpdateTime),
                tags.joined(separator: " "),
            ])
        }
        return table
    }

    /// An experiment alone, for people.
    static func text(_ experiment: Experiment) -> String {
        var lines = [
            "experiment  \(experiment.name)",
            "id          \(experiment.id.number)",
            "stage       \(experiment.lifecycle.rawValue)",
            "created     \(Format.time(experiment.creationTime))",
            "updated     \(Format.time(experiment.lastUpdateTime))",
        ]
        if let place = experiment.artifactLocation { lines.append("artifacts   \(place)") }
        for tag in experiment.tags { lines.append("tag         \(tag.key)=\(tag.value)") }
        return lines.joined(separator: "\n")
    }

    /// Prints a page of experiments.
    static func print(_ page: Page<Experiment>, _ global: GlobalOptions) {
        if global.json {
            let list = page.items.map { JSON.object(members($0)) }
            global.console.print(
                ["experiments": .array(list), "more": .bool(page.next != nil)] as JSON)
        } else {
            global.console.print(table(page.items).text)
            if page.next != nil { global.console.note("more experiments: raise --limit") }
        }
    }
}
