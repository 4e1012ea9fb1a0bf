import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct TableTests {
    private func table() throws -> Table {
        try Fixture.table("species,mass,ok\nA,1,true\nB,,false\nA,3,\n")
    }

    @Test("Finds columns by name and hints at the nearest one")
    func lookup() throws {
        let table = try table()
        #expect(try table.column("mass").type == .integer)
        #expect(table["nothing"] == nil ? true : false)
        let typing = #expect(throws: BancadaError.self) { try table.column("specis") }
        #expect(typing?.code == .notFound)
        #expect(typing?.message == "column \"specis\" not found in t.csv")
        #expect(typing?.hint == "write \"species\"")
        let other = #expect(throws: BancadaError.self) { try table.column("zzzzzz") }
        #expect(other?.hint == "use one of the columns species, mass, ok")
    }

    @Test("Rows are taken in any order, and again")
    func rows() throws {
        let table = try table().rows([2, 0, 0])
        #expect(
            table.texts == [
                ["species", "mass", "ok"], ["A", "3", nil], ["A", "1", "true"], ["A", "1", "true"],
            ])
        #expect(try self.table().rows([]).rowCount == 0)
    }

    @Test("Columns can be left out")
    func dropping() throws {
        let table = try table().dropping(["mass", "nothing"])
        #expect(table.columnNames == ["species", "ok"])
        #expect(table.rowCount == 3)
        #expect(table["ok"]?.type == .boolean)
    }

    @Test("Refuses columns that do not make a table")
    func refuses() {
        let a = Column(name: "a", type: .integer, numbers: [1, 2])
        let short = Column(name: "b", type: .integer, numbers: [1])
        let nameless = Column(name: "", type: .integer, numbers: [1, 2])
        for columns in [[a, short], [a, a], [a, nameless]] {
            let error = #expect(throws: BancadaError.self) {
                try Table(name: "t", columns: columns)
            }
            #expect(error?.code == .invalidInput)
        }
    }

    @Test("Counts what is missing")
    func missing() throws {
        #expect(try table().columns.map(\.missingCount) == [0, 1, 1])
    }

    @Test("A code without a level is our own mistake")
    func codes() async {
        await #expect(processExitsWith: .failure) {
            _ = TextValues(codes: [0, 1], levels: ["a"])
        }
    }
}

@Suite struct CSVWriterTests {
    @Test("Quotes only what needs it")
    func bytes() throws {
        let table = try Table(
            name: "t",
            columns: [
                Column(name: "a, b", texts: TextValues(["x", "say \"y\"", nil, " z", "l\nm"])),
                Column(name: "n", type: .number, numbers: [1, 0.1, .nan, 1e300, -0.0]),
                Column(
                    name: "i", type: .integer, numbers: [1, .nan, -3, 9_007_199_254_740_992, 0]),
                Column(name: "f", type: .boolean, numbers: [1, 0, .nan, 1, 0]),
            ])
        #expect(
            String(decoding: CSVWriter.bytes(of: table), as: UTF8.self) == #"""
                "a, b",n,i,f
                x,1.0,1,true
                "say ""y""",0.1,,false
                ,,-3,
                " z",1e+300,9007199254740992,true
                "l
                m",-0.0,0,false

                """#)
    }

    @Test("Tables survive writing and reading", arguments: UInt64(1)...6)
    func roundTrip(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        let words = ["a", "b,c", "\"q\"", "l\nm", "r\rs", "é ü", " s ", "t\tu", "x;y|z", "1a"]
        let count = 1 + generator.index(below: 30)
        func missing() -> Bool { generator.index(below: 5) == 0 }
        let texts = (0..<count).map { _ in missing() ? nil : words[generator.index(below: 10)] }
        let numbers = (0..<count).map { _ in
            missing() ? Double.nan : (generator.uniform() - 0.5) * 1e9
        }
        let integers = (0..<count).map { _ in
            missing() ? Double.nan : Double(generator.index(below: 1 << 52)) - 0x1p51
        }
        let table = try Table(
            name: "t",
            columns: [
                Column(name: "t", texts: TextValues(texts)),
                Column(name: "n", type: .number, numbers: numbers),
                Column(name: "i", type: .integer, numbers: integers),
            ])
        let types: [String: ColumnType] = ["t": .text, "n": .number, "i": .integer]
        for part in [table, table.dropping(["n", "i"]), table.dropping(["t", "i"])] {
            let read = try CSVReader.parse(
                CSVWriter.bytes(of: part), name: "t", options: CSVOptions(types: types))
            #expect(read.texts == part.texts, "seed \(seed)")
            #expect(read.types == part.types, "seed \(seed)")
        }
    }

    @Test("A file appears whole under its name, or not at all")
    func file() throws {
        let folder = try Fixture.folder()
        let rows = (0..<10_000).map { "\($0),x\($0 % 3)" }.joined(separator: "\n")
        let table = try Fixture.table("i,t\n\(rows)\n")
        try CSVWriter.write(table, to: folder + "/t.csv")
        #expect(try CSVReader.read(path: folder + "/t.csv").texts == table.texts)
        #expect(try Fixture.contents(of: folder) == ["t.csv"])
        let error = #expect(throws: BancadaError.self) {
            try CSVWriter.write(table, to: folder + "/no/t.csv")
        }
        #expect(error?.code == .notFound)
        let directory = #expect(throws: BancadaError.self) {
            try CSVWriter.write(table, to: folder)
        }
        #expect(directory?.code == .invalidInput)
        let full = #expect(throws: BancadaError.self) {
            try CSVWriter.write(table, to: "/dev/full/t.csv")
        }
        #expect(full?.code == .notFound)
        try Fixture.remove(folder)
    }
}
