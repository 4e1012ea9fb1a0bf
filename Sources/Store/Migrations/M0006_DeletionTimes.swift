extension Migration {
    /// When a run went to the bin; of those that were there before, nobody knows. And the way from a
    /// run to what points at it, for when it is removed for good.
    static let deletionTimes = Migration(
        number: 6, name: "deletionTimes",
        sql: """
            ALTER TABLE runs ADD COLUMN deleted_at INTEGER;
            CREATE INDEX runs_deleted ON runs (number) WHERE lifecycle = 'deleted';
            CREATE INDEX tasks_of_run ON tasks (run) WHERE run IS NOT NULL;
            CREATE INDEX trials_of_run ON trials (run) WHERE run IS NOT NULL;
            CREATE INDEX studies_of_run ON studies (run);

            """)
}
