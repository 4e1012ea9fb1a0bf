import API
import Synchronization
import Testing
import Workbench

@Suite("Searches of the registry, and prompts in it, over the tracking protocol")
struct RegistrySearchRoutesTests {
    @Test(
        "Prompts are found where the first clause about their mark asks for them",
        arguments: [
            ("", [notPrompt]), ("name = 'a'", [named, notPrompt]),
            ("MARK = 'true'", [mark(.equal, "true")]), ("MARK = 'TRUE'", [mark(.equal, "TRUE")]),
            ("MARK != 'false'", [mark(.notEqual, "false")]), ("MARK != 'true'", [notPrompt]),
            ("MARK = 'false' AND name = 'a'", [named, notPrompt]), ("MARK LIKE '%'", [notPrompt]),
            ("MARK != 'true' AND MARK = 'true'", [notPrompt]),
        ] as [(String, [Filter.Clause])])
    func prompts(filter: String, clauses: [Filter.Clause]) async throws {
        let memory = MemoryTracking()
        let text = filter.split(separator: "MARK", omittingEmptySubsequences: false)
            .joined(separator: "tags.`mlflow.prompt.is_prompt`")
        for route in ["registered-models", "model-versions"] {
            try await expect(
                [TrackingCall("GET", "\(route)/search?filter=\(PercentEncoding.encode(text))")],
                of: memory)
            let query = memory.state.withLock { $0.registryQueries.last }
            #expect(query?.filter.clauses == clauses)
        }
    }

    private static let named = Filter.Clause(SearchField(.attribute, "name"), .text(.equal, "a"))
    private static let notPrompt = Filter.Clause(
        SearchField(.tag, "mlflow.prompt.is_prompt"), .text(.notEqual, "true"),
        acceptsMissing: true)

    private static func mark(
        _ comparison: Filter.TextComparison, _ value: String
    ) -> Filter.Clause {
        Filter.Clause(SearchField(.tag, "mlflow.prompt.is_prompt"), .text(comparison, value))
    }

    @Test("Shows the versions that changed last first, unless an order is asked for")
    func versionOrder() async throws {
        let memory = MemoryTracking()
        try await expect(
            [
                TrackingCall("GET", "model-versions/search"),
                TrackingCall("GET", "model-versions/search?order_by=name"),
            ], of: memory)
        let orders = memory.state.withLock { $0.registryQueries.map(\.order) }
        let change = SearchField(.attribute, "last_updated_timestamp")
        #expect(
            orders == [
                [OrderKey(change, ascending: false)], [OrderKey(SearchField(.attribute, "name"))],
            ])
    }

    @Test("A version of a prompt is no source of a model's")
    func promptSource() async throws {
        let memory = MemoryTracking()
        let mark = #""tags":[{"key":"mlflow.prompt.is_prompt","value":"true"}]"#
        let reply = try await serving([], tracking: memory) { address in
            let client = HTTPClient(address)
            for (path, body) in [
                ("registered-models/create", #"{"name":"p",\#(mark)}"#),
                ("model-versions/create", #"{"name":"p","source":"dummy-source",\#(mark)}"#),
                ("registered-models/create", #"{"name":"m"}"#),
            ] {
                let reply = try await client.send(
                    "POST", "/api/2.0/mlflow/" + path, body: Array(body.utf8))
                #expect(reply.status == 200)
            }
            return try await client.send(
                "POST", "/api/2.0/mlflow/model-versions/create",
                body: Array(#"{"name":"m","source":"models:/p/1"}"#.utf8))
        }
        #expect(reply.status == 400)
        #expect(reply.text.contains("INVALID_PARAMETER_VALUE"))
    }
}
