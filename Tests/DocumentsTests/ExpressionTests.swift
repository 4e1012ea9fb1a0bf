import Documents
import Testing
import Workbench

@Suite struct ExpressionTests {
    private let scope: [String: JSON] = [
        "x": 3, "name": "adelie", "tasks": ["score": ["accuracy": 0.97, "rows": [1, 2, 3]]],
    ]

    @Test(
        "Computes",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3"), ("7 / 2.0", "3.5"),
            ("-x", "-3"), ("x >= 3 && x < 4", "true"), ("!(x == 3.0)", "false"),
            ("tasks.score.accuracy >= 0.95", "true"), ("tasks['score'].rows[1]", "2"),
            ("x in [1, 2, 3]", "true"), ("x > 2 ? 'big' : 'small'", "\"big\""),
            ("name + '!'", "\"adelie!\""), ("name.startsWith('ad')", "true"),
            ("size(tasks.score.rows)", "3"), ("max(1, x, 2)", "3"), ("int('12') + 1", "13"),
            ("has(tasks.other)", "false"), ("false && missing", "false"), ("null == null", "true"),
            ("1e3", "1000.0"), ("'it\\'s'", "\"it's\""),
        ])
    func computes(text: String, expected: String) throws {
        let value = try Expression(parsing: text).evaluate(ExpressionScope(scope))
        #expect(value.compactText == expected)
    }

    @Test(
        "Refuses",
        arguments: [
            "", "1 +", "(1", "a..b", "1 2", "'open", "x = 3", "9223372036854775807 + 1",
            "1 / 0", "missing", "tasks.scor", "x.y", "'a' < 1", "!x", "f(1)", "3x", "x[",
        ])
    func refuses(text: String) {
        #expect(throws: BancadaError.self) {
            try Expression(parsing: text).evaluate(ExpressionScope(scope))
        }
    }

    @Test("Knows what it refers to")
    func references() throws {
        let expression = try Expression(
            parsing: "tasks.a.b > parameters.limit && size(tasks.c['d']) == 0")
        #expect(
            expression.references == [
                ["tasks", "a", "b"], ["parameters", "limit"], ["tasks", "c", "d"],
            ])
    }

    @Test("A deep text is an error, not a crash")
    func depth() {
        let text = String(repeating: "(", count: 100_000)
        #expect(throws: BancadaError.self) { try Expression(parsing: text) }
    }
}

@Suite struct ExpressionPlaceTests {
    private func message(_ yaml: String, _ scope: [String: JSON] = ["x": 1]) throws -> String {
        let node = try YAMLParser.parse(yaml, document: "d.yaml")
        let value = try #require(node["v"])
        do throws(BancadaError) {
            let template = try Template(value, document: "d.yaml")
            return try template.evaluate(ExpressionScope(scope)).compactText
        } catch {
            return error.message
        }
    }

    @Test(
        "Errors name the byte in the document",
        arguments: [
            ("v: ${{ x + }}", "d.yaml:1:11: expression \"x +\": expected a value, found the end"),
            ("v: ${{ x +  y }}", "d.yaml:1:13: expression \"x +  y\": unknown name \"y\""),
            (
                "v: \"${{ 1 + ('a' < 1) }}\"",
                "d.yaml:1:18: expression \"1 + ('a' < 1)\": \"a\" and 1 cannot be compared with <"
            ),
            ("v: 'é ${{ x.y }}'", "d.yaml:1:14: expression \"x.y\": 1 has no member \"y\""),
            (
                "v: |\n  one\n  two ${{ x }} ${{ z }}\n",
                "d.yaml:3:20: expression \"z\": unknown name \"z\""
            ),
            (
                "v: |\n\n  one ${{ x &&\n    z }}\n",
                "d.yaml:3:11: expression \"x && z\": 1 is not true or false"
            ),
            (
                "v: |\n  one ${{ 1 +\n    z }}\n",
                "d.yaml:3:5: expression \"1 + z\": unknown name \"z\""
            ),
            ("v: >-\n  one ${{ z }}\n", "d.yaml:2:11: expression \"z\": unknown name \"z\""),
            ("v: >-\n  one\n  two ${{ z }}\n", "d.yaml:1:4: expression \"z\": unknown name \"z\""),
            (#"v: "\t${{ z }}""#, #"d.yaml:1:4: expression "z": unknown name "z""#),
            ("v: a ${{ x ", "d.yaml:1:6: \"${{\" without \"}}\" in \"a ${{ x\""),
            ("v: ${{ 'a }}", "d.yaml:1:8: expression \"'a\": a string has no closing quote"),
            ("v: ${{ }}", "d.yaml:1:8: expression \"\": is empty"),
        ])
    func places(yaml: String, expected: String) throws {
        #expect(try message(yaml) == expected)
    }

    @Test(
        "An expression ends outside its strings",
        arguments: [
            ("v: \"${{ '}}' }}\"", #""}}""#), ("v: ${{ '${{' }}x", #""${{x""#),
            ("v: ${{x}}${{x}}", #""11""#), ("v: a$b", #""a$b""#), ("v: $", #""$""#),
        ])
    func ends(yaml: String, expected: String) throws {
        #expect(try message(yaml) == expected)
    }

    @Test(
        "The names of tasks and parameters may hold a dash",
        arguments: [
            ("tasks.my-task.rows", "3"), ("tasks.my-task.rows-1", "2"), ("tasks.my-task-2", "5"),
            ("parameters.n-1", "7"), ("parameters.n - 1", "1"), ("parameters['n']-1", "1"),
            ("(parameters.n)-1", "1"), ("x-1", "0"), ("a.tasks.b-1", "8"), ("a.in + a.true", "3"),
        ])
    func dashes(text: String, expected: String) throws {
        let scope: [String: JSON] = [
            "tasks": ["my-task": ["rows": 3], "my-task-2": 5],
            "parameters": ["n": 2, "n-1": 7], "x": 1, "a": ["tasks": ["b": 9], "in": 1, "true": 2],
        ]
        let value = try Expression(parsing: text).evaluate(ExpressionScope(scope))
        #expect(value.compactText == expected)
    }

    @Test(
        "A long chain is an error, not a crash",
        arguments: [
            ("1+", 200_000, "1"), (".a", 200_000, ""), ("[0]", 200_000, ""), ("!", 50_000, "x"),
            ("[", 50_000, ""), ("1?", 50_000, "1"), (" ? 1 : 1", 50_000, ""),
        ])
    func chains(part: String, count: Int, end: String) {
        let start = part.first == "." || part.first == "[" ? "x" : part.first == " " ? "1" : ""
        let text = start + String(repeating: part, count: count) + end
        #expect(throws: BancadaError.self) { try Expression(parsing: text) }
    }

    @Test("Random words never crash", arguments: [1, 2, 3, 4] as [UInt64])
    func words(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "1", "0", "9223372036854775807", "1e9", "'a'", "\"\"", "true", "null", "x", "tasks",
            "parameters", ".", "-", "!", "a-b", "(", ")", "[", "]", ",", "?", ":", "+", "*", "/",
            "%",
            "<", "==", "!=", "in", "&&", "||", "size", "int", "double", "string", "min", "max",
            "abs",
            "has", "contains", "upper", "é", "\\", "'", " ",
        ]
        let scope = ExpressionScope([
            "x": [1, "a", ["b": 2.5]], "tasks": ["a": ["b": -1]], "parameters": ["a": .null],
        ])
        var values = 0
        for _ in 0..<5000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { _ in
                words[Int.random(in: 0..<words.count, using: &generator)]
            }
            .joined(separator: Bool.random(using: &generator) ? " " : "")
            if let expression = try? Expression(parsing: text) {
                if (try? expression.evaluate(scope)) != nil { values += 1 }
                _ = expression.references
            }
        }
        #expect(values > 50)
    }

    @Test("Random bytes never crash", arguments: [5, 6] as [UInt64])
    func bytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = try? Expression(parsing: text).evaluate(ExpressionScope([:]))
            let place = Expression.Place(document: "d", indent: 3)
            _ = try? Template.segments(of: "${{" + text + "}}" + text, at: place)
        }
    }
}
