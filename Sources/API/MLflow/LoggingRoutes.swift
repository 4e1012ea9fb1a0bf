import HTTPTypes
import Hummingbird
package import Workbench

/// What runs log.
struct LoggingRoutes: Sendable {
    let stores: TrackingStores
    /// The longest body of a request.
    let bodyLimit: Int

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.add("runs/log-metric", [.post: { fields, _ in try await logMetric(fields) }])
        table.add("runs/log-parameter", [.post: { fields, _ in try await logParameter(fields) }])
        table.addRaw("runs/log-batch", [.post: { request, _ in try await logBatch(request) }])
        table.add("runs/set-tag", [.post: { fields, _ in try await setTag(fields) }])
        table.add("runs/delete-tag", [.post: { fields, _ in try await deleteTag(fields) }])
        table.add("runs/log-inputs", [.post: { fields, _ in try await logInputs(fields) }])
        table.add("runs/outputs", [.post: { fields, _ in try await logOutputs(fields) }])
    }

    private func logMetric(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.runs.log(LogBatch(metrics: [fields.metric()]), to: fields.run())
        return AnswerWriter()
    }

    private func logParameter(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.runs.log(LogBatch(params: [fields.param()]), to: fields.run())
        return AnswerWriter()
    }

    /// Batches are long, so the common form is read without a tree.
    private func logBatch(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: bodyLimit)
        if let (batch, run) = LogBatchScanner.scan(body.readableBytesUInt8Span) {
            try await stores.runs.log(batch, to: run)
        } else {
            let fields = try MLflowFields(body: Array(body.readableBytesView))
            let batch = try LogBatch(fields)
            try await stores.runs.log(batch, to: fields.run())
        }
        return AnswerWriter().response
    }

    private func setTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.runs.log(LogBatch(tags: [fields.tag()]), to: fields.run())
        return AnswerWriter()
    }

    private func deleteTag(_ fields: MLflowFields) async throws -> AnswerWriter {
        try await stores.runs.deleteTag(fields.requiredText("key"), of: fields.run())
        return AnswerWriter()
    }

    private func logInputs(_ fields: MLflowFields) async throws -> AnswerWriter {
        let run = try fields.run()
        var datasets: [DatasetInput] = []
        for input in try fields.objects("datasets") { datasets.append(try dataset(input)) }
        var models: [LoggedModelID] = []
        for model in try fields.objects("models") {
            models.append(try model.loggedModel("model_id"))
        }
        if !models.isEmpty { try await stores.runs.logModelInputs(models, to: run) }
        if !datasets.isEmpty || models.isEmpty {
            try await stores.runs.logInputs(datasets, to: run)
        }
        return AnswerWriter()
    }

    private func dataset(_ input: MLflowFields) throws(BancadaError) -> DatasetInput {
        guard let dataset = try input.object("dataset") else {
            throw MLflowFields.missing("dataset")
        }
        return DatasetInput(
            name: try dataset.requiredText("name"), digest: try dataset.requiredText("digest"),
            sourceType: try dataset.requiredText("source_type"),
            source: try dataset.requiredText("source"), schema: try dataset.text("schema"),
            profile: try dataset.text("profile"), tags: try input.tags())
    }

    private func logOutputs(_ fields: MLflowFields) async throws -> AnswerWriter {
        let run = try fields.run()
        var outputs: [ModelOutput] = []
        for model in try fields.objects("models") {
            outputs.append(
                ModelOutput(
                    model: try model.loggedModel("model_id"), step: try model.integer("step") ?? 0))
        }
        try await stores.runs.logModelOutputs(outputs, to: run)
        return AnswerWriter()
    }
}

extension LogBatch {
    /// The batch that a body of `runs/log-batch` says, read as a tree.
    ///
    /// - Throws: `invalidInput`.
    package init(requestBody bytes: [UInt8]) throws(BancadaError) {
        try self.init(MLflowFields(body: bytes))
    }

    /// The batch that fields say.
    init(_ fields: MLflowFields) throws(BancadaError) {
        var metrics: [Metric] = []
        for point in try fields.objects("metrics") { metrics.append(try point.metric()) }
        try self.init(params: fields.params(), metrics: metrics, tags: fields.tags())
    }
}
