import Foundation
import Testing
import Workbench

@Suite struct TrackingRulesTests {
    @Test(
        "Accepts keys that MLflow accepts",
        arguments: [
            "a", "loss", "train/loss", "a b", "a.b", "a-b", "a:b", "_", "0", "a/b/c.d e:f-g_h",
            "mlflow.runName", "ünïcödé", "損失", "a..", "a/..b", "-", " ", "½",
        ])
    func goodKeys(key: String) throws {
        try TrackingRules.checkKey(key, of: "metric")
    }

    @Test(
        "Refuses keys that MLflow refuses",
        arguments: [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "./a", "a/.", "a/./b", "..a",
            "a\n", "a\tb", "a+b", "a#b", "a@b", "a%", "a\\b", "a\0", "a\"b", "🐧", "e\u{301}",
        ])
    func badKeys(key: String) {
        let error = #expect(throws: BancadaError.self) {
            try TrackingRules.checkKey(key, of: "metric")
        }
        #expect(error?.code == .invalidInput)
    }

    @Test("Counts key lengths in Unicode scalars")
    func keyLength() throws {
        try TrackingRules.checkKey(String(repeating: "ü", count: 250), of: "param")
        #expect(throws: BancadaError.self) {
            try TrackingRules.checkKey(String(repeating: "a", count: 251), of: "param")
        }
    }

    @Test("Agrees with Python's \\w on every assigned character of its Unicode version")
    func keyCharacters() throws {
        // `Reference/word_characters.py` wrote the ranges.
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Reference/word_characters.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        var differences: [String] = []
        for line in lines where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            let low = try #require(UInt32(parts[0], radix: 16))
            let high = try #require(UInt32(parts[1], radix: 16))
            for number in low...high {
                guard let scalar = Unicode.Scalar(number) else { continue }
                let accepted = (try? TrackingRules.checkKey("a\(scalar)b", of: "x")) != nil
                if accepted != (parts[2] == "w") { differences.append(String(number, radix: 16)) }
            }
        }
        #expect(lines.count > 1000)
        #expect(differences.isEmpty)
    }

    @Test(
        "Accepts aliases", arguments: ["champion", "a", "v", "v1a", "1", "_", "-", "V-1", "late"])
    func goodAliases(alias: String) throws {
        try TrackingRules.checkAlias(alias)
    }

    @Test(
        "Refuses aliases that mean something else or nothing",
        arguments: [
            "", "latest", "LATEST", "v1", "V1", "v0123", "a b", "a@b", "a/b", "ü", "a.b", "a\n",
            String(repeating: "a", count: 256),
        ])
    func badAliases(alias: String) {
        #expect(throws: BancadaError.self) { try TrackingRules.checkAlias(alias) }
    }

    @Test(
        "Checks names of models and datasets",
        arguments: [
            ("penguins", true), ("a b", true), ("a@b", true), ("ü", true), ("", false),
            ("a/b", false), (" ", false), ("\u{A0}\u{2003}", false), (" a", true), (".", false),
            ("..", false), ("..a", false), (".a", true),
            ("a:b", false), ("a\nb", false), ("\0", false),
            (String(repeating: "ü", count: 500), true), (String(repeating: "ü", count: 501), false),
        ])
    func names(name: String, isValid: Bool) {
        #expect(((try? TrackingRules.checkName(name, of: "model")) != nil) == isValid)
    }

    @Test(
        "Checks names of experiments",
        arguments: [
            ("Default", true), ("a/b:c\n", true), ("", false), ("a\0", false),
            (String(repeating: "ü", count: 500), true), (String(repeating: "ü", count: 501), false),
        ])
    func experimentNames(name: String, isValid: Bool) {
        #expect(((try? TrackingRules.checkExperimentName(name)) != nil) == isValid)
    }

    @Test("Checks a tag's key, length and characters")
    func tags() throws {
        func check(_ key: String, _ value: String) throws {
            try TrackingRules.checkTag(
                Workbench.Tag(key: key, value: value), of: "model", valueLength: 5)
        }
        try check("k", "üüüüü")
        #expect(throws: BancadaError.self) { try check("k", "üüüüüü") }
        #expect(throws: BancadaError.self) { try check("k", "a\0") }
        #expect(throws: BancadaError.self) { try check("", "a") }
    }

    @Test(
        "Cuts at a Unicode scalar and leaves short texts",
        arguments: [
            ("abc", 3, "abc"), ("abcd", 3, "abc"), ("üöä", 3, "üöä"), ("üöäß", 3, "üöä"),
            ("e\u{301}x", 1, "e"), ("🐧🐧", 1, "🐧"), ("", 0, ""), ("a", 0, ""),
        ])
    func truncation(text: String, length: Int, expected: String) {
        #expect(
            Array(TrackingRules.truncated(text, to: length).utf8) == Array(expected.utf8))
    }
}
