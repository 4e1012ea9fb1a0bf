extension Migration {
    /// Logged models, which runs read and make, and what they measure; the artifact tree; stages,
    /// links and logged models of registered versions.
    ///
    /// Of a model's metric the latest point is kept per run and dataset; a dataset that is not named
    /// is the empty text. A folder of the artifact tree is what is between two slashes, so the tree
    /// has rows for its files alone.
    static let loggedModels = Migration(
        number: 4, name: "loggedModels", sql: modelsSQL + linksSQL + filesSQL + versionsSQL)

    private static let modelsSQL = """
        CREATE TABLE logged_models (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (
                length(id) = 34 AND id GLOB 'm-*' AND substr(id, 3) NOT GLOB '*[^0-9a-f]*'),
            experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            type TEXT NOT NULL,
            run INTEGER REFERENCES runs (number) ON DELETE SET NULL,
            status TEXT NOT NULL CHECK (status IN (
                'LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED')),
            lifecycle TEXT NOT NULL CHECK (lifecycle IN ('active', 'deleted')),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX logged_models_of_experiment
            ON logged_models (experiment, lifecycle, created_at DESC, id);
        CREATE INDEX logged_models_of_run ON logged_models (run) WHERE run IS NOT NULL;
        CREATE TABLE logged_model_params (
            model INTEGER NOT NULL REFERENCES logged_models (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (model, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE logged_model_tags (
            model INTEGER NOT NULL REFERENCES logged_models (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (model, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE logged_model_metrics (
            model INTEGER NOT NULL REFERENCES logged_models (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            dataset_name TEXT NOT NULL,
            dataset_digest TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            timestamp INTEGER NOT NULL,
            step INTEGER NOT NULL,
            value REAL NOT NULL,
            is_nan INTEGER NOT NULL CHECK (is_nan IN (0, 1)),
            PRIMARY KEY (model, key, dataset_name, dataset_digest, run),
            CHECK (is_nan = 0 OR value = 0)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX logged_model_metrics_of_run ON logged_model_metrics (run);

        """

    private static let linksSQL = """
        CREATE TABLE run_models (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            role TEXT NOT NULL CHECK (role IN ('input', 'output')),
            model INTEGER NOT NULL REFERENCES logged_models (number) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            PRIMARY KEY (run, role, model)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_models_of_model ON run_models (model);

        """

    private static let filesSQL = """
        CREATE TABLE artifact_files (
            path TEXT PRIMARY KEY CHECK (path <> ''),
            digest TEXT NOT NULL REFERENCES contents (digest),
            size INTEGER NOT NULL CHECK (size >= 0),
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX artifact_files_of_content ON artifact_files (digest);

        """

    private static let versionsSQL = """
        ALTER TABLE model_versions ADD COLUMN stage TEXT NOT NULL DEFAULT 'None'
            CHECK (stage IN ('None', 'Staging', 'Production', 'Archived'));
        ALTER TABLE model_versions ADD COLUMN logged_model INTEGER
            REFERENCES logged_models (number) ON DELETE SET NULL;
        ALTER TABLE model_versions ADD COLUMN run_link TEXT NOT NULL DEFAULT '';
        CREATE INDEX model_versions_by_stage ON model_versions (model, stage, version);
        CREATE INDEX model_versions_of_logged_model ON model_versions (logged_model)
            WHERE logged_model IS NOT NULL;
        CREATE INDEX registered_models_by_age ON registered_models (created_at);
        CREATE INDEX registered_models_by_change ON registered_models (updated_at);

        """
}
