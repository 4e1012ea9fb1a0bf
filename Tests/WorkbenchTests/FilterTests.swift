import Testing
import Workbench

@Suite struct FilterTests {
    private static func clause(
        _ entity: SearchField.Entity, _ key: String, _ condition: Filter.Condition
    ) -> Filter.Clause {
        Filter.Clause(SearchField(entity, key), condition)
    }

    @Test(
        "Reads one clause",
        arguments: [
            ("metrics.loss < 0.5", clause(.metric, "loss", .number(.less, 0.5))),
            ("metric.loss>=.5", clause(.metric, "loss", .number(.greaterOrEqual, 0.5))),
            ("metrics.loss != -1e3", clause(.metric, "loss", .number(.notEqual, -1000))),
            ("metrics.a.b = 1", clause(.metric, "a.b", .number(.equal, 1))),
            ("metrics.`my loss` > 1E+2", clause(.metric, "my loss", .number(.greater, 100))),
            ("metrics.\"a-b/c\" <= 7", clause(.metric, "a-b/c", .number(.lessOrEqual, 7))),
            ("params.lr = '0.1'", clause(.param, "lr", .text(.equal, "0.1"))),
            ("param.lr = \"0.1\"", clause(.param, "lr", .text(.equal, "0.1"))),
            ("parameters.lr != 'x'", clause(.param, "lr", .text(.notEqual, "x"))),
            ("parameter.lr LIKE '%x_'", clause(.param, "lr", .text(.like, "%x_"))),
            ("tags.mlflow.runName ilike 'A%'", clause(.tag, "mlflow.runName", .text(.ilike, "A%"))),
            ("tag.`a b` IS NULL", clause(.tag, "a b", .isNull)),
            ("params.a is not null", clause(.param, "a", .isNotNull)),
            (
                "attributes.status = 'FINISHED'",
                clause(.attribute, "status", .text(.equal, "FINISHED"))
            ),
            (
                "attribute.run_name = 'it is'",
                clause(.attribute, "run_name", .text(.equal, "it is"))
            ),
            ("attr.user_id = 'a'", clause(.attribute, "user_id", .text(.equal, "a"))),
            ("run.start_time > 5", clause(.attribute, "start_time", .number(.greater, 5))),
            ("created > 5", clause(.attribute, "start_time", .number(.greater, 5))),
            ("status = 'AND'", clause(.attribute, "status", .text(.equal, "AND"))),
            ("artifact_uri LIKE '%/x'", clause(.attribute, "artifact_uri", .text(.like, "%/x"))),
            ("run_id IN ('a', \"b\")", clause(.attribute, "run_id", .isOneOf(["a", "b"]))),
            ("run_id not in('a')", clause(.attribute, "run_id", .isNoneOf(["a"]))),
            ("dataset.name = 'd'", clause(.dataset, "name", .text(.equal, "d"))),
            ("datasets.digest IN ('x','y')", clause(.dataset, "digest", .isOneOf(["x", "y"]))),
            ("dataset.context LIKE 'tr%'", clause(.dataset, "context", .text(.like, "tr%"))),
            ("params.a = 'say \"hi\"'", clause(.param, "a", .text(.equal, "say \"hi\""))),
            ("params.a = 'it''s'", clause(.param, "a", .text(.equal, "it''s"))),
            ("params.a = 'it\\'s'", clause(.param, "a", .text(.equal, "it\\'s"))),
            ("params.a = 'a\\'", clause(.param, "a", .text(.equal, "a\\"))),
            ("params.a = ''", clause(.param, "a", .text(.equal, ""))),
            ("params.a = ''''", clause(.param, "a", .text(.equal, "''"))),
            ("params.a = \"say \"\"hi\"", clause(.param, "a", .text(.equal, "say \"\"hi"))),
            ("params.é = 'ü'", clause(.param, "é", .text(.equal, "ü"))),
            ("  metrics.a\t=\n1  ", clause(.metric, "a", .number(.equal, 1))),
        ])
    func reads(text: String, clause: Filter.Clause) throws {
        #expect(try Filter(parsing: text, for: .runs).clauses == [clause])
    }

    @Test(
        "Joins clauses by AND in any case; one AND at the end is let pass",
        arguments: [
            "metrics.a > 1 AND params.b = 'x'", "metrics.a > 1 and params.b = 'x'",
            "metrics.a>1 And params.b='x' AND",
        ])
    func joins(text: String) throws {
        #expect(
            try Filter(parsing: text, for: .runs).clauses == [
                Self.clause(.metric, "a", .number(.greater, 1)),
                Self.clause(.param, "b", .text(.equal, "x")),
            ])
    }

    @Test("No text accepts everything", arguments: ["", "  ", "\n"])
    func empty(text: String) throws {
        #expect(try Filter(parsing: text, for: .runs).clauses.isEmpty)
    }

    @Test(
        "Refuses what the language does not have, as invalid input that quotes the filter",
        arguments: [
            "metrics.a > 1 OR metrics.b > 1", "NOT metrics.a > 1", "(metrics.a > 1)",
            "metrics.a BETWEEN 1 AND 2", "metrics.a > +1", "metrics.a > '1'", "metrics.a LIKE '1'",
            "metrics.a > nan", "metrics.a > inf", "metrics.a > 1e999", "metrics.a > 0x10",
            "metrics.a", "metrics.a >", "metrics. > 1", "metrics.`a > 1", "metrics.a => 1",
            "metrics.a == 1", "metrics.a <> 1", "metrics.a IS NULL", "metrics.a IN (1)",
            "params.a = 1", "params.a > 'x'", "params.a = x", "params.a = `x`", "params.a IN ('x')",
            "params.a IS", "params.a IS NOT", "params.a NOT NULL", "params.a = 'x", "tags.a = ''x",
            "params.a = '''", "params.a = 'x\\' AND params.b = 'y'",
            "Metrics.a > 1", "METRICS.a > 1", "metricz.a > 1", "attributes.nothing = 'x'",
            "nothing = 'x'", "status IN ('a')", "status > 'a'", "start_time = 'x'",
            "start_time LIKE '1'", "run_id IN ()", "run_id IN ('a'", "run_id IN 'a'",
            "run_id IN ('a',)", "run_id NOT ('a')", "dataset.other = 'x'", "dataset.name > 'x'",
            "dataset.name IS NULL", "AND", "AND metrics.a > 1", "metrics.a > 1 AND AND",
            "metrics.a > 1 AND AND metrics.b > 1", "metrics.a > 1 metrics.b > 1", "'status' = 'x'",
            "metrics.a > 1; DROP TABLE runs", "metrics.a > 1 -- x", "status = 'a' 'b'", "=", "\0",
            "metrics.`` > 1", "metrics.'a' > 1", "metrics .a > 1", "tags.`a`b = 'x'",
        ])
    func refuses(text: String) {
        do {
            let filter = try Filter(parsing: text, for: .runs)
            Issue.record("read \(text) as \(filter)")
        } catch {
            #expect(error.code == .invalidInput)
            #expect(error.hint != nil)
        }
    }

    @Test(
        "Hints name what the subject accepts",
        arguments: [
            (SearchSubject.registeredModels, "name", "write clauses such as name LIKE '%x%' AND"),
            (.registeredModels, "iris", "write \"name = 'iris'\""),
            (.registeredModels, "metrics.a > 1", "use name, tags.KEY"),
            (.modelVersions, "iris2", "write \"name = 'iris2'\""),
            (.experiments, "params.a = 'x'", "use attribute, tags, in lower case"),
            (.experiments, "nothing = 'x'", "use creation_time, experiment_id, last_update_time,"),
            (.runs, "arts", "write \"run_name = 'arts'\""),
            (.runs, "metricz.a > 1", "use attributes, datasets, metrics, params, tags, in lower"),
            (.traces, "spans.a = 'x'", "use metadata, request_metadata, span, tags, trace, in"),
            (.traces, "nothing = 'x'", "use client_request_id, end_time_ms, execution_time_ms,"),
            (.traces, "trace.status ? 'x'", "write clauses such as trace.status = 'OK' AND span"),
        ])
    func hints(subject: SearchSubject, text: String, hint: String) {
        do {
            let filter = try Filter(parsing: text, for: subject)
            Issue.record("read \(text) as \(filter)")
        } catch {
            #expect(error.hint?.hasPrefix(hint) == true, "\(error.hint ?? "")")
        }
    }

    @Test(
        "Hints for orders name what orders",
        arguments: [
            (
                SearchSubject.runs, "datasets.name",
                "order by artifact_uri, end_time, run_id, run_name, start_time, status, user_id, "
                    + "metrics.KEY, params.KEY, tags.KEY"
            ),
            (
                .registeredModels, "tags.team",
                "order by creation_timestamp, last_updated_timestamp, name"
            ),
            (
                .registeredModels, "metric",
                "use creation_timestamp, last_updated_timestamp, name"
            ),
        ])
    func orderHints(subject: SearchSubject, text: String, hint: String) {
        do {
            let keys = try OrderKey.parse([text], for: subject)
            Issue.record("read \(text) as \(keys)")
        } catch {
            #expect(error.hint == hint)
        }
    }

    @Test(
        "Prompts are hidden unless the filter is about their mark",
        arguments: [
            ("", 1), ("name = 'x'", 2), ("tags.`mlflow.prompt.is_prompt` = 'true'", 1),
        ])
    func prompts(text: String, clauses: Int) throws {
        let filter = try Filter(parsing: text, for: .registeredModels).hidingPrompts
        #expect(filter.clauses.count == clauses)
        #expect(filter.clauses.last?.field.key.contains("prompt") == true)
    }

    @Test("Says what was expected and where")
    func message() {
        do {
            _ = try Filter(parsing: "metrics.a > 1 OR metrics.b > 1", for: .runs)
            Issue.record("read an OR")
        } catch {
            #expect(error.message.contains("expected AND or the end at character 15, found OR"))
        }
    }

    @Test(
        "Each subject has its own fields",
        arguments: [
            ("name LIKE 'a%'", "experiments", true),
            ("experiment_id IN ('1')", "experiments", true),
            ("experiment_id = '1'", "experiments", true),
            ("experiment_id LIKE '1'", "experiments", false),
            ("experiment_id ILIKE '1'", "experiments", false),
            ("attribute.name = 'a'", "experiments", true), ("tag.a = 'b'", "experiments", true),
            ("attr.name = 'a'", "experiments", false),
            ("attributes.name = 'a'", "experiments", false),
            ("run.name = 'a'", "experiments", false),
            ("attributes.name = 'a'", "logged models", true),
            ("attribute.name = 'a'", "logged models", false),
            ("metric.a > 1", "logged models", false), ("tag.a = 'b'", "logged models", false),
            ("param.a = 'b'", "logged models", false), ("params.a = 'b'", "logged models", true),
            ("creation_time > 5", "experiments", true), ("tags.a = 'b'", "experiments", true),
            ("metrics.a > 1", "experiments", false), ("params.a = 'b'", "experiments", false),
            ("status = 'x'", "experiments", false), ("name IN ('a')", "experiments", false),
            ("name IN ('a')", "registered models", true),
            ("tags.a != 'b'", "registered models", true),
            ("version_number = 1", "registered models", false),
            ("version_number >= 2", "model versions", true),
            ("run_id IN ('a')", "model versions", true),
            ("source_path = 'a'", "model versions", true),
            ("metrics.a > 1", "logged models", true), ("model_type = 'x'", "logged models", true),
        ])
    func subjects(text: String, name: String, isValid: Bool) throws {
        let subjects: [SearchSubject] = [
            .runs, .experiments, .registeredModels, .modelVersions, .loggedModels,
        ]
        let subject = try #require(subjects.first { $0.name == name })
        do {
            _ = try Filter(parsing: text, for: subject)
            #expect(isValid)
        } catch {
            #expect(!isValid && error.code == .invalidInput, "\(error.message)")
        }
    }

    @Test(
        "A model without the mark of a prompt is none",
        arguments: [
            ("tag.`mlflow.prompt.is_prompt` != 'true'", true),
            ("tags.`mlflow.prompt.is_prompt` = 'false'", true),
            ("tag.`mlflow.prompt.is_prompt` = 'true'", false), ("tags.other != 'true'", false),
        ])
    func prompts(text: String, accepts: Bool) throws {
        let filter = try Filter(parsing: text, for: .registeredModels)
        #expect(filter.clauses.map(\.acceptsMissing) == [accepts])
    }

    @Test("Orders ascending unless told otherwise")
    func orders() throws {
        let keys = try OrderKey.parse(
            [
                "metrics.loss", "params.`a b` DESC", "tags.x asc", "start_time desc",
                "attributes.run_name ASC",
            ], for: .runs)
        #expect(
            keys == [
                OrderKey(SearchField(.metric, "loss")),
                OrderKey(SearchField(.param, "a b"), ascending: false),
                OrderKey(SearchField(.tag, "x")),
                OrderKey(SearchField(.attribute, "start_time"), ascending: false),
                OrderKey(SearchField(.attribute, "run_name")),
            ])
    }

    @Test(
        "Refuses orders that cannot be",
        arguments: [
            [""], ["metrics.loss down"], ["metrics.loss ASC DESC"], ["dataset.name"],
            ["metrics.a", "metrics.a DESC"], ["start_time", "created"], ["nothing"], ["DESC"],
            ["metrics."], ["metrics.a, metrics.b"], ["'status'"],
        ])
    func badOrders(texts: [String]) {
        do {
            let keys = try OrderKey.parse(texts, for: .runs)
            Issue.record("read \(texts) as \(keys)")
        } catch {
            #expect(error.code == .invalidInput)
        }
    }

    @Test("Any text is a filter or invalid input", arguments: 0..<20)
    func fuzz(seed: UInt64) {
        var generator = Noise(state: seed)
        let pieces = [
            "metrics", "params", "tags", "attributes", "dataset", ".", "a", "loss", "`", "\"", "'",
            " ", "=", "!=", "<", ">", "LIKE", "ILIKE", "IN", "NOT", "IS", "NULL", "AND", "(", ")",
            ",", "1", "-", "e", "+", ".5", "x'", "\u{0}", "é", "e\u{301}", "🙂", "\n", "%", "\\",
            "status", "run_id", "start_time", "name", "\u{FEFF}", "٣",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...12, using: &generator)
            let text = (0..<count).map { _ in
                pieces[Int.random(in: pieces.indices, using: &generator)]
                    + (Bool.random(using: &generator) ? " " : "")
            }.joined()
            for subject in [SearchSubject.runs, .experiments, .loggedModels] {
                do {
                    _ = try Filter(parsing: text, for: subject)
                } catch {
                    #expect(error.code == .invalidInput, "\(text)")
                }
                do {
                    _ = try OrderKey.parse([text], for: subject)
                } catch {
                    #expect(error.code == .invalidInput, "\(text)")
                }
            }
        }
    }
}

@Suite struct LikePatternTests {
    @Test(
        "Matches the whole text",
        arguments: [
            ("", "", true), ("", "a", false), ("%", "", true), ("%", "anything", true),
            ("_", "", false), ("_", "a", true), ("_", "ab", false), ("a%", "abc", true),
            ("a%", "ba", false), ("%c", "abc", true), ("%b%", "abc", true), ("a_c", "abc", true),
            ("a_c", "ac", false), ("%a%a%", "aa", true), ("%a%a%", "a", false),
            ("a%%b", "ab", true), ("A", "a", false), ("_", "é", true), ("_", "🙂", true),
            ("__", "e\u{301}", true), ("é", "e\u{301}", false), ("*", "x", false),
            ("[a]", "a", false),
            ("[a]", "[a]", true), ("\\%", "\\x", true), ("%ab", "aab", true),
        ])
    func matches(pattern: String, text: String, fits: Bool) {
        #expect(LikePattern(pattern).matches(text) == fits)
    }

    @Test(
        "Without regard to case, beyond ASCII too",
        arguments: [
            ("A%", "abc", true), ("%É", "caf\u{E9}", true), ("k", "\u{212A}", true),
            ("STRASSE", "straße", false), ("_", "Ä", true),
        ])
    func ignoringCase(pattern: String, text: String, fits: Bool) {
        #expect(LikePattern(pattern, ignoringCase: true).matches(text) == fits)
    }

    @Test("Many wildcards take no exponential time")
    func hard() {
        let pattern = LikePattern(String(repeating: "%a", count: 500) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    }
}

/// Sebastiano Vigna's SplitMix64.
private struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
