import Executors
import Testing
import Workbench

@Suite struct MetricTextTests {
    @Test(
        "Reads name=value among any other text; the last of a name counts",
        arguments: [
            ("accuracy=0.97", [("accuracy", 0.97)]),
            ("epoch 1: loss=0.5, val-loss = 1e-3", [("loss", 0.5), ("val-loss", 1e-3)]),
            ("a=1\na=2\nb=-3.5E+2\na=3", [("a", 3), ("b", -350)]),
            ("2024-01-01T00:00:00Z INFO step=3/10 lr=+.5", [("lr", 0.5), ("step", 3)]),
            ("loss=inf", [("loss", .infinity)]), ("version=1.2.3", [("version", 1.2)]),
            ("x=abc y= =5 z==1", []), ("", []), ("=", []), ("no metrics here", []),
            ("name=\n5", []),
        ] as [(String, [(String, Double)])])
    func reads(text: String, expected: [(String, Double)]) {
        let found = MetricText.metrics(in: text)
        #expect(found.map(\.name) == expected.map(\.0))
        #expect(found.map(\.value) == expected.map { .number($0.1) })
    }

    @Test("NaN is a number that is not one")
    func notANumber() {
        guard case .number(let value)? = MetricText.metrics(in: "loss=nan").first?.value else {
            Issue.record("no metric")
            return
        }
        #expect(value.isNaN)
    }

    @Test("A file is an object of numbers, or text")
    func files() throws {
        let object = try MetricText.metrics(
            ofFile: Array(#" {"a": 1, "b": 0.5, "c": "2"}"#.utf8), name: "file")
        #expect(object == [.init("a", 1.0), .init("b", 0.5), .init("c", 2.0)])
        let text = try MetricText.metrics(ofFile: Array("a=1 b=2".utf8), name: "file")
        #expect(text == [.init("a", 1.0), .init("b", 2.0)])
        let error = #expect(throws: BancadaError.self) {
            try MetricText.metrics(ofFile: Array(#"{"a": "high"}"#.utf8), name: "the file")
        }
        #expect(error?.message == "the file has \"a\": \"high\", expected a number")
        #expect(throws: BancadaError.self) {
            try MetricText.metrics(ofFile: Array("{\"a\": ".utf8), name: "the file")
        }
    }
}
