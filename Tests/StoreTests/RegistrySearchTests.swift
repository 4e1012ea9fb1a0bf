import Store
import Testing
import Workbench

@Suite(.serialized) struct RegistrySearchTests {
    private func models(
        _ workspace: Workspace, _ filter: String = "", order: [String] = [], limit: Int = 3
    ) async throws -> [String] {
        let query = RegistryQuery(
            filter: try Filter(parsing: filter, for: .registeredModels),
            order: try OrderKey.parse(order, for: .registeredModels))
        var found: [String] = []
        var token: PageToken?
        repeat {
            let page = try await workspace.models.models(query, limit: limit, after: token)
            found += page.items.map(\.name)
            token = page.next
        } while token != nil
        return found
    }

    private func versions(
        _ workspace: Workspace, _ filter: String = "", order: [String] = [], limit: Int = 3
    ) async throws -> [String] {
        let query = RegistryQuery(
            filter: try Filter(parsing: filter, for: .modelVersions),
            order: try OrderKey.parse(order, for: .modelVersions))
        var found: [String] = []
        var token: PageToken?
        repeat {
            let page = try await workspace.models.versions(query, limit: limit, after: token)
            found += page.items.map { "\($0.name)/\($0.version)" }
            token = page.next
        } while token != nil
        return found
    }

    private func filled(_ scratch: Scratch) async throws -> Workspace {
        let workspace = try scratch.create()
        let registry = workspace.models
        try await workspace.start(1)
        for (index, name) in ["b", "a", "Ärger", "c"].enumerated() {
            _ = try await registry.createModel(
                named: name, description: "", tags: [], at: at(Int64(index)))
        }
        try await registry.setTag(Workbench.Tag(key: "k", value: "V1"), ofModel: "a")
        let prompt = Workbench.Tag(key: "mlflow.prompt.is_prompt", value: "true")
        try await registry.setTag(prompt, ofModel: "c")
        for (name, source) in [("a", "s1"), ("a", "S2"), ("b", "s3"), ("a", "s4")] {
            _ = try await registry.createVersion(
                NewModelVersion(
                    name: name, source: source, run: source == "s3" ? runID(1) : nil,
                    tags: [Workbench.Tag(key: "t", value: source)]), at: at(60))
        }
        return workspace
    }

    @Test(
        "Finds entries by name and tag, ordered by name",
        arguments: [
            ("", ["a", "b", "c", "Ärger"]), ("name = 'a'", ["a"]), ("name LIKE 'A%'", []),
            ("name ILIKE 'ä%'", ["Ärger"]), ("name IN ('c', 'b')", ["b", "c"]),
            ("name != 'a'", ["b", "c", "Ärger"]), ("tags.k = 'V1'", ["a"]),
            ("tags.k ILIKE 'v%'", ["a"]), ("tags.k != 'V1'", []),
            ("tags.k IS NULL", ["b", "c", "Ärger"]),
            ("tag.`mlflow.prompt.is_prompt` != 'true'", ["a", "b", "Ärger"]),
            ("tag.`mlflow.prompt.is_prompt` = 'true'", ["c"]),
            ("name LIKE '%' AND tag.`mlflow.prompt.is_prompt` != 'true'", ["a", "b", "Ärger"]),
        ] as [(String, [String])])
    func entries(filter: String, expected: [String]) async throws {
        let scratch = try Scratch()
        #expect(try await models(filled(scratch), filter) == expected)
    }

    @Test("Orders entries by name and times, a page at a time", arguments: [1, 2, 10])
    func entryOrders(limit: Int) async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        for (order, expected) in [
            (["name DESC"], ["Ärger", "c", "b", "a"]),
            (["creation_timestamp"], ["b", "a", "Ärger", "c"]),
            (["last_updated_timestamp DESC"], ["a", "b", "c", "Ärger"]),
            (["last_updated_timestamp", "name DESC"], ["Ärger", "c", "b", "a"]),
        ] {
            #expect(try await models(workspace, order: order, limit: limit) == expected)
        }
    }

    @Test(
        "Finds versions by their fields, by name and then the newest first",
        arguments: [
            ("", ["a/3", "a/2", "a/1", "b/1"]), ("name = 'a'", ["a/3", "a/2", "a/1"]),
            ("name IN ('b')", ["b/1"]), ("version_number >= 2", ["a/3", "a/2"]),
            ("version_number = 1", ["a/1", "b/1"]),
            ("source_path LIKE 's%'", ["a/3", "a/1", "b/1"]),
            ("source_path ILIKE 's2'", ["a/2"]), ("run_id = '\(runID(1).text)'", ["b/1"]),
            ("run_id IN ('\(runID(1).text)', 'x')", ["b/1"]), ("run_id != 'x'", ["b/1"]),
            ("tags.t = 's4'", ["a/3"]), ("tags.t != 's4' AND name = 'a'", ["a/2", "a/1"]),
        ] as [(String, [String])])
    func versionFilters(filter: String, expected: [String]) async throws {
        let scratch = try Scratch()
        #expect(try await versions(filled(scratch), filter) == expected)
    }

    @Test("Orders versions by name, number and times, a page at a time", arguments: [1, 2, 10])
    func versionOrders(limit: Int) async throws {
        let scratch = try Scratch()
        let workspace = try await filled(scratch)
        for (order, expected) in [
            (["version_number"], ["a/1", "b/1", "a/2", "a/3"]),
            (["name DESC", "version_number ASC"], ["b/1", "a/1", "a/2", "a/3"]),
            (["creation_timestamp DESC"], ["a/3", "a/2", "a/1", "b/1"]),
        ] {
            #expect(try await versions(workspace, order: order, limit: limit) == expected)
        }
    }

    @Test("Tokens belong to their query, and limits are kept")
    func tokens() async throws {
        let scratch = try Scratch()
        let registry = try await filled(scratch).models
        let plain = RegistryQuery()
        let ordered = RegistryQuery(order: [OrderKey(SearchField(.attribute, "name"))])
        let filtered = RegistryQuery(
            filter: try Filter(parsing: "name != 'x'", for: .modelVersions))
        let entries = try await registry.models(plain, limit: 1, after: nil).next
        let found = try await registry.versions(plain, limit: 1, after: nil).next
        #expect(
            await code { try await registry.versions(plain, limit: 1, after: entries) }
                == .invalidInput)
        #expect(
            await code { try await registry.models(plain, limit: 1, after: found) } == .invalidInput
        )
        #expect(
            await code { try await registry.models(filtered, limit: 1, after: entries) }
                == .invalidInput)
        #expect(
            await code { try await registry.versions(filtered, limit: 1, after: found) }
                == .invalidInput)
        // The same order, said and unsaid, is one query.
        #expect(
            try await registry.models(ordered, limit: 1, after: entries).items.map(\.name) == ["b"])
        for limit in [0, 1001] {
            #expect(
                await code { try await registry.models(plain, limit: limit, after: nil) }
                    == .invalidInput)
        }
        for limit in [0, 200_001] {
            #expect(
                await code { try await registry.versions(plain, limit: limit, after: nil) }
                    == .invalidInput)
        }
        let twice = RegistryQuery(order: ordered.order + ordered.order)
        #expect(
            await code { try await registry.models(twice, limit: 1, after: nil) } == .invalidInput)
    }

    @Test("Random filters find what the clauses accept one by one", arguments: 0..<12)
    func oracle(seed: UInt64) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        var generator = SplitMix64(seed: seed)
        let values = ["", "a", "A", "b%", "ab", "ä", "Ä", "aÄ_b", "'"]
        func value() -> String { values[Int.random(in: 0..<values.count, using: &generator)] }
        var tags: [String: [String: String]] = [:]
        for number in 0..<40 {
            let name = "\(values[1 + number % 8])\(number)"
            var own: [String: String] = [:]
            for key in ["x", "y"] where Bool.random(using: &generator) { own[key] = value() }
            tags[name] = own
            _ = try await workspace.models.createModel(
                named: name, description: "",
                tags: own.map { Workbench.Tag(key: $0.key, value: $0.value) }, at: at(1))
        }
        for _ in 0..<40 {
            var clauses: [Filter.Clause] = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let conditions: [Filter.Condition] = [
                    .text(.equal, value()), .text(.notEqual, value()),
                    .text(.like, value() + "%"), .text(.ilike, "%" + value()),
                    .isOneOf([value(), value()]), .isNoneOf([value()]), .isNull, .isNotNull,
                ]
                let kind = Int.random(in: 0..<3, using: &generator)
                let field =
                    kind == 0 ? SearchField(.attribute, "name") : .init(.tag, kind == 1 ? "x" : "y")
                let most = kind == 0 ? 6 : 8
                clauses.append(
                    Filter.Clause(
                        field, conditions[Int.random(in: 0..<most, using: &generator)],
                        acceptsMissing: kind == 2))
            }
            let expected = tags.filter { name, own in
                clauses.allSatisfy { clause in
                    let text = clause.field.entity == .tag ? own[clause.field.key] : name
                    switch clause.condition {
                    case .isNull: return text == nil
                    case .isNotNull: return text != nil
                    default:
                        guard let text else { return clause.acceptsMissing }
                        return clause.condition.accepts(text)
                    }
                }
            }
            var found: [String] = []
            var token: PageToken?
            repeat {
                let page = try await workspace.models.models(
                    RegistryQuery(filter: Filter(clauses)), limit: 7, after: token)
                found += page.items.map(\.name)
                token = page.next
            } while token != nil
            let sorted = expected.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(found == sorted, "seed \(seed), \(clauses)")
        }
    }
}
