import Documents
import Testing
import Workbench

@Suite struct JSONTests {
    private func read(_ text: String) throws -> JSON {
        try JSONParser.parse(Array(text.utf8), document: "test.json").json
    }

    @Test("Reads every kind of value")
    func reads() throws {
        let value = try read(
            #" {"a": [1, -2.5, 1e3, true, false, null], "b": {"c": "x\n\u00e9\ud83d\ude00"}} "#)
        let expected: JSON = [
            "a": [1, -2.5, 1000.0, true, false, .null], "b": ["c": "x\né😀"],
        ]
        #expect(value == expected)
    }

    @Test(
        "Refuses malformed text and says where",
        arguments: [
            ("", "1:1"), ("{", "1:2"), ("[1,]", "1:4"), ("{\"a\":1,\"a\":2}", "1:11"),
            ("01", "1:1"),
            ("\n\n  nul", "3:3"), ("\"a\u{01}\"", "1:3"), ("\"\\ud800\"", "1:8"), ("1 2", "1:3"),
            ("[1.]", "1:2"), ("\"abc", "1:5"), ("\"\\x\"", "1:4"),
        ])
    func refuses(text: String, place: String) {
        let error = #expect(throws: BancadaError.self) { try read(text) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("test.json:\(place): ") == true, "\(error?.message ?? "")")
    }

    @Test("Refuses nesting that would exhaust the stack")
    func depth() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: BancadaError.self) { try read(text) }
    }

    @Test(
        "Reads numbers exactly",
        arguments: [
            "0.1", "-0.0", "1e22", "123456789012345678", "9007199254740993",
            "2.2250738585072011e-308",
            "1.7976931348623157e308", "5e-324", "-9223372036854775808", "9223372036854775808",
            "0.30000000000000004", "123456.789e-3", "0.000001234", "100000000000000000000000.5",
        ])
    func numbers(text: String) throws {
        let node = try JSONParser.parse(Array(text.utf8), document: "n")
        #expect(node.double?.bitPattern == Double(text)?.bitPattern)
    }

    @Test("Random doubles survive writing and reading", arguments: [UInt64(1), 2, 3])
    func roundTrip(seed: UInt64) throws {
        var state = seed
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state ^ (state >> 29))
            guard value.isFinite else { continue }
            let node = try JSONParser.parse(JSON.number(value).compactBytes, document: "n")
            #expect(node.double?.bitPattern == value.bitPattern, "seed \(seed)")
        }
    }

    @Test("Random bytes never crash the reader", arguments: [UInt64(11), 12, 13])
    func fuzz(seed: UInt64) {
        var state = seed
        let alphabet = Array("{}[]\",:0123456789.eE+-\\untrfals \n\u{e9}".utf8)
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            do {
                let node = try JSONParser.parse(bytes, document: "fuzz")
                let again = try JSONParser.parse(node.json.compactBytes, document: "again")
                #expect(again.json == node.json, "seed \(seed)")
            } catch {
                #expect(error.code == .invalidInput)
            }
        }
    }

    @Test("Writes members in order, with escapes, and non-finite numbers as strings")
    func writes() {
        let value: JSON = [
            "z": 1, "a": .number(.nan), "s": "\"\\\n\t\u{01}é", "e": [], "o": .object([]),
        ]
        #expect(
            value.compactText
                == #"{"z":1,"a":"NaN","s":"\"\\\n\t\u0001é","e":[],"o":{}}"#)
    }

    @Test("Fields name what is missing, mistyped and unknown")
    func fields() throws {
        let text = "{\n  \"rows\": \"x\",\n  \"collumns\": 3\n}"
        let node = try JSONParser.parse(Array(text.utf8), document: "schema.json")
        let fields = try ObjectFields(node, document: "schema.json")
        let wrong = #expect(throws: BancadaError.self) { try fields.integer("rows") }
        #expect(
            wrong?.message == "schema.json:2:11: \"rows\": expected an integer, found a string")
        let missing = #expect(throws: BancadaError.self) { try fields.integer("columns") }
        #expect(missing?.message == "schema.json:1:1: missing \"columns\"")
        let unknown = #expect(throws: BancadaError.self) {
            try fields.refuseUnknown(known: ["rows", "columns"])
        }
        #expect(unknown?.hint == "write \"columns\"")
    }

    @Test(
        "Names the nearest known name",
        arguments: [
            ("specis", "species"), ("speices", "species"), ("ISLAND", "island"), ("xyz", nil),
            ("x", nil),
        ] as [(String, String?)])
    func nearest(name: String, expected: String?) {
        #expect(NearestName.of(name, among: ["species", "island", "sex", "y"]) == expected)
    }
}
