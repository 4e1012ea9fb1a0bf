import GRDB
import Workbench

extension SQLiteRunStore {
    /// Keeps the points that measure a logged model with it too, equal ones once. A deleted model
    /// still takes them, so that the run that logs them loses nothing.
    ///
    /// - Throws: `notFound` for a model that never was.
    static func addToModels(_ metrics: [Metric], of run: Int64, in db: Database) throws {
        var numbers: [LoggedModelID: Int64] = [:]
        for metric in metrics {
            guard let subject = metric.subject else { continue }
            var model = numbers[subject.model]
            if model == nil {
                model = try SQLiteLoggedModelStore.number(of: subject.model, in: db)
            }
            guard let model else { throw SQLiteLoggedModelStore.missing(subject.model) }
            numbers[subject.model] = model
            try add(metric, subject, to: model, of: run, in: db)
        }
    }

    private static func add(
        _ metric: Metric, _ subject: MetricSubject, to model: Int64, of run: Int64, in db: Database
    ) throws {
        try TrackingRules.checkText(subject.datasetName ?? "", of: "dataset name")
        try TrackingRules.checkText(subject.datasetDigest ?? "", of: "dataset digest")
        try SQLiteLoggedModelStore.add(metric, to: model, of: run, in: db)
    }
}

extension SQLiteLoggedModelStore {
    /// Keeps a point with a model, unless it is there.
    static func add(_ metric: Metric, to model: Int64, of run: Int64, in db: Database) throws {
        let position = MetricPosition(metric)
        try db.run(
            """
            INSERT INTO logged_model_metrics (
                model, key, timestamp, step, run, dataset_name, dataset_digest, value, is_nan)
            VALUES (:model, :key, :timestamp, :step, :run, :name, :digest, :value, :nan)
            ON CONFLICT DO NOTHING
            """,
            [
                "model": model, "key": metric.key, "timestamp": position.timestamp,
                "step": position.step, "run": run, "name": metric.subject?.datasetName ?? "",
                "digest": metric.subject?.datasetDigest ?? "", "value": position.value,
                "nan": position.nan,
            ])
    }
}
