extension Migration {
    /// Every point that measures a logged model, where only the latest was kept before; whether the
    /// points of a metric come in the order of their times where they are read by step; and the way
    /// to the versions that changed last.
    ///
    /// Two points of a model may differ in their values or datasets alone: both are kept.
    static let points = Migration(
        number: 7, name: "points",
        sql: """
            CREATE TABLE logged_model_points (
                model INTEGER NOT NULL REFERENCES logged_models (number) ON DELETE CASCADE,
                key TEXT NOT NULL,
                timestamp INTEGER NOT NULL,
                step INTEGER NOT NULL,
                run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
                dataset_name TEXT NOT NULL,
                dataset_digest TEXT NOT NULL,
                value REAL NOT NULL,
                is_nan INTEGER NOT NULL CHECK (is_nan IN (0, 1)),
                PRIMARY KEY (
                    model, key, timestamp, step, run, dataset_name, dataset_digest, value, is_nan),
                CHECK (is_nan = 0 OR value = 0)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO logged_model_points (
                model, key, timestamp, step, run, dataset_name, dataset_digest, value, is_nan)
            SELECT model, key, timestamp, step, run, dataset_name, dataset_digest, value, is_nan
            FROM logged_model_metrics;
            DROP TABLE logged_model_metrics;
            ALTER TABLE logged_model_points RENAME TO logged_model_metrics;
            CREATE INDEX logged_model_metrics_of_run ON logged_model_metrics (run);
            ALTER TABLE latest_metrics ADD COLUMN in_time INTEGER NOT NULL DEFAULT 1
                CHECK (in_time IN (0, 1));
            UPDATE latest_metrics SET in_time = 0
            WHERE (run, key) IN (
                SELECT run, key
                FROM (
                    SELECT run, key, timestamp,
                        lag(timestamp) OVER (
                            PARTITION BY run, key ORDER BY step, timestamp, value, is_nan) AS before
                    FROM metrics)
                WHERE timestamp < before);
            CREATE INDEX model_versions_by_change ON model_versions (updated_at);

            """)
}
