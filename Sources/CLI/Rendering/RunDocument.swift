import Components
import Documents
import Workbench

/// The JSON of a run, as `runs list` and `runs show` print it.
enum RunDocument {
    /// What people are shown as the run's state: its status, or INTERRUPTED.
    static func state(of run: Run, isInterrupted: Bool) -> String {
        isInterrupted ? "INTERRUPTED" : run.status.rawValue
    }

    /// The members that a listing shows.
    static func summary(_ run: Run, isInterrupted: Bool) -> [JSON.Member] {
        [
            .init("run_id", .string(run.id.text)),
            .init("name", .string(run.name)),
            .init("kind", .string(run.kind.rawValue)),
            .init("experiment_id", .string(String(run.experiment.number))),
            .init("status", .string(run.status.rawValue)),
            .init("interrupted", .bool(isInterrupted)),
            .init("lifecycle_stage", .string(run.lifecycle.rawValue)),
            .init("start_time", .integer(run.startTime.milliseconds)),
            .init("end_time", run.endTime.map { .integer($0.milliseconds) } ?? .null),
            .init("user", .string(run.user)),
            .init("params", pairs(run.params.map { ($0.key, $0.value) })),
            .init("metrics", .object(run.metrics.map { .init($0.key, .number($0.value)) })),
            .init("tags", tags(run.tags)),
        ]
    }

    /// The whole run with what it read and produced.
    static func whole(
        _ run: Run, isInterrupted: Bool, _ details: RunDetails
    ) -> JSON {
        var more: [JSON.Member] = [
            .init(
                "inputs",
                .array(details.inputs.map { artifact($0.artifact, name: $0.name) })),
            .init("outputs", .array(details.outputs.map { artifact($0, name: $0.name) })),
        ]
        if run.kind == .pipeline {
            more.append(.init("tasks", .array(details.tasks.map(task))))
        }
        more += [
            .init("experiment_name", .string(details.experiment.name)),
            .init("parent_run_id", JSON(details.parent?.id.text)),
            .init("children", .array(details.children.map(child))),
            .init("more_children", .bool(details.hasMoreChildren)),
            .init("datasets", .array(run.datasets.map(dataset))),
            .init("model_inputs", .array(run.modelInputs.map { .string($0.text) })),
            .init("logged_models", .array(details.models.map(model))),
            .init("model_versions", .array(details.versions.map(ModelDocument.version))),
            .init("artifacts", .array(details.files.map(file))),
            .init("more_artifacts", .bool(!details.hasAllFiles)),
            .init("artifacts_elsewhere", JSON(details.elsewhere)),
        ]
        return .object(summary(run, isInterrupted: isInterrupted) + more)
    }

    /// A file of a run.
    static func file(_ file: RunArtifacts.File) -> JSON {
        ["path": .string(file.path.text), "size": .integer(file.size)]
    }

    /// A dataset that a client logged.
    static func dataset(_ dataset: DatasetInput) -> JSON {
        [
            "name": .string(dataset.name), "digest": .string(dataset.digest),
            "source_type": .string(dataset.sourceType), "source": .string(dataset.source),
            "context": JSON(dataset.context), "tags": tags(dataset.tags),
        ]
    }

    private static func child(_ run: Run) -> JSON {
        [
            "run_id": .string(run.id.text), "name": .string(run.name),
            "kind": .string(run.kind.rawValue), "status": .string(run.status.rawValue),
        ]
    }

    /// A model that a run logged.
    static func model(_ model: LoggedModel) -> JSON {
        [
            "model_id": .string(model.id.text), "name": .string(model.name),
            "type": .string(model.type), "status": .string(model.status.rawValue),
        ]
    }

    private static func task(_ task: TaskRecord) -> JSON {
        [
            "name": .string(task.path), "component": .string(task.component),
            "state": .string(task.state.rawValue), "attempt": JSON(task.attempt),
            "cached": .bool(task.isCached), "run_id": JSON(task.run?.text),
            "message": JSON(task.message),
            "start_time": task.startTime.map { .integer($0.milliseconds) } ?? .null,
            "end_time": task.endTime.map { .integer($0.milliseconds) } ?? .null,
            "cpu_seconds": task.usage.map { .number($0.userSeconds + $0.systemSeconds) } ?? .null,
            "max_resident_bytes": task.usage?.maxResidentBytes.map { JSON($0) } ?? .null,
        ]
    }

    /// Tags as an object.
    static func tags(_ tags: [Tag]) -> JSON {
        pairs(tags.map { ($0.key, $0.value) })
    }

    private static func pairs(_ pairs: [(String, String)]) -> JSON {
        .object(pairs.map { .init($0.0, .string($0.1)) })
    }

    private static func artifact(_ artifact: Artifact, name: String) -> JSON {
        [
            "name": .string(name), "type": .string(artifact.type.rawValue),
            "digest": .string(artifact.content.digest.hex),
            "size": .integer(artifact.content.size),
            "metadata": tags(artifact.metadata),
        ]
    }
}
