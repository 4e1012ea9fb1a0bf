extension Migration {
    /// Pipeline runs and their tasks, results that can be used again, process groups, studies.
    ///
    /// A process group has no key to a run: it is written before the child may run, at the same time
    /// as the run's own row, and whichever comes first must not wait.
    static let pipelines = Migration(
        number: 2, name: "pipelines", sql: pipelineRunsSQL + groupsSQL + studiesSQL)

    private static let pipelineRunsSQL = """
        CREATE TABLE pipeline_runs (
            run INTEGER PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE,
            pipeline TEXT NOT NULL CHECK (pipeline <> ''),
            specification TEXT NOT NULL,
            cancel_requests INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requests BETWEEN 0 AND 2),
            outputs TEXT
        ) STRICT;
        CREATE INDEX pipeline_runs_by_name ON pipeline_runs (pipeline, run);
        CREATE TABLE tasks (
            number INTEGER PRIMARY KEY,
            pipeline_run INTEGER NOT NULL REFERENCES pipeline_runs (run) ON DELETE CASCADE,
            path TEXT NOT NULL CHECK (path <> ''),
            component TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED',
                'NOT_TRIGGERED')),
            attempt INTEGER NOT NULL CHECK (attempt >= 0),
            is_cached INTEGER NOT NULL CHECK (is_cached IN (0, 1)),
            run INTEGER REFERENCES runs (number),
            cache_key TEXT,
            cache_inputs TEXT,
            outputs TEXT,
            message TEXT,
            started_at INTEGER,
            ended_at INTEGER,
            user_seconds REAL,
            system_seconds REAL,
            max_resident_bytes INTEGER,
            UNIQUE (pipeline_run, path)
        ) STRICT;
        CREATE TABLE task_results (
            cache_key TEXT PRIMARY KEY
                CHECK (length(cache_key) = 64 AND cache_key NOT GLOB '*[^0-9a-f]*'),
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            outputs TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX task_results_of_run ON task_results (run);

        """

    private static let groupsSQL = """
        CREATE TABLE process_groups (
            boot_id TEXT NOT NULL,
            process_id INTEGER NOT NULL,
            start_ticks INTEGER NOT NULL,
            run TEXT NOT NULL,
            holder_boot_id TEXT NOT NULL,
            holder_process_id INTEGER NOT NULL,
            holder_start_ticks INTEGER NOT NULL,
            PRIMARY KEY (boot_id, process_id, start_ticks)
        ) STRICT, WITHOUT ROWID;

        """

    private static let studiesSQL = """
        CREATE TABLE studies (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            specification TEXT NOT NULL,
            metric TEXT NOT NULL CHECK (metric <> ''),
            goal TEXT NOT NULL CHECK (goal IN ('maximize', 'minimize')),
            target REAL,
            state TEXT NOT NULL CHECK (state IN ('RUNNING', 'COMPLETE', 'FAILED', 'STOPPED')),
            run INTEGER NOT NULL REFERENCES runs (number),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE trials (
            study INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 0),
            state TEXT NOT NULL CHECK (state IN ('RUNNING', 'COMPLETE', 'FAIL')),
            value REAL,
            message TEXT,
            run INTEGER REFERENCES runs (number),
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            PRIMARY KEY (study, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trial_parameters (
            study INTEGER NOT NULL,
            trial INTEGER NOT NULL,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('null', 'bool', 'integer', 'number', 'string')),
            value ANY,
            PRIMARY KEY (study, trial, position),
            FOREIGN KEY (study, trial) REFERENCES trials (study, number) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trial_metrics (
            study INTEGER NOT NULL,
            trial INTEGER NOT NULL,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            is_nan INTEGER NOT NULL CHECK (is_nan IN (0, 1)),
            PRIMARY KEY (study, trial, name),
            FOREIGN KEY (study, trial) REFERENCES trials (study, number) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        """
}
