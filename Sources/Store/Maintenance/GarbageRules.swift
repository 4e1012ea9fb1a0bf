/// Who needs what: the one place where a new table says which runs and contents its rows keep. A
/// test compares it with the keys of the schema.
package enum GarbageRules {
    /// Rows that keep a run from being removed.
    struct Keeper: Sendable {
        /// `TABLE.COLUMN` of the key that leads to the run.
        let key: String
        /// Selects the run's number, and the number of the run without which the row itself would
        /// go; NULL where the row stays in any case.
        let sql: String
        /// Why the run stays.
        let reason: String
    }

    /// What keeps runs. Rows that go with their run by themselves are not here.
    static let keepers: [Keeper] = [
        Keeper(
            key: "runs.parent",
            sql: "SELECT parent, number FROM runs WHERE parent IS NOT NULL",
            reason: "a run that stays is a part of it"),
        Keeper(
            key: "model_versions.run",
            sql: "SELECT run, NULL FROM model_versions WHERE run IS NOT NULL",
            reason: "it made a registered model"),
        Keeper(
            key: "artifacts.producer",
            sql: """
                SELECT artifacts.producer, run_inputs.run
                FROM run_inputs JOIN artifacts ON artifacts.id = run_inputs.artifact
                WHERE artifacts.producer IS NOT NULL
                UNION ALL
                SELECT artifacts.producer, NULL
                FROM datasets JOIN artifacts ON artifacts.id = datasets.artifact
                WHERE artifacts.producer IS NOT NULL
                """,
            reason: "something that stays reads what it made"),
        Keeper(
            key: "tasks.run",
            sql: "SELECT run, pipeline_run FROM tasks WHERE run IS NOT NULL",
            reason: "a pipeline run that stays took its result"),
        Keeper(
            key: "trials.run",
            sql: """
                SELECT trials.run, studies.run
                FROM trials JOIN studies ON studies.id = trials.study
                WHERE trials.run IS NOT NULL
                """,
            reason: "a study that stays has it as a trial"),
        // The study goes with its run; it stays while one of its trials does.
        Keeper(
            key: "studies.run",
            sql: """
                SELECT studies.run, trials.run
                FROM trials JOIN studies ON studies.id = trials.study
                WHERE trials.run IS NOT NULL
                """,
            reason: "a trial of its study stays"),
    ]

    /// What keeps a content: `TABLE.COLUMN`, all rows of which have a digest or NULL.
    static let references: [(table: String, column: String)] = [
        ("artifacts", "digest"), ("model_versions", "digest"), ("artifact_files", "digest"),
    ]

    /// Texts in which digests may stand, as JSON: `TABLE.COLUMN`.
    static let texts: [(table: String, column: String)] = [
        ("pipeline_runs", "outputs"), ("tasks", "outputs"), ("task_results", "outputs"),
    ]

    /// The keys that lead to runs and keep them, as `TABLE.COLUMN`.
    package static var runKeys: [String] { keepers.map(\.key) }

    /// The columns that keep contents, as `TABLE.COLUMN`.
    package static var contentKeys: [String] { references.map { "\($0.table).\($0.column)" } }

    /// The tag that keeps a run or an experiment, whatever its value but `false`.
    package static let pin = "bancada.pinned"
}
