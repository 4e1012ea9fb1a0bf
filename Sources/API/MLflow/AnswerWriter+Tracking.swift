import Workbench

/// Experiments, runs and logged models as MLflow writes them.
extension AnswerWriter {
    /// Writes the members of an experiment.
    mutating func experiment(_ experiment: Experiment) {
        member("experiment_id", String(experiment.id.number))
        member("name", experiment.name)
        member("artifact_location", experiment.artifactRoot)
        member("lifecycle_stage", experiment.lifecycle.rawValue)
        member("last_update_time", experiment.lastUpdateTime)
        member("creation_time", experiment.creationTime)
        tags(experiment.tags)
        member("workspace", "default")
    }

    /// Writes the members of a run's `info`.
    mutating func runInfo(_ run: Run, root: String) {
        member("run_uuid", run.id.text)
        member("experiment_id", String(run.experiment.number))
        member("run_name", run.name)
        member("user_id", run.user)
        member("status", run.status.rawValue)
        member("start_time", run.startTime)
        // An end at 1970 is none, as in MLflow.
        if let end = run.endTime, end.milliseconds != 0 { member("end_time", end) }
        member("artifact_uri", ArtifactLocations.run(run.id, below: root))
        member("lifecycle_stage", run.lifecycle.rawValue)
        member("run_id", run.id.text)
    }

    /// Writes the members of a run; one that is new is shown without outputs, as MLflow does.
    mutating func run(_ run: Run, root: String, isNew: Bool = false) {
        object("info") { $0.runInfo(run, root: root) }
        object("data") { data in
            data.objects("metrics", run.metrics) { $0.point($1) }
            data.params(run.params)
            data.tags(run.tags)
        }
        object("inputs") { inputs in
            inputs.objects("dataset_inputs", run.datasets) { $0.dataset($1) }
            inputs.objects("model_inputs", run.modelInputs) { $0.member("model_id", $1.text) }
        }
        if isNew { return }
        object("outputs") { outputs in
            outputs.objects("model_outputs", run.modelOutputs) { writer, output in
                writer.member("model_id", output.model.text)
                writer.member("step", output.step)
            }
        }
    }

    /// Writes the members of a point of a metric.
    mutating func point(_ metric: Metric) {
        member("key", metric.key)
        member("value", metric.value)
        member("timestamp", metric.timestamp)
        member("step", metric.step)
    }

    private mutating func dataset(_ input: DatasetInput) {
        tags(input.tags)
        object("dataset") { dataset in
            dataset.member("name", input.name)
            dataset.member("digest", input.digest)
            dataset.member("source_type", input.sourceType)
            dataset.member("source", input.source)
            dataset.member("schema", input.schema)
            dataset.member("profile", input.profile)
        }
    }

    /// Writes the members of a logged model.
    mutating func loggedModel(_ model: LoggedModel, root: String) {
        object("info") { info in
            info.member("model_id", model.id.text)
            info.member("experiment_id", String(model.experiment.number))
            info.member("name", model.name)
            info.member("creation_timestamp_ms", model.creationTime)
            info.member("last_updated_timestamp_ms", model.lastUpdateTime)
            info.member("artifact_uri", ArtifactLocations.model(model.id, below: root))
            info.member("status", model.status.rawValue)
            info.member("model_type", model.type)
            info.member("source_run_id", model.sourceRun?.text ?? "")
            info.tags(model.tags)
        }
        object("data") { data in
            data.params(model.params)
            data.objects("metrics", model.metrics) { writer, metric in
                writer.point(metric.metric)
                writer.member("dataset_name", metric.metric.subject?.datasetName)
                writer.member("dataset_digest", metric.metric.subject?.datasetDigest)
                writer.member("model_id", model.id.text)
                writer.member("run_id", metric.run.text)
            }
        }
    }

    /// Writes tags, where there are any.
    mutating func tags(_ tags: [Tag]) {
        objects("tags", tags) { writer, tag in
            writer.member("key", tag.key)
            writer.member("value", tag.value)
        }
    }

    private mutating func params(_ params: [Param]) {
        objects("params", params) { writer, param in
            writer.member("key", param.key)
            writer.member("value", param.value)
        }
    }

    /// Writes files and folders, where there are any, each by its path below `folder`.
    mutating func files(_ entries: [ArtifactTreeEntry], below folder: String = "") {
        let prefix = folder.isEmpty ? "" : folder + "/"
        objects("files", entries) { writer, entry in
            writer.member("path", prefix + entry.name)
            writer.member("is_dir", entry.size == nil)
            // An empty file has no size here, as in MLflow.
            if let size = entry.size, size > 0 { writer.member("file_size", size) }
        }
    }
}
