import Components
import Documents
import Foundation
import Tabular
import Testing
import Workbench

@Suite struct DataComponentsTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.write("t.csv", "x,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n")
    }

    private func table(_ artifact: RuntimeArtifact) throws -> Table {
        try CSVReader.read(path: artifact.path + "/data.csv")
    }

    private func imported() async throws -> RuntimeArtifact {
        try await bench.run("data.import", [.init("path", "t.csv")]).artifact("table")
    }

    private func failure(
        _ name: String, _ parameters: [JSON.Member], _ artifacts: [String: RuntimeArtifact] = [:]
    ) async -> BancadaError? {
        await #expect(throws: BancadaError.self) {
            try await bench.run(name, parameters, artifacts, task: "failing")
        }
    }

    // MARK: - data.import

    @Test("Imports a file beside the pipeline as a dataset's folder")
    func imports() async throws {
        let outcome = try await bench.run("data.import", [.init("path", "t.csv")])
        #expect(outcome["rows"] == 10 && outcome["columns"] == 2)
        let folder = try outcome.artifact("table").path
        #expect(try table(outcome.artifact("table")).rowCount == 10)
        #expect(FileManager.default.fileExists(atPath: folder + "/schema.json"))
        #expect(try await bench.services.datasets.datasets().isEmpty)
    }

    @Test("A name makes it the dataset's next version, once for equal content")
    func registers() async throws {
        let parameters: [JSON.Member] = [.init("path", "t.csv"), .init("name", "things")]
        for task in ["one", "two"] {
            let outcome = try await bench.run("data.import", parameters, task: task)
            let content = try await bench.services.artifacts.store(
                contentsOf: outcome.artifact("table").path)
            let dataset = try await bench.services.datasets.dataset(named: "things", version: nil)
            #expect(dataset.version == 1)
            #expect(dataset.artifact.content.digest == content.digest)
        }
        let again = try await bench.run(
            "data.import", [.init("path", "dataset:things@1")], task: "three")
        #expect(again["rows"] == 10)
    }

    @Test("The fingerprint follows the file's bytes; a named dataset must still be at the table")
    func fingerprint() async throws {
        let component = try bench.component("data.import")
        func print(_ parameters: [JSON.Member]) async throws -> JSON? {
            try await component.fingerprint(ExecutorInput(parameters: parameters))
        }
        let plain: [JSON.Member] = [.init("path", "t.csv")]
        let named: [JSON.Member] = plain + [.init("name", "things")]
        let first = try await print(plain)
        #expect(try await print(plain) == first)
        let output = try await bench.run("data.import", named)
        #expect(try await print(named) == first)
        let stored = try await bench.services.artifacts.store(
            contentsOf: output.output.artifacts[0].path)
        let outputs = [
            JSON.Member(
                "table",
                ArtifactValue(
                    type: .dataset, name: "table", digest: stored.digest, kind: .folder
                ).json)
        ]
        let input = ExecutorInput(parameters: named)
        #expect(try await component.stillHolds(outputs, for: input))
        try bench.write("t.csv", "x,kind\n1,a\n")
        #expect(try await print(plain) != first)
        _ = try await bench.run("data.import", named)
        #expect(try await !component.stillHolds(outputs, for: input))
    }

    @Test("What is not there is not found")
    func missing() async throws {
        #expect(await failure("data.import", [.init("path", "none.csv")])?.code == .notFound)
        #expect(await failure("data.import", [.init("path", "dataset:none")])?.code == .notFound)
        let bad = await failure(
            "data.import", [.init("path", "t.csv"), .init("name", "a/b")])
        #expect(bad?.code == .invalidInput)
        let absent = await failure("data.import", [])
        #expect(absent?.message == "the input \"path\" of data.import is missing")
    }

    // MARK: - data.validate

    @Test("A table that keeps to the rules is passed on")
    func validates() async throws {
        let table = try await imported()
        let rules: JSON = ["columns": ["x": ["type": "integer", "min": 1, "max": 10]]]
        let outcome = try await bench.run(
            "data.validate", [.init("rules", rules), .init("against", "t.csv")], ["table": table])
        #expect(outcome["errors"] == 0 && outcome["warnings"] == 0)
        let passed = try await bench.services.artifacts.store(
            contentsOf: outcome.artifact("table").path)
        let given = try await bench.services.artifacts.store(contentsOf: table.path)
        #expect(passed.digest == given.digest)
        let report = try String(
            contentsOfFile: outcome.artifact("report").path, encoding: .utf8)
        #expect(report == "# Validation\n\n10 rows, 2 columns, 0 errors, 0 warnings\n")
    }

    @Test("Errors fail the task with the first findings, and the log has the report")
    func breaks() async throws {
        let table = try await imported()
        let rules: JSON = [
            "rows": ["min": 11], "columns": ["x": ["max": 8], "kind": ["values": ["a"]]],
        ]
        let error = await failure("data.validate", [.init("rules", rules)], ["table": table])
        #expect(error?.code == .failed)
        #expect(
            error?.message == """
                the table has 3 errors: there are 10 rows, expected at least 11; column "x" has 9, \
                expected at most 8, in 2 rows (9, 10); column "kind" has "b", expected one of a, \
                in 5 rows (2, 4, 6, 8, 10)
                """)
        #expect(
            bench.log("failing").contains("| error | x | has 9, expected at most 8, | 2 (9, 10) |"))
    }

    @Test("Mistakes in the rules are named, and departures from other data found")
    func mistakes() async throws {
        let table = try await imported()
        let error = await failure(
            "data.validate", [.init("rules", ["colums": [:]])], ["table": table])
        #expect(error?.code == .invalidInput && error?.hint == "write \"columns\"")
        try bench.write("other.csv", "x,kind,size\n1,a,2\n2,b,3\n")
        let other = await failure(
            "data.validate", [.init("against", "other.csv")], ["table": table])
        #expect(other?.message.contains("column \"size\" is missing") == true)
        let component = try bench.component("data.validate")
        let input = ExecutorInput(parameters: [.init("against", "other.csv")])
        let before = try await component.fingerprint(input)
        try bench.write("other.csv", "x\n1\n")
        #expect(try await component.fingerprint(input) != before)
    }

    // MARK: - data.split

    @Test("Splits with the classes' proportions, and repeats for a seed")
    func splits() async throws {
        let table = try await imported()
        let parameters: [JSON.Member] = [
            .init("test", 0.4), .init("stratify", "kind"), .init("seed", 3),
        ]
        let outcome = try await bench.run("data.split", parameters, ["table": table])
        #expect(outcome["train_rows"] == 6 && outcome["test_rows"] == 4)
        let test = try self.table(outcome.artifact("test"))
        let kinds = (0..<4).map { test["kind"]?.text(row: $0) ?? "" }.sorted()
        #expect(kinds == ["a", "a", "b", "b"])
        let again = try await bench.run("data.split", parameters, ["table": table], task: "again")
        for name in ["train", "test"] {
            let first = try await bench.services.artifacts.store(
                contentsOf: outcome.artifact(name).path)
            let second = try await bench.services.artifacts.store(
                contentsOf: again.artifact(name).path)
            #expect(first.digest == second.digest)
        }
    }

    @Test("Takes the default share, and a plain CSV file as another program writes it")
    func plain() async throws {
        let file = RuntimeArtifact(name: "table", type: .dataset, path: bench.folder + "/t.csv")
        let outcome = try await bench.run("data.split", [], ["table": file])
        #expect(outcome["train_rows"] == 8 && outcome["test_rows"] == 2)
    }

    @Test("Refuses shares and columns that cannot be")
    func refuses() async throws {
        let table = try await imported()
        let share = await failure("data.split", [.init("test", 2)], ["table": table])
        #expect(share?.code == .invalidInput)
        let column = await failure("data.split", [.init("stratify", "knd")], ["table": table])
        #expect(column?.code == .notFound && column?.hint == "write \"kind\"")
        let type = await failure("data.split", [.init("test", "a lot")], ["table": table])
        #expect(type?.message.contains("is \"a lot\", expected a number") == true)
        let seed = await failure("data.split", [.init("seed", -1)], ["table": table])
        #expect(seed?.message.contains("expected 0 or more") == true)
    }

    @Test("The types of a dataset's schema are kept where the rows alone would not tell them")
    func types() async throws {
        try bench.write("c.csv", "code,y\n1,a\n2,b\nx,a\n3,b\n4,a\n")
        let table = try await bench.run("data.import", [.init("path", "c.csv")]).artifact("table")
        // No side needs to have the row with the letter.
        let outcome = try await bench.run("data.split", [.init("test", 0.5)], ["table": table])
        for name in ["train", "test"] {
            let path = try outcome.artifact(name).path + "/schema.json"
            let schema = try TableSchema(
                JSONParser.parse(
                    Array(Data(contentsOf: URL(fileURLWithPath: path))), document: path))
            #expect(schema.fields.first?.type == .text)
        }
    }
}
