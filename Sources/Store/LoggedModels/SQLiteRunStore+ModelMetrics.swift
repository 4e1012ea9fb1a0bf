import GRDB
import Workbench

extension SQLiteRunStore {
    /// Keeps the points that measure a logged model with it too: of each metric, dataset and run the
    /// latest by time, then step, then value. A deleted model still takes them, so that the run that
    /// logs them loses nothing.
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
        let name = subject.datasetName ?? ""
        let digest = subject.datasetDigest ?? ""
        try TrackingRules.checkText(name, of: "dataset name")
        try TrackingRules.checkText(digest, of: "dataset digest")
        let greatest = Double.greatestFiniteMagnitude
        let isNaN = metric.value.isNaN
        try db.run(
            """
            INSERT INTO logged_model_metrics (
                model, key, dataset_name, dataset_digest, run, timestamp, step, value, is_nan)
            VALUES (:model, :key, :name, :digest, :run, :timestamp, :step, :value, :nan)
            ON CONFLICT DO UPDATE
            SET timestamp = excluded.timestamp, step = excluded.step, value = excluded.value,
                is_nan = excluded.is_nan
            WHERE (excluded.timestamp, excluded.step, excluded.value, excluded.is_nan)
                > (timestamp, step, value, is_nan)
            """,
            [
                "model": model, "key": metric.key, "name": name, "digest": digest, "run": run,
                "timestamp": metric.timestamp.milliseconds, "step": metric.step,
                "value": isNaN ? 0 : min(max(metric.value, -greatest), greatest),
                "nan": isNaN ? 1 : 0,
            ])
    }
}
