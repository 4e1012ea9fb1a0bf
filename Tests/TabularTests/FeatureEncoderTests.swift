import Documents
import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct FeatureEncoderTests {
    private func fit(_ text: String, target: String = "y") throws -> EncoderFit {
        try FeatureEncoder.fit(try Fixture.table(text), excluding: target)
    }

    @Test("Numbers are standardised, texts one-hot, booleans 0 and 1")
    func hand() throws {
        let text = "n,t,b,y\n1,red,true,0\n3,blue,false,0\n,,true,0\n5,red,,0\n"
        let fit = try fit(text)
        #expect(
            fit.encoder.encodedNames == ["n", "t=blue", "t=red", "t is missing", "b"])
        // Mean 3; squares 4 + 0 + 0 (missing) + 4 over four rows.
        let scale = 2.0.squareRoot()
        let matrix = try fit.encoder.encode(try Fixture.table(text))
        let expected = Matrix([
            [-2 / scale, 0, 1, 0, 1], [0, 1, 0, 0, 0], [0, 0, 0, 1, 1], [2 / scale, 0, 1, 0, 1],
        ])
        #expect(matrix.rows == 4 && matrix.columns == 5)
        #expect(zip(matrix.values, expected.values).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(fit.dropped.isEmpty && fit.notes.isEmpty)
    }

    @Test("Order of columns, other columns and texts that are new do not matter")
    func serving() throws {
        let encoder = try fit("n,t,y\n1,a,0\n3,b,0\n").encoder
        let matrix = try encoder.encode(try Fixture.table("extra,t,n\nx,c,3\nx,a,\nx,,1\n"))
        #expect(matrix.values == [1, 0, 0, 0, 1, 0, -1, 0, 0])
    }

    @Test("Columns that carry nothing are left out or noted")
    func dropped() throws {
        let rows = (0..<300).map { "\($0 % 2),,id\($0),7,w\($0 % 150)" }
        let fit = try fit("y,none,id,same,word\n" + rows.joined(separator: "\n"))
        #expect(fit.encoder.features.map(\.name) == ["same", "word"])
        #expect(
            fit.dropped == [
                ColumnNote(column: "none", message: "has no values"),
                ColumnNote(column: "id", message: "has 300 different texts in 300 rows"),
            ])
        #expect(
            fit.notes == [ColumnNote(column: "same", message: "has the same value in every row")])
        #expect(fit.encoder.features[0].encoding == .standardised(mean: 7, scale: 0))
    }

    @Test("Of very many texts the most frequent ones are kept")
    func manyLevels() throws {
        let rows = (0..<6600).map { row in "0,w\(row % (row < 4400 ? 1100 : 500))" }
        let fit = try fit("y,word\n" + rows.joined(separator: "\n"))
        #expect(fit.encoder.width == 1000)
        #expect(fit.notes.map(\.column) == ["word"])
        let names = Set(fit.encoder.encodedNames)
        #expect((0..<500).allSatisfy { names.contains("word=w\($0)") })
    }

    @Test("Refuses a table without features")
    func nothing() {
        let error = #expect(throws: BancadaError.self) { try fit("y,none\n1,\n2,\n") }
        #expect(
            error?.message
                == "t.csv has no column beside \"y\" that a model can learn from")
    }

    @Test("Refuses infinite values, naming the row")
    func infinite() {
        let error = #expect(throws: BancadaError.self) { try fit("y,x\n1,1\n2,inf\n") }
        #expect(
            error?.message
                == "column \"x\" of t.csv is infinite in row 2, expected a finite number")
    }

    @Test("Names features that are missing")
    func missing() throws {
        let encoder = try fit("island,mass,y\na,1,0\nb,2,0\n").encoder
        let one = #expect(throws: BancadaError.self) {
            try encoder.encode(try Fixture.table("iland,mass\na,1\n"))
        }
        #expect(one?.code == .invalidInput)
        #expect(one?.message == "column \"island\" not found in t.csv")
        #expect(one?.hint == "write \"iland\"")
        let both = #expect(throws: BancadaError.self) {
            try encoder.encode(try Fixture.table("x\n1\n"))
        }
        #expect(both?.message == "columns \"island\", \"mass\" not found in t.csv")
    }

    private static let mismatches: [(text: String, message: String)] = [
        (
            "n,f,t\n1,true,a\nx,true,a\n",
            "column \"n\" of t.csv has \"x\" in row 2, expected a number"
        ),
        (
            "n,f,t\n,true,a\ntrue,true,a\n",
            "column \"n\" of t.csv has \"true\" in row 2, expected a number"
        ),
        (
            "n,f,t\n1,1,a\n1,2,a\n",
            "column \"f\" of t.csv has \"2\" in row 2, expected true or false"
        ),
        ("n,f,t\n1,yes,a\n", "column \"f\" of t.csv has \"yes\" in row 1, expected true or false"),
    ]

    @Test("Names the value that does not fit", arguments: mismatches)
    func mismatch(text: String, message: String) throws {
        let encoder = try fit("n,f,t,y\n1.5,true,a,0\n2,false,b,0\n").encoder
        let error = #expect(throws: BancadaError.self) {
            try encoder.encode(try Fixture.table(text))
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message == message)
    }

    @Test("Values that fit are taken whatever type their column has")
    func conversions() throws {
        let encoder = try fit("n,f,t,y\n1.5,true,1,0\n2,false,x,0\n").encoder
        // 0 and 1 are booleans, integers are texts and numbers, columns without values are all.
        let matrix = try encoder.encode(try Fixture.table("n,f,t\n2,1,1\n,0,\n"))
        #expect(matrix.values == [1, 1, 1, 0, 0, 0, 0, 0])
        let empty = try encoder.encode(try Fixture.table("n,f,t\n,,\n,,\n"))
        #expect(empty.values == [0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("Encoding does not depend on threads or neighbours", arguments: UInt64(1)...3)
    func deterministic(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        let rows = (0..<1500).map { row -> String in
            let number = generator.index(below: 10) == 0 ? "" : "\(generator.uniform() * 1e6)"
            return "\(number),w\(generator.index(below: 9)),\(row % 3 == 0),\(row)"
        }
        let table = try Fixture.table("n,t,b,y\n" + rows.joined(separator: "\n"))
        let serial = try FeatureEncoder.fit(table, excluding: "y")
        let parallel = try FeatureEncoder.fit(
            table, excluding: "y", parallel: Parallel(threads: 3))
        #expect(serial.encoder == parallel.encoder)
        let matrix = try serial.encoder.encode(table)
        #expect(try serial.encoder.encode(table, parallel: Parallel(threads: 2)) == matrix)
        for row in [0, 700, 1499] {
            let alone = try serial.encoder.encode(table.rows([row]))
            #expect(alone.values == Array(matrix.row(row)))
        }
    }

    @Test(
        "Moments hold for huge, tiny and far-off values",
        arguments: [
            1.0, 1e-200, 1e200, 1e306, 1e-250,
        ])
    func scales(factor: Double) throws {
        var generator = Xoshiro256(seed: 5)
        let values = (0..<1000).map { _ in (generator.uniform() - 0.3) * factor }
        let table = try Table(
            name: "t",
            columns: [
                Column(name: "x", type: .number, numbers: values),
                Column(name: "y", type: .number, numbers: values),
            ])
        let encoder = try FeatureEncoder.fit(table, excluding: "y").encoder
        let encoded = try encoder.encode(table).values
        let mean = encoded.reduce(0, +) / 1000
        let variance = encoded.reduce(0) { $0 + $1 * $1 } / 1000
        #expect(abs(mean) < 1e-12)
        #expect(abs(variance - 1) < 1e-12)
    }

    @Test("A constant becomes zero however it is rounded", arguments: [0.1, 1e15 + 0.3, -7, 0])
    func constants(value: Double) throws {
        let table = try Table(
            name: "t",
            columns: [
                Column(name: "x", type: .number, numbers: Array(repeating: value, count: 1001)),
                Column(name: "z", type: .number, numbers: [1] + Array(repeating: 2, count: 1000)),
            ])
        let encoder = try FeatureEncoder.fit(table, excluding: "z").encoder
        #expect(try encoder.encode(table).values.allSatisfy { $0 == 0 })
    }

    @Test("Features survive JSON")
    func json() throws {
        let encoder = try fit("n,i,t,b,y\n0.1,1,a,true,0\n,2,,,0\n0.7,4,b,false,0\n").encoder
        let features = try encoder.features.map { feature in
            let node = try JSONParser.parse(Array(feature.json.prettyText.utf8), document: "f")
            return try Feature(try ObjectFields(node, document: "f"))
        }
        #expect(try FeatureEncoder(features: features) == encoder)
    }

    @Test(
        "Refuses features that cannot be",
        arguments: [
            #"{"name":"","type":"number","mean":0,"scale":1}"#,
            #"{"name":"a","type":"date","mean":0,"scale":1}"#,
            #"{"name":"a","type":"number","mean":"NaN","scale":1}"#,
            #"{"name":"a","type":"number","mean":0,"scale":-1}"#,
            #"{"name":"a","type":"number","mean":0,"scale":1e-300}"#,
            #"{"name":"a","type":"number","mean":0,"scale":1,"levels":[]}"#,
            #"{"name":"a","type":"boolean","missing":1}"#,
            #"{"name":"a","type":"text","levels":["b","a"],"missing_level":false}"#,
            #"{"name":"a","type":"text","levels":["a","a"],"missing_level":false}"#,
            #"{"name":"a","type":"text","levels":["a"]}"#,
        ])
    func refuses(text: String) {
        let error = #expect(throws: BancadaError.self) {
            let node = try JSONParser.parse(Array(text.utf8), document: "model.json")
            _ = try Feature(try ObjectFields(node, document: "model.json"))
        }
        #expect(error?.code == .invalidInput)
    }
}
