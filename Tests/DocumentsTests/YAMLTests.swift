import Documents
import Testing
import Workbench

@Suite struct YAMLTests {
    private func json(_ text: String) throws -> String {
        try YAMLParser.parse(text, document: "d.yaml").json.compactText
    }

    private func message(_ text: String) -> String {
        do throws(BancadaError) {
            let node = try YAMLParser.parse(text, document: "d.yaml")
            return "no error: \(node.json.compactText)"
        } catch {
            return error.message
        }
    }

    @Test(
        "Scalars follow the core schema",
        arguments: [
            ("", "null"), ("~", "null"), ("null", "null"), ("NULL", "null"), ("true", "true"),
            ("False", "false"), ("yes", #""yes""#), ("on", #""on""#), ("no", #""no""#),
            ("12", "12"), ("-7", "-7"), ("+7", "7"), ("007", "7"), ("0x1F", "31"), ("0o17", "15"),
            ("0x", #""0x""#), ("0x-1", #""0x-1""#), ("1e-3", "0.001"), ("1.5", "1.5"),
            ("1.", "1.0"), (".5", "0.5"), ("1e3", "1000.0"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9.223372036854776e+18"), (".", #"".""#),
            ("1_000", #""1_000""#), ("2024-01-02", #""2024-01-02""#), ("1.2.3", #""1.2.3""#),
            ("1e", #""1e""#), ("3s", #""3s""#), ("'12'", #""12""#), (#""true""#, #""true""#),
            ("!!str 12", #""12""#), ("!!float 12", "12.0"), ("!!int '12'", "12"),
            ("a # b", #""a""#), ("a#b", #""a#b""#),
        ])
    func scalars(text: String, expected: String) throws {
        #expect(try json("x: \(text)\n") == #"{"x":\#(expected)}"#)
    }

    @Test("Infinity and not-a-number are numbers")
    func special() throws {
        let node = try YAMLParser.parse("[.inf, -.inf, .nan]", document: "d")
        guard case .array(let items) = node.value else { return #expect(Bool(false)) }
        #expect(items[0].double == .infinity)
        #expect(items[1].double == -.infinity)
        #expect(items[2].double?.isNaN == true)
    }

    @Test(
        "Reads",
        arguments: [
            ("a: 1\nb:\n  - x\n  - {c: d}\n", #"{"a":1,"b":["x",{"c":"d"}]}"#),
            ("t: |\n  one\n  two\n", #"{"t":"one\ntwo\n"}"#),
            ("t: >-\n  one\n  two\n\n  three\n", #"{"t":"one two\nthree"}"#),
            ("t: |+\n  one\n\n", #"{"t":"one\n\n"}"#), ("t: |\n  one", #"{"t":"one"}"#),
            (#"t: "a\tb\u00e9""#, #"{"t":"a\tbé"}"#), ("1: a\ntrue: b\n", #"{"1":"a","true":"b"}"#),
            ("a: &x [1, 2]\nb: *x\n", #"{"a":[1,2],"b":[1,2]}"#),
            (
                "d: &d {a: 1, b: 2}\ne:\n  <<: *d\n  b: 3\n",
                #"{"d":{"a":1,"b":2},"e":{"b":3,"a":1}}"#
            ),
            ("e:\n  <<: [{a: 1}, {a: 2, b: 2}]\n", #"{"e":{"a":1,"b":2}}"#),
            ("'<<': 1", #"{"<<":1}"#), ("k: &k key\n? *k\n: 1\n", #"{"k":"key","key":1}"#),
            ("x: \"a * b & c\"\ny: a * b\nz: 'R&D'\n", #"{"x":"a * b & c","y":"a * b","z":"R&D"}"#),
            ("{\"a\": [1, {\"b\": null}]}", #"{"a":[1,{"b":null}]}"#), ("3", "3"), ("a", #""a""#),
            ("---\na: 1\n...\n", #"{"a":1}"#), ("---\n---\na: 1\n---\n", #"{"a":1}"#),
            ("%YAML 1.2\n---\na: 1\n", #"{"a":1}"#), ("\u{FEFF}a: 1", #"{"a":1}"#),
            ("a: 1\r\nb: 2\r\n", #"{"a":1,"b":2}"#), ("- - - 1", "[[[1]]]"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try json(text) == expected)
    }

    @Test("Places are lines and bytes, also after longer characters")
    func places() throws {
        let node = try YAMLParser.parse(
            "# é\nä: {ö: 1, b: [x, ü, y]}\nlonger text: |\n  a\nc: 2\n", document: "d")
        let inner = try #require(node["ä"])
        #expect(inner.location == SourceLocation(line: 2, column: 5))
        #expect(inner["ö"]?.location == SourceLocation(line: 2, column: 10))
        guard case .array(let items)? = inner["b"]?.value else { return #expect(Bool(false)) }
        #expect(items.map(\.location.column) == [17, 20, 24])
        #expect(node["c"]?.location == SourceLocation(line: 5, column: 4))
    }

    @Test("A short text has its places too")
    func short() throws {
        let node = try YAMLParser.parse("a: b", document: "d")
        #expect(node.location == SourceLocation(line: 1, column: 1))
        #expect(node["a"]?.location == SourceLocation(line: 1, column: 4))
    }

    @Test(
        "Refuses",
        arguments: [
            ("", "d.yaml is empty, expected a YAML document"),
            ("# only a remark\n", "d.yaml is empty, expected a YAML document"),
            ("a: 1\n---\nb: 2\n", "d.yaml:3:1: a second document starts here, expected one"),
            (
                "a: 1\nb: 2\na: 3\n",
                "d.yaml:3:1: the key \"a\" is there twice, first at line 1, column 1"
            ),
            (
                "x:\n  a: 1\n  # a: 2\n  c:\n    a: 1\n  'a': 3\n",
                "d.yaml:6:3: the key \"a\" is there twice, first at line 2, column 3"
            ),
            (
                "1: a\n'1': b\n",
                "d.yaml:2:1: the key \"1\" is there twice, first at line 1, column 1"
            ),
            ("a:\n\tb: 1\n", "d.yaml:2:1: a tab cannot indent or start a value"),
            ("a: b: c\n", "d.yaml:1:5: mapping values are not allowed in this context"),
            ("[a]: 1\n", "d.yaml:1:1: a key is a list or an object, expected a text"),
            ("a: *b\n", "d.yaml:1:4: found undefined alias"),
            ("a: &c 1\nb: *d\n", "d.yaml:2:4: the alias *d has no anchor before it"),
            ("a: &c [*c]\n", "d.yaml:1:8: the alias *c has no anchor before it"),
            ("a: &c 1\nb: *c x\n", "d.yaml:2:4: text follows an alias in \"*c x\""),
            ("a: !Ref x\n", "d.yaml:1:4: the tag !Ref has no meaning here"),
            ("a: !!set {}\n", "d.yaml:1:4: the tag !!set has no meaning here"),
            ("a: !!int x\n", "d.yaml:1:4: \"x\" is no !!int"),
            (
                "a: <<\n<<: 1\n",
                "d.yaml:2:5: \"<<\" takes over the members of an integer, "
                    + "expected an object or a list of objects"
            ),
            ("a: \u{1}b\n", "d.yaml:1:4: byte 1 is a control character"),
            ("ä: \u{80}b\n", "d.yaml:1:5: byte 194 is a control character"),
        ])
    func refuses(text: String, expected: String) {
        #expect(message(text) == expected)
    }

    @Test("Invalid UTF-8 is named by line and byte")
    func invalidText() {
        let bytes = Array("a: 1\nb: é".utf8) + [0xFF, 0x0A]
        #expect {
            _ = try YAMLParser.parse(bytes, document: "d.yaml")
        } throws: { error in
            (error as? BancadaError)?.message == "d.yaml:2:6: byte 255 is not valid UTF-8"
        }
    }

    @Test("What grows without bound is refused at once", arguments: [false, true])
    func bombs(asKeys: Bool) {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let uses = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        if asKeys { text += "? *a20\n: 1\n? *a19\n: 1\n" }
        #expect(message(text).hasSuffix("more than 1000000 values, aliases counted in full"))
    }

    @Test(
        "Deep nesting is refused",
        arguments: [
            ("[", 100_000, ""), ("- ", 100_000, "x"), ("{a: ", 500, "}"), ("[", 200, "]"),
            ("? ", 900, "x"),
        ])
    func depth(part: String, count: Int, end: String) {
        let isClosed = end == "}" || end == "]"
        let text =
            String(repeating: part, count: count)
            + (isClosed ? "x" + String(repeating: end, count: count) : end)
        #expect(message(text).hasPrefix("d.yaml:1:"))
    }

    @Test("Texts that are too long are refused before they are read")
    func length() {
        let commas = Array("[".utf8) + [UInt8](repeating: UInt8(ascii: ","), count: 3_100_000)
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: YAMLParser.maximumBytes + 1)
        for (bytes, expected) in [
            (commas, "d has 3100001 lines and commas, expected at most 3000000"),
            (long, "d has 67108865 bytes, expected at most 67108864"),
        ] {
            #expect {
                _ = try YAMLParser.parse(bytes, document: "d")
            } throws: { ($0 as? BancadaError)?.message == expected }
        }
    }

    @Test("Expressions without quotes in braces are explained")
    func unquoted() {
        #expect {
            _ = try YAMLParser.parse("a: {b: ${{ c }}}\n", document: "d")
        } throws: { ($0 as? BancadaError)?.hint == "put ${{ }} in quotes inside of { } and [ ]" }
    }

    @Test("Several documents, empty ones left out")
    func several() throws {
        let nodes = try YAMLParser.parseAll(
            Array("---\na: &x 1\n---\n---\nb: 2\n".utf8), document: "d")
        #expect(nodes.map(\.json.compactText) == [#"{"a":1}"#, #"{"b":2}"#])
        #expect(nodes[1].location.line == 5)
    }

    @Test(
        "Random words are a document or an error with its place", arguments: [1, 2, 3] as [UInt64])
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "'",
            "\"",
            "|", ">", "|+2\n", "&x ", "*x", "*y", "!!int ", "!t ", "! ", "#", " #c", "---\n",
            "...\n",
            "%YAML 1.2\n", "\t", "\r", "\u{85}", "\u{2028}", "é", "😀", "\\x41", "\\ud800", "<<: ",
            "null", "1", ".inf", "~", "@", "`", "$", "\u{E000}", "\u{FEFF}", "\u{0}",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...14, using: &generator)
            let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }
                .joined()
            do throws(BancadaError) {
                let nodes = try YAMLParser.parseAll(Array(text.utf8), document: "d.yaml")
                for node in nodes { _ = node.json }
                read += 1
            } catch {
                let parts = error.message.split(separator: ":", maxSplits: 3)
                #expect(
                    parts.count == 4 && Int(parts[1]) != nil && Int(parts[2]) != nil,
                    "seed \(seed), \(text.debugDescription): \(error.message)")
            }
        }
        #expect(read > 1000)
    }
}
