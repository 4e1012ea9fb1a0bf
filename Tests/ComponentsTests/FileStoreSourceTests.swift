import Components
import Testing
import Workbench

/// Small folders of MLflow's, written by hand.
@Suite struct FileStoreSourceTests {
    static let run = "0123456789abcdef0123456789abcdef"

    static let files: [String: String] = [
        "7/meta.yaml": """
        artifact_location: file:///elsewhere/7
        creation_time: 100
        experiment_id: '7'
        last_update_time: 200
        lifecycle_stage: active
        name: 1e5
        """,
        "7/tags/team/name": "blue",
        "7/\(run)/meta.yaml": """
        artifact_uri: file:///elsewhere/7/\(run)/artifacts
        end_time: 20
        experiment_id: '7'
        lifecycle_stage: deleted
        run_id: \(run)
        run_name: fallback   # a comment
        source_name: train.py
        start_time: 10
        status: 4
        user_id: 007
        """,
        "7/\(run)/params/a/b": "line\nline",
        "7/\(run)/params/empty": "",
        "7/\(run)/metrics/loss": "1 0.5 0\n2 nan -3\n3 -inf 4 some name digest\n",
        "7/\(run)/metrics/old": "5 1e-07",
        "7/\(run)/tags/note": " spaced ",
        "7/\(run)/artifacts/model/MLmodel": "flavors: {}\n",
        "7/\(run)/inputs/1/meta.yaml": """
        source_id: d1
        source_type: DATASET
        tags:
          mlflow.data.context: training
        """,
        "7/datasets/d1/meta.yaml": """
        digest: 1e5
        name: iris
        profile: null
        schema: null
        source: '{}'
        source_type: local
        """,
        "7/traces/tr-1/trace_info.yaml": "x: 1",
        "notes.txt": "not MLflow's",
    ]

    private func source(
        _ changes: [String: String] = [:]
    ) throws -> FileStoreSource {
        try FileStoreSource(
            folder: MemoryFiles("mlruns", Self.files.merging(changes) { $1 }))
    }

    @Test("Reads an experiment whose name looks like a number")
    func experiment() async throws {
        let source = try source()
        #expect(try await source.experiments() == ["7"])
        let experiment = try await source.experiment("7")
        #expect(experiment.name == "1e5")
        #expect(experiment.tags == [Tag(key: "team/name", value: "blue")])
        #expect(experiment.creationTime.milliseconds == 100)
        #expect(experiment.lastUpdateTime.milliseconds == 200)
    }

    @Test("Reads a run with everything that belongs to it")
    func everything() async throws {
        let source = try source()
        let page = try await source.runs(of: "7", after: nil)
        #expect(page.items == ["7/" + Self.run])
        let foreign = try await source.run("7/" + Self.run)
        let run = foreign.run
        #expect(run.name == "fallback")
        #expect(run.user == "007")
        #expect(run.status == .failed)
        #expect(run.lifecycle == .deleted)
        #expect(run.endTime?.milliseconds == 20)
        #expect(
            run.params == [
                Param(key: "a/b", value: "line\nline"), Param(key: "empty", value: ""),
            ])
        #expect(
            run.tags == [
                Tag(key: "mlflow.source.name", value: "train.py"),
                Tag(key: "note", value: " spaced "),
            ])
        #expect(
            run.datasets == [
                DatasetInput(
                    name: "iris", digest: "1e5", sourceType: "local", source: "{}",
                    tags: [Tag(key: "mlflow.data.context", value: "training")])
            ])
        #expect(foreign.folder == "7/\(Self.run)/artifacts")
        let points = try await source.points(of: "7/" + Self.run, after: nil).items
        #expect(points.map(\.key) == ["loss", "loss", "loss", "old"])
        #expect(points.map(\.step) == [0, -3, 4, 0])
        #expect(points[1].value.isNaN)
        #expect(points[2].value == -.infinity)
        #expect(points[3].value == 1e-07)
    }

    @Test("Names what it does not read")
    func left() async throws {
        let left = try await source().leftBehind()
        #expect(left.map(\.name) == ["7/traces", "notes.txt"])
    }

    @Test("Reads long histories in pages and keeps every point")
    func pages() async throws {
        let count = 60_000
        let text = (0..<count).map { "\($0) \($0).5 \($0)\n" }.joined()
        let source = try source(["7/\(Self.run)/metrics/long": text])
        var steps: [Int64] = []
        var pages = 0
        var after: String?
        repeat {
            let page = try await source.points(of: "7/" + Self.run, after: after)
            steps += page.items.filter { $0.key == "long" }.map(\.step)
            after = page.next
            pages += 1
        } while after != nil
        #expect(pages > 2)
        #expect(steps == (0..<Int64(count)).map { $0 })
    }

    @Test(
        "One clear message names the damaged file and its place",
        arguments: [
            (
                "7/\(run)/metrics/loss", "1 0.5 0\nx 1 1\n",
                "metrics/loss:2: \"x\" is not a timestamp"
            ),
            ("7/\(run)/metrics/loss", "1 2 3\n\n1 y 1", "metrics/loss:3: \"y\" is not a number"),
            ("7/\(run)/metrics/loss", "1 2 z", "metrics/loss:1: \"z\" is not a step"),
            ("7/\(run)/metrics/loss", "1", "metrics/loss:1: 1 fields"),
            ("7/\(run)/meta.yaml", "run_id: [", "meta.yaml:2"),
            ("7/\(run)/meta.yaml", "experiment_id: '7'", "missing \"run_uuid\""),
            ("7/\(run)/meta.yaml", "run_id: abc\nexperiment_id: '7'", "meta.yaml:1:1: \"run_id\""),
            (
                "7/\(run)/meta.yaml", "run_id: \(run)\nexperiment_id: '7'\nstatus: 9",
                "meta.yaml:3:1: \"status\" is \"9\""
            ),
            ("7/\(run)/inputs/1/meta.yaml", "source_id: d2\nsource_type: DATASET", "d2/meta.yaml"),
            ("7/\(run)/inputs/1/meta.yaml", "source_id: d1\nsource_type: X", "source_type"),
        ])
    func damaged(path: String, text: String, message: String) async throws {
        let source = try source([path: text])
        let error = await #expect(throws: BancadaError.self) {
            _ = try await source.run("7/" + Self.run)
            _ = try await source.points(of: "7/" + Self.run, after: nil)
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("Refuses a folder without experiments, and an archive of a newer version")
    func refusals() throws {
        #expect(throws: BancadaError.self) {
            try FileStoreSource(folder: MemoryFiles("memory", ["a/b": "c"]))
        }
        let error = #expect(throws: BancadaError.self) {
            try FileStoreSource(archive: MemoryFiles("memory", ["mlruns/0/meta.yaml": ""]))
        }
        #expect(error?.hint?.contains("import mlflow") == true)
        let newer = #expect(throws: BancadaError.self) {
            try FileStoreSource(
                archive: MemoryFiles(
                    "memory",
                    [
                        "bancada/archive.json": #"{"format":"bancada-archive","version":2}"#
                    ]))
        }
        #expect(newer?.code == .unsupported)
    }
}
