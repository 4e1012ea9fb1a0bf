extension Migration {
    /// Traces and their spans.
    ///
    /// A span is kept as the text that answers are made of, beside the columns that searches look
    /// at; it is text in JSON, so values may be of any shape.
    static let traces = Migration(
        number: 5, name: "traces",
        sql: """
            CREATE TABLE traces (
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE CHECK (id <> ''),
                experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
                requested_at INTEGER NOT NULL,
                execution_ms INTEGER,
                state TEXT NOT NULL
                    CHECK (state IN ('STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS')),
                client_request_id TEXT,
                request_preview TEXT,
                response_preview TEXT
            ) STRICT;
            CREATE INDEX traces_by_age ON traces (experiment, requested_at DESC, id);
            CREATE TABLE trace_tags (
                trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE,
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (trace, key)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE trace_metadata (
                trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE,
                key TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (trace, key)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE trace_runs (
                trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE,
                run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
                PRIMARY KEY (trace, run)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX trace_runs_of_run ON trace_runs (run);
            CREATE TABLE spans (
                number INTEGER PRIMARY KEY,
                trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE,
                id TEXT NOT NULL CHECK (id <> ''),
                parent TEXT,
                name TEXT NOT NULL,
                type TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('UNSET', 'OK', 'ERROR')),
                started_ns INTEGER NOT NULL,
                ended_ns INTEGER,
                content TEXT NOT NULL,
                UNIQUE (trace, id)
            ) STRICT;

            """)
}
