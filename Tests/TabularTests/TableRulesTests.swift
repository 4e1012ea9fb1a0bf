import Documents
import Tabular
import Testing
import Workbench

@Suite struct TableRulesTests {
    private func rules(_ json: String) throws(BancadaError) -> TableRules {
        try TableRules(try JSONParser.parse(Array(json.utf8), document: "rules"))
    }

    private func findings(_ csv: String, _ json: String) throws -> [String] {
        let table = try CSVReader.parse(Array(csv.utf8), name: "t.csv")
        let findings = try rules(json).findings(in: table)
        let areErrors = findings.allSatisfy { $0.severity == .error }
        #expect(areErrors)
        return findings.map(\.text)
    }

    private static let cases: [(csv: String, rules: String, findings: [String])] = [
        ("a\n1\n2\n", "{}", []),
        ("a\n1\n2\n", #"{"rows":{"min":3}}"#, ["there are 2 rows, expected at least 3"]),
        ("a\n1\n2\n", #"{"rows":{"max":1}}"#, ["there are 2 rows, expected at most 1"]),
        ("a\n1\n2\n", #"{"rows":{"min":2,"max":2},"columns":{"a":{}}}"#, []),
        (
            "age\n1\n2\n", #"{"columns":{"ages":{}}}"#,
            [#"column "ages" is missing; there is "age""#]
        ),
        ("a\n1\n2\n", #"{"columns":{"b":{"required":false}}}"#, []),
        (
            "a,b\n1,2\n", #"{"columns":{"a":{}},"allow_new":false}"#,
            [#"column "b" is new, and new columns are not allowed"#]
        ),
        (
            "a\n1.5\n2\n", #"{"columns":{"a":{"type":"integer"}}}"#,
            [
                #"column "a" is number, expected integer"#
            ]
        ),
        ("a\n1\n2\n", #"{"columns":{"a":{"type":"number"}}}"#, []),
        (
            "a\nx\ny\n", #"{"columns":{"a":{"min":1,"unique":true}}}"#,
            [
                #"column "a" is text, expected numbers"#
            ]
        ),
        (
            "a,b\n1,1\n,1\n,1\n4,1\n", #"{"columns":{"a":{"missing":0.25}}}"#,
            [
                #"column "a" has no value, expected a share of at most 0.25, in 2 rows (2, 3)"#
            ]
        ),
        ("a,b\n1,1\n,1\n,1\n4,1\n", #"{"columns":{"a":{"missing":0.5,"min":1}}}"#, []),
        (
            "a,b\n1,1\n,1\n", #"{"columns":{"a":{"missing":0}}}"#,
            [
                #"column "a" has no value, expected none, in 1 row (2)"#
            ]
        ),
        (
            "a\n1\n-2\n3\n200\n", #"{"columns":{"a":{"min":0,"max":150}}}"#,
            [
                #"column "a" has -2, expected 0 to 150, in 2 rows (2, 4)"#
            ]
        ),
        (
            "a\n1\n2\n", #"{"columns":{"a":{"max":1.5}}}"#,
            [
                #"column "a" has 2, expected at most 1.5, in 1 row (2)"#
            ]
        ),
        (
            "a\nx\ny\nz\nz\n", #"{"columns":{"a":{"values":["x","y"]}}}"#,
            [
                #"column "a" has "z", expected one of x, y, in 2 rows (3, 4)"#
            ]
        ),
        (
            "a\n1\n2\n3\n", #"{"columns":{"a":{"values":[1,2.0]}}}"#,
            [
                #"column "a" has "3", expected one of 1, 2.0, in 1 row (3)"#
            ]
        ),
        (
            "a\ntrue\nfalse\n", #"{"columns":{"a":{"values":[true]}}}"#,
            [
                #"column "a" has "false", expected one of true, in 1 row (2)"#
            ]
        ),
        (
            "a\nx\ny\nx\nx\n", #"{"columns":{"a":{"unique":true}}}"#,
            [
                #"column "a" has "x" again, expected no value twice, in 2 rows (3, 4)"#
            ]
        ),
        (
            "a\nAB1\nab2\nCD3x\n", #"{"columns":{"a":{"pattern":"[A-Z]+[0-9]"}}}"#,
            [
                #"column "a" has "ab2", expected what matches "[A-Z]+[0-9]", in 2 rows (2, 3)"#
            ]
        ),
        (
            "a\n1\n2\n2\n2\n2\n2\n2\n", #"{"columns":{"a":{"max":1}}}"#,
            [
                #"column "a" has 2, expected at most 1, in 6 rows (2, 3, 4, 5, 6, ...)"#
            ]
        ),
    ]

    @Test("Finds what breaks the rules, where and how often", arguments: cases)
    func check(csv: String, rules: String, findings: [String]) throws {
        #expect(try self.findings(csv, rules) == findings)
    }

    private static let mistakes: [(rules: String, message: String, hint: String?)] = [
        ("[]", "rules:1:1: expected an object, found an array", nil),
        (#"{"colums":{}}"#, #"rules:1:2: unknown key "colums""#, #"write "columns""#),
        (
            #"{"columns":{"a":{"uniqe":true}}}"#, #"rules:1:18: unknown key "columns.a.uniqe""#,
            #"write "unique""#
        ),
        (#"{"rows":{"min":-1}}"#, #"rules:1:10: "rows.min" is -1, expected 0 or more"#, nil),
        (#"{"rows":{"min":2,"max":1}}"#, #"rules:1:10: "rows.min" is 2, above max 1"#, nil),
        (
            #"{"columns":{"a":{"type":"integr"}}}"#,
            #"rules:1:18: "columns.a.type" is "integr", expected one of integer, number, "#
                + #"boolean, text; write "integer""#, nil
        ),
        (
            #"{"columns":{"a":{"missing":2}}}"#,
            #"rules:1:18: "columns.a.missing" is 2.0, expected a share from 0 to 1"#, nil
        ),
        (
            #"{"columns":{"a":{"type":"text","min":2}}}"#,
            #"rules:1:32: "columns.a.min" is for numbers, and the type is text"#, nil
        ),
        (
            #"{"columns":{"a":{"required":1}}}"#,
            #"rules:1:18: "columns.a.required" is an integer, expected true or false"#, nil
        ),
        (#"{"columns":{"a":{"values":[]}}}"#, #"rules:1:18: "columns.a.values" is empty"#, nil),
        (
            #"{"columns":{"a":{"values":[[]]}}}"#,
            #"rules:1:18: "columns.a.values" has an array at 0, expected strings, numbers and booleans"#,
            nil
        ),
        (
            #"{"columns":{"a":{"pattern":"("}}}"#,
            #"rules:1:18: "columns.a.pattern" is "(", no regular expression"#, nil
        ),
    ]

    @Test("Mistakes in the rules name path and nearest key", arguments: mistakes)
    func refuses(json: String, message: String, hint: String?) throws {
        let error = #expect(throws: BancadaError.self) { try rules(json) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message == message)
        #expect(error?.hint == hint)
    }
}
