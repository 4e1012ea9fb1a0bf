import Documents
import Foundation
import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct ColumnSummaryTests {
    private func reference() throws -> Node {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("describe.json")))
        return try JSONParser.parse(Array(data), document: "describe.json")
    }

    @Test("Agrees with pandas", arguments: ["whole", "real", "tiny"])
    func pandas(name: String) throws {
        let table = try CSVReader.read(path: Fixture.path("sample.csv"))
        let summary = ColumnSummary(try table.column(name))
        let numbers = try #require(summary.numbers)
        let expected = try #require(try reference()["numbers"]?[name])
        #expect(Double(summary.count) == expected["count"]?.double)
        #expect(Double(summary.distinct) == expected["distinct"]?.double)
        for (value, key) in [
            (numbers.mean, "mean"), (numbers.standardDeviation, "std"), (numbers.minimum, "min"),
            (numbers.lowerQuartile, "25%"), (numbers.median, "50%"), (numbers.upperQuartile, "75%"),
            (numbers.maximum, "max"),
        ] {
            let wanted = try #require(expected[key]?.double)
            // A few roundings of sums of 37 numbers of like size; the real ones are near 1e5.
            #expect(abs(value - wanted) <= 1e-11 * max(abs(wanted), abs(numbers.maximum)), "\(key)")
        }
    }

    @Test("Counts texts as pandas does")
    func texts() throws {
        let table = try CSVReader.read(path: Fixture.path("sample.csv"))
        let summary = ColumnSummary(try table.column("word"))
        guard case .array(let words)? = try reference()["words"]?.value else { return }
        #expect(summary.top.map(\.value) == words.compactMap { $0["value"]?.string })
        #expect(summary.top.map { Double($0.count) } == words.compactMap { $0["count"]?.double })
        #expect(summary.missing == 1 && summary.distinct == words.count)
    }

    @Test("Edge cases")
    func edges() {
        let none = ColumnSummary(Column(name: "x", type: .number, numbers: [.nan, .nan]))
        #expect(none.count == 0 && none.missing == 2 && none.distinct == 0 && none.numbers == nil)
        let one = ColumnSummary(Column(name: "x", type: .number, numbers: [3]))
        #expect(one.numbers?.mean == 3 && one.numbers?.median == 3)
        #expect(one.numbers?.standardDeviation.isNaN == true)
        let flags = ColumnSummary(Column(name: "x", type: .boolean, numbers: [1, 0, 1, .nan]))
        #expect(flags.top.map(\.value) == ["true", "false"] && flags.top.map(\.count) == [2, 1])
        let empty = ColumnSummary(Column(name: "x", texts: TextValues([])))
        #expect(empty.count == 0 && empty.top.isEmpty)
        let huge = ColumnSummary(Column(name: "x", type: .number, numbers: [-1.7e308, 1.7e308]))
        #expect(huge.numbers?.median == 0)
    }

    @Test("Is written as JSON")
    func json() throws {
        let table = try Fixture.table("n,t\n1,a\n,b\n2,a\n")
        #expect(
            ColumnSummary.all(of: table).map(\.json.compactText) == [
                #"{"name":"n","type":"integer","count":2,"missing":1,"distinct":2,"mean":1.5,"#
                    + #""std":0.7071067811865476,"min":1.0,"p25":1.25,"p50":1.5,"p75":1.75,"max":2.0}"#,
                #"{"name":"t","type":"text","count":3,"missing":0,"distinct":2,"#
                    + #""top":[{"value":"a","count":2},{"value":"b","count":1}]}"#,
            ])
        let one = ColumnSummary(Column(name: "x", type: .number, numbers: [1]))
        #expect(one.json["std"] == .null)
    }

    @Test("All columns at once, in order, on any number of threads")
    func all() throws {
        let table = try CSVReader.read(path: Fixture.path("sample.csv"))
        let serial = ColumnSummary.all(of: table)
        #expect(serial.map(\.name) == table.columnNames)
        #expect(ColumnSummary.all(of: table, parallel: Parallel(threads: 3)) == serial)
    }
}

@Suite struct TableSchemaTests {
    private func schema() throws -> TableSchema {
        TableSchema(
            try Fixture.table("i,n,t,f,m\n3,0.5,b,true,\n1,,a,false,\n2,inf,b,true,\n"))
    }

    @Test("Says what the columns hold")
    func fields() throws {
        let schema = try schema()
        #expect(schema.rowCount == 3)
        #expect(schema.fields.map(\.type) == [.integer, .number, .text, .boolean, .number])
        #expect(schema.fields.map(\.count) == [3, 2, 3, 3, 0])
        #expect(schema.fields.map(\.missing) == [0, 1, 0, 0, 3])
        #expect(schema.fields[0].bounds == 1...3)
        #expect(schema.fields[2].levels == ["a", "b"])
        #expect(schema.fields[4].bounds == nil)
    }

    @Test("Survives JSON")
    func json() throws {
        let schema = try schema()
        let node = try JSONParser.parse(Array(schema.json.prettyText.utf8), document: "s")
        #expect(try TableSchema(node) == schema)
    }

    @Test(
        "Refuses other documents",
        arguments: [
            "[]", "{}", #"{"version":2,"rows":1,"columns":[]}"#,
            #"{"version":1,"rows":1,"columns":[{"name":"a","type":"date","count":1,"missing":0}]}"#,
            #"{"version":1,"rows":1,"columns":[{"name":"a","type":"number","count":1,"missing":0,"minimum":2,"maximum":1}]}"#,
            #"{"version":1,"rows":1,"columns":[{"name":"a","type":"number","count":1,"missing":0,"minimum":2}]}"#,
        ])
    func refuses(text: String) {
        let error = #expect(throws: BancadaError.self) {
            try TableSchema(try JSONParser.parse(Array(text.utf8), document: "schema.json"))
        }
        #expect(error?.code == (text.contains("\"version\":2") ? .unsupported : .invalidInput))
    }

    @Test("Long lists of texts are left out")
    func longLists() throws {
        let rows = (0..<1001).map { "w\($0)" }.joined(separator: "\n")
        let schema = TableSchema(try Fixture.table("t\n\(rows)\n"))
        #expect(schema.fields[0].levels == nil)
    }
}

@Suite struct TableFindingTests {
    @Test("Finds columns that are of little use")
    func alone() throws {
        let rows = (0..<30).map {
            "\($0),,7,id\($0),\($0 < 20 ? "" : "1"),\($0 == 3 ? "inf" : "2.5")"
        }
        let table = try Fixture.table("ok,none,same,id,few,inf\n" + rows.joined(separator: "\n"))
        let findings = TableFinding.all(in: table)
        #expect(
            findings.map { "\($0.severity) \($0.column ?? "") \($0.message)" } == [
                "warning none has no values", "warning same has the same value in every row",
                "warning id has a different text in every row",
                "warning few is missing in 67 % of the rows", "error inf has infinite values",
            ])
    }

    @Test("Finds departures from a schema")
    func schema() throws {
        let schema = TableSchema(try Fixture.table("a,b,c,d,n\n1,x,1,true,1.5\n2,y,2,false,2\n"))
        let table = try Fixture.table("a,b,d,e,n\n1.5,z,1,3,1\n2,x,2,4,2\n")
        let findings = TableFinding.all(in: table, against: schema)
        #expect(
            findings.map { "\($0.severity) \($0.column ?? "") \($0.message)" } == [
                "error a is number, expected integer", "warning b has new values: \"z\"",
                "error c is missing", "error d is integer, expected boolean",
                "warning e is not in the schema",
            ])
    }
}
