import Testing
import Workbench

@Suite("Filters over traces")
struct TraceFilterTests {
    @Test(
        "Knows the names that traces have",
        arguments: [
            ("trace.status = 'OK'", SearchField.Entity.attribute, "status"),
            ("state = 'OK'", .attribute, "status"), ("metadata.a.b = '1'", .param, "a.b"),
            ("request_metadata.`a b` = '1'", .param, "a b"), ("tag.a = '1'", .tag, "a"),
            ("span.name = 'x'", .attribute, "span.name"),
            ("span.attributes.a.b = 'x'", .attribute, "span.attributes.a.b"),
            ("span.`attributes.a b` = 'x'", .attribute, "span.attributes.a b"),
            ("trace.text LIKE '%x%'", .attribute, "span.content"),
            ("timestamp > 5", .attribute, "timestamp_ms"),
        ])
    func names(text: String, entity: SearchField.Entity, key: String) throws {
        let filter = try Filter(parsing: text, for: .traces)
        #expect(filter.clauses.map(\.field) == [SearchField(entity, key)])
    }

    @Test(
        "Refuses what traces do not have",
        arguments: [
            "metrics.a = 1", "span.foo = 'x'", "span.attributes. = 'x'", "foo = 'x'",
            "datasets.name = 'x'", "timestamp = 'x'", "status = 1", "span.content IN ('x')",
        ])
    func refuses(text: String) {
        #expect { try Filter(parsing: text, for: .traces) } throws: {
            ($0 as? BancadaError)?.code == .invalidInput
        }
    }

    @Test("Runs have no names of traces", arguments: ["trace.status = 'x'", "metadata.a = 'x'"])
    func runs(text: String) {
        #expect(throws: BancadaError.self) { try Filter(parsing: text, for: .runs) }
    }
}
