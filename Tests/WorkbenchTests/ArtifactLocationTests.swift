import Testing
import Workbench

@Suite struct ArtifactLocationTests {
    @Test(
        "Reads places of the artifact tree, with and without a server, and their escapes",
        arguments: [
            ("mlflow-artifacts:/1/r/artifacts/model", "1/r/artifacts/model"),
            ("mlflow-artifacts:///1/r", "1/r"),
            ("mlflow-artifacts://127.0.0.1:8080/1//r/", "1/r"),
            ("mlflow-artifacts://host", ""), ("mlflow-artifacts:/", ""),
            ("mlflow-artifacts:a", "a"), ("mlflow-artifacts:/a%20b/%C3%BC", "a b/ü"),
            ("mlflow-artifacts:/50%/%zz/%+1", "50%/%zz/%+1"),
            ("mlflow-artifacts:/%ff", "%ff"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try ArtifactPath(location: text)?.text == expected)
    }

    @Test("A place elsewhere is none", arguments: ["", "s3://b/a", "runs:/r/a", "/a", "file:/a"])
    func elsewhere(text: String) throws {
        #expect(try ArtifactPath(location: text) == nil)
    }

    @Test(
        "Refuses paths that lead out of the tree, also where they are escaped",
        arguments: [
            "mlflow-artifacts:/a/../b", "mlflow-artifacts:/%2e%2E/b",
            "mlflow-artifacts:/a%2F..%2Fb", "mlflow-artifacts:/a%00b",
        ])
    func refuses(text: String) {
        #expect(throws: BancadaError.self) { try ArtifactPath(location: text) }
    }
}
