extension Migration {
    /// What searches need: the place of an experiment's artifacts, and indexes by value.
    ///
    /// Every index is paid for by each write, so there is one per kind of question. The index over
    /// the latest metrics gives both a range of values and the order by value. Params and tags are
    /// indexed whole up to 100 characters, so that an index alone answers; the few longer ones have
    /// an index that only finds them. A parent and MLflow's tag for it become one thing.
    static let search = Migration(
        number: 3, name: "search",
        sql: """
            ALTER TABLE experiments ADD COLUMN artifact_location TEXT;
            CREATE INDEX latest_metrics_by_value ON latest_metrics (key, is_nan, value);
            CREATE INDEX params_by_value ON params (key, value) WHERE length(value) <= 100;
            CREATE INDEX long_params ON params (key) WHERE length(value) > 100;
            CREATE INDEX run_tags_by_value ON run_tags (key, value) WHERE length(value) <= 100;
            CREATE INDEX long_run_tags ON run_tags (key) WHERE length(value) > 100;
            CREATE INDEX run_datasets_of_dataset ON run_datasets (dataset);
            CREATE INDEX run_datasets_by_context ON run_dataset_tags (value)
                WHERE key = 'mlflow.data.context';
            UPDATE runs
            SET parent = (
                SELECT parents.number
                FROM run_tags JOIN runs AS parents ON parents.id = run_tags.value
                WHERE run_tags.run = runs.number AND run_tags.key = 'mlflow.parentRunId'
                    AND parents.number < runs.number)
            WHERE parent IS NULL;
            INSERT INTO run_tags (run, key, value)
            SELECT runs.number, 'mlflow.parentRunId', parents.id
            FROM runs JOIN runs AS parents ON parents.number = runs.parent
            WHERE true
            ON CONFLICT DO UPDATE SET value = excluded.value;

            """)
}
