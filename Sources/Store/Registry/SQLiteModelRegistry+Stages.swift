import GRDB
package import Workbench

extension SQLiteModelRegistry {
    package func moveVersion(
        _ version: Int, ofModel name: String, to stage: ModelStage, archivesOthers: Bool,
        at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        if archivesOthers, stage == .none || stage == .archived {
            throw BancadaError(
                .invalidInput, "versions in the stage \(stage.rawValue) cannot be archived",
                hint: "archive others of the stages Staging and Production alone")
        }
        return try await change(version, of: name) { key, db in
            let moment = time.milliseconds
            if archivesOthers {
                try db.run(
                    """
                    UPDATE model_versions SET stage = 'Archived', updated_at = :time
                    WHERE model = :model AND stage = :stage AND version <> :version
                    """,
                    key.arguments + ["stage": stage.rawValue, "time": moment])
            }
            try db.run(
                """
                UPDATE model_versions SET stage = :stage, updated_at = :time
                WHERE model = :model AND version = :version
                """, key.arguments + ["stage": stage.rawValue, "time": moment])
            try Self.touch(key.model, at: time, in: db)
            return try Self.version(key, in: db)
        }
    }
}
