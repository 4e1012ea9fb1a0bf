extension Migration {
    /// Experiments, runs and what they log, artifacts, datasets, the model registry and leases.
    ///
    /// Runs and registered models have a number of their own beside their name, so that the many
    /// rows that point at them stay small and a rename is one update. NaN, which SQLite cannot
    /// store, is a flag beside the value 0; it is ordered as 0, as MLflow orders it.
    static let tracking = Migration(
        number: 1, name: "tracking",
        sql: experimentsSQL + runsSQL + artifactsSQL + registrySQL + leasesSQL)

    private static let experimentsSQL = """
        CREATE TABLE experiments (
            id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 0),
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            lifecycle TEXT NOT NULL CHECK (lifecycle IN ('active', 'deleted')),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX experiments_by_age ON experiments (created_at DESC, id DESC);
        CREATE TABLE experiment_tags (
            experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (experiment, key)
        ) STRICT, WITHOUT ROWID;

        """

    private static let runsSQL = """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
            kind TEXT NOT NULL CHECK (kind <> ''),
            parent INTEGER REFERENCES runs (number),
            experiment INTEGER NOT NULL REFERENCES experiments (id),
            name TEXT NOT NULL,
            user TEXT NOT NULL,
            status TEXT NOT NULL
                CHECK (status IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')),
            lifecycle TEXT NOT NULL CHECK (lifecycle IN ('active', 'deleted')),
            deleted_with_experiment INTEGER NOT NULL DEFAULT 0
                CHECK (deleted_with_experiment IN (0, 1)),
            started_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE INDEX runs_by_age ON runs (started_at DESC, id);
        CREATE INDEX runs_of_experiment ON runs (experiment, started_at DESC, id);
        CREATE INDEX runs_of_parent ON runs (parent) WHERE parent IS NOT NULL;
        CREATE TABLE params (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (run, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_tags (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (run, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE metrics (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            step INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            value REAL NOT NULL,
            is_nan INTEGER NOT NULL CHECK (is_nan IN (0, 1)),
            PRIMARY KEY (run, key, step, timestamp, value, is_nan),
            CHECK (is_nan = 0 OR value = 0)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE latest_metrics (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            step INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            value REAL NOT NULL,
            is_nan INTEGER NOT NULL CHECK (is_nan IN (0, 1)),
            PRIMARY KEY (run, key),
            CHECK (is_nan = 0 OR value = 0)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE logged_datasets (
            id INTEGER PRIMARY KEY,
            experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            digest TEXT NOT NULL CHECK (digest <> ''),
            source_type TEXT NOT NULL,
            source TEXT NOT NULL,
            schema TEXT,
            profile TEXT,
            UNIQUE (experiment, name, digest)
        ) STRICT;
        CREATE TABLE run_datasets (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            dataset INTEGER NOT NULL REFERENCES logged_datasets (id) ON DELETE CASCADE,
            PRIMARY KEY (run, dataset)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_dataset_tags (
            run INTEGER NOT NULL,
            dataset INTEGER NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (run, dataset, key),
            FOREIGN KEY (run, dataset) REFERENCES run_datasets (run, dataset) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        """

    private static let artifactsSQL = """
        CREATE TABLE contents (
            digest TEXT PRIMARY KEY
                CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
            kind TEXT NOT NULL CHECK (kind IN ('file', 'folder')),
            size INTEGER NOT NULL CHECK (size >= 0),
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE artifacts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            type TEXT NOT NULL CHECK (type <> ''),
            name TEXT NOT NULL CHECK (name <> ''),
            digest TEXT NOT NULL REFERENCES contents (digest),
            producer INTEGER REFERENCES runs (number),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX artifacts_of_producer ON artifacts (producer, name)
            WHERE producer IS NOT NULL;
        CREATE INDEX artifacts_of_content ON artifacts (digest);
        CREATE TABLE artifact_metadata (
            artifact INTEGER NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (artifact, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run_inputs (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            artifact INTEGER NOT NULL REFERENCES artifacts (id),
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_inputs_of_artifact ON run_inputs (artifact);
        CREATE TABLE datasets (
            name TEXT NOT NULL CHECK (name <> ''),
            version INTEGER NOT NULL CHECK (version >= 1),
            artifact INTEGER NOT NULL REFERENCES artifacts (id),
            source TEXT NOT NULL,
            row_count INTEGER NOT NULL CHECK (row_count >= 0),
            column_count INTEGER NOT NULL CHECK (column_count >= 0),
            created_at INTEGER NOT NULL,
            PRIMARY KEY (name, version)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX datasets_of_artifact ON datasets (artifact);

        """

    private static let registrySQL = """
        CREATE TABLE registered_models (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            description TEXT NOT NULL,
            next_version INTEGER NOT NULL DEFAULT 1 CHECK (next_version >= 1),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE registered_model_tags (
            model INTEGER NOT NULL REFERENCES registered_models (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (model, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE model_versions (
            model INTEGER NOT NULL REFERENCES registered_models (id) ON DELETE CASCADE,
            version INTEGER NOT NULL CHECK (version >= 1),
            source TEXT NOT NULL,
            run INTEGER REFERENCES runs (number),
            digest TEXT REFERENCES contents (digest),
            description TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (model, version)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX model_versions_of_run ON model_versions (run) WHERE run IS NOT NULL;
        CREATE INDEX model_versions_of_content ON model_versions (digest)
            WHERE digest IS NOT NULL;
        CREATE TABLE model_version_tags (
            model INTEGER NOT NULL,
            version INTEGER NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (model, version, key),
            FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
                ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE model_aliases (
            model INTEGER NOT NULL,
            alias TEXT NOT NULL CHECK (alias <> ''),
            version INTEGER NOT NULL,
            PRIMARY KEY (model, alias),
            FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
                ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX model_aliases_of_version ON model_aliases (model, version);

        """

    private static let leasesSQL = """
        CREATE TABLE leases (
            resource TEXT PRIMARY KEY CHECK (resource <> ''),
            boot_id TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            start_ticks INTEGER NOT NULL,
            acquired_at INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL,
            released_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX leases_held ON leases (boot_id, process_id, start_ticks)
            WHERE released_at IS NULL;

        """
}
