import Foundation
import GRDB
import Store
import Testing
import Workbench

/// A database with the tables of MLflow 1.0: no datasets, logged models or aliases, few columns.
@Suite struct MLflowDatabaseSourceTests {
    private static let run = "0123456789abcdef0123456789abcdef"

    private func withDatabase(
        _ sql: String = "", _ body: (MLflowDatabaseSource) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "bancada-mlflow-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/mlflow.db"
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE experiments (
                        experiment_id INTEGER PRIMARY KEY, name VARCHAR(256),
                        artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32));
                    CREATE TABLE runs (
                        run_uuid VARCHAR(32) PRIMARY KEY, name VARCHAR(250),
                        source_name VARCHAR(500), user_id VARCHAR(256), status VARCHAR(20),
                        start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20),
                        artifact_uri VARCHAR(200), experiment_id INTEGER);
                    CREATE TABLE metrics (
                        key VARCHAR(250), value FLOAT, timestamp BIGINT, run_uuid VARCHAR(32));
                    CREATE TABLE params (key VARCHAR(250), value VARCHAR(250), run_uuid TEXT);
                    CREATE TABLE tags (key VARCHAR(250), value VARCHAR(250), run_uuid TEXT);
                    INSERT INTO experiments VALUES (0, 'Default', './mlruns/0', 'active');
                    INSERT INTO experiments VALUES (3, 'old', NULL, 'deleted');
                    INSERT INTO runs VALUES (
                        '\(Self.run)', '', 'train.py', NULL, 'KILLED', 5, NULL, 'deleted',
                        './mlruns/0/x/artifacts', 3);
                    INSERT INTO metrics VALUES ('m', 1, 10, '\(Self.run)');
                    INSERT INTO metrics VALUES ('m', 2.5, 11, '\(Self.run)');
                    INSERT INTO params VALUES ('p', 'é', '\(Self.run)');
                    INSERT INTO tags VALUES ('t', NULL, '\(Self.run)');
                    """ + sql)
        }
        try queue.close()
        try await body(MLflowDatabaseSource(path))
    }

    @Test("Reads the columns that an old schema has")
    func old() async throws {
        try await withDatabase { source in
            #expect(try await source.experiments() == ["0", "3"])
            let experiment = try await source.experiment("3")
            #expect(experiment.name == "old")
            #expect(experiment.lifecycle == .deleted)
            #expect(experiment.tags.isEmpty)
            #expect(try await source.runs(of: "3", after: nil).items == [Self.run])
            let run = try await source.run(Self.run).run
            #expect(run.status == .killed)
            #expect(run.lifecycle == .deleted)
            #expect(run.startTime.milliseconds == 5)
            #expect(run.endTime == nil)
            #expect(run.params == [Param(key: "p", value: "é")])
            #expect(
                run.tags == [
                    Tag(key: "mlflow.source.name", value: "train.py"), Tag(key: "t", value: ""),
                ])
            let points = try await source.points(of: Self.run, after: nil).items
            #expect(points.map(\.value) == [1, 2.5])
            #expect(points.map(\.step) == [0, 0])
            #expect(try await source.loggedModels(of: "3").isEmpty)
            #expect(try await source.models().isEmpty)
            #expect(try await source.leftBehind().isEmpty)
        }
    }

    @Test(
        "Names the column that cannot be read",
        arguments: [
            ("UPDATE runs SET status = 'odd'", "column status: \"odd\""),
            ("UPDATE runs SET start_time = 'noon'", "column start_time: \"noon\""),
            ("UPDATE runs SET lifecycle_stage = 'x'", "column lifecycle_stage"),
            ("UPDATE metrics SET value = 'abc'", "column value: \"abc\""),
        ])
    func damaged(sql: String, message: String) async throws {
        try await withDatabase(sql) { source in
            let error = await #expect(throws: BancadaError.self) {
                _ = try await source.run(Self.run)
                _ = try await source.points(of: Self.run, after: nil)
            }
            #expect(error?.code == .invalidInput)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test("Counts what is not read, and leaves other workspaces of MLflow out by name")
    func left() async throws {
        let sql = """
            CREATE TABLE trace_info (request_id TEXT);
            INSERT INTO trace_info VALUES ('a'), ('b');
            ALTER TABLE experiments ADD COLUMN workspace TEXT DEFAULT 'default';
            INSERT INTO experiments VALUES (4, 'theirs', NULL, 'active', 'team');
            """
        try await withDatabase(sql) { source in
            #expect(try await source.experiments() == ["0", "3"])
            let left = try await source.leftBehind()
            #expect(left.map(\.kind) == ["experiments", "traces"])
            #expect(left.map(\.count) == [1, 2])
        }
    }

    @Test(
        "Says what a database is that is none of MLflow's",
        arguments: [
            (
                "ALTER TABLE experiments RENAME COLUMN experiment_id TO id",
                "no table experiments with a column experiment_id"
            ),
            ("ALTER TABLE runs RENAME TO jobs", "no table runs"),
            (
                "CREATE TABLE run_tags (run, key, value); CREATE TABLE model_aliases (alias)",
                "is the database of a bancada workspace"
            ),
        ])
    func others(sql: String, message: String) async throws {
        let error = await #expect(throws: BancadaError.self) {
            try await withDatabase(sql) { _ in }
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.hint != nil)
    }

    @Test("Refuses other files")
    func refusals() throws {
        #expect(throws: BancadaError.self) { try MLflowDatabaseSource("/no/such/file") }
        let error = #expect(throws: BancadaError.self) { try MLflowDatabaseSource(#filePath) }
        #expect(error?.code == .invalidInput)
    }
}
