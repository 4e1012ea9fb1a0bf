import Foundation
import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct CSVReaderTests {
    @Test("Infers integers, numbers, booleans and text over the whole file")
    func types() throws {
        let table = try Fixture.table(
            """
            i,n,b,t,m
            1,1.5,true,x,
            -2,2,FALSE,y,NA
            +3,,True,7,nan

            """)
        #expect(table.types == [.integer, .number, .boolean, .text, .number])
        #expect(
            table.texts == [
                ["i", "n", "b", "t", "m"], ["1", "1.5", "true", "x", nil],
                ["-2", "2.0", "false", "y", nil], ["3", nil, "true", "7", nil],
            ])
    }

    @Test("Quotes hold delimiters, line ends and doubled quotes", arguments: ["\n", "\r\n", "\r"])
    func quotes(lineEnd: String) throws {
        let lines = ["a,b", "\"x,1\",\"say \"\"hi\"\"\"", "\"two\nlines\",2", "\"\",\"3\""]
        for end in ["", lineEnd] {
            let table = try Fixture.table(lines.joined(separator: lineEnd) + end)
            #expect(
                table.texts == [
                    ["a", "b"], ["x,1", "say \"hi\""], ["two\nlines", "2"], [nil, "3"],
                ])
        }
    }

    @Test(
        "Numbers are exact, quoted or not",
        arguments: [
            "0.1", "-0.0", "1e22", "1e23", "9007199254740993", "123456789012345678", ".5", "5.",
            "2.2250738585072011e-308", "1.7976931348623157e308", "5e-324", "0.30000000000000004",
            "000000000000000000000000000012", "1234567890123456789012", "1E5", "+1.25e+3", "1e-400",
            "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649",
            "0.000000000000000000000000000000000000000000000000000000001",
        ])
    func numbers(text: String) throws {
        let padded = text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text
        let expected = try #require(Double(padded))
        let table = try Fixture.table("x\n\(text)\n\"\(text)\"\n \(text)\t\n")
        guard case .numbers(let values) = table.columns[0].values else {
            Issue.record("not numbers")
            return
        }
        #expect(values.map(\.bitPattern) == [UInt64](repeating: expected.bitPattern, count: 3))
    }

    @Test("Random doubles are read exactly", arguments: [UInt64(1), 2, 3, 4])
    func doubles(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        var values: [Double] = []
        while values.count < 4000 {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { values.append(value) }
            values.append((generator.uniform() * 1e6).rounded() / 1e3)
            values.append((generator.uniform() - 0.5) * 1e3)
        }
        let table = try Fixture.table("x\n" + values.map(\.description).joined(separator: "\n"))
        guard case .numbers(let read) = table.columns[0].values else {
            Issue.record("not numbers")
            return
        }
        #expect(read.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
    }

    @Test("Random decimals of up to 21 digits are read exactly", arguments: [UInt64(5), 6, 7, 8])
    func decimals(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        var texts: [String] = []
        for _ in 0..<8000 {
            let digits = String(generator.next()) + String(generator.index(below: 100))
            let count = 15 + generator.index(below: 7)
            let whole = String(digits.prefix(count))
            switch generator.index(below: 3) {
            case 0: texts.append("\(whole)e\(generator.index(below: 140) - 80)")
            case 1:
                let point = whole.index(
                    whole.startIndex, offsetBy: generator.index(below: whole.count))
                texts.append(whole[..<point] + "." + whole[point...])
            default:
                // Half-way between two doubles, and its neighbours.
                let odd = (UInt64(1) << 53) + 2 * UInt64(generator.index(below: 1 << 40)) + 1
                texts.append("\(odd)." + ["0", "00000001", "5"][generator.index(below: 3)])
                texts.append("\(odd - 1).99999")
            }
        }
        let table = try Fixture.table("x\n" + texts.joined(separator: "\n"))
        guard case .numbers(let read) = table.columns[0].values else {
            Issue.record("not numbers")
            return
        }
        for (text, value) in zip(texts, read) {
            let expected = Double(text.hasPrefix(".") ? "0" + text : text)
            #expect(value.bitPattern == expected?.bitPattern, "seed \(seed): \(text)")
        }
    }

    @Test(
        "Words that are no numbers are text",
        arguments: [
            "0x10", "1_000", "1,000", "1e", "e5", "--1", "1.2.3", "-", "+", ".", "1 2", "0b1", "١",
            "1d5", "infinit", "1e5x", "naan",
        ])
    func words(text: String) throws {
        let table = try Fixture.table("x\n\"\(text)\"\n1\n")
        #expect(table.types == [.text])
        #expect(table.texts == [["x"], [text], ["1"]])
    }

    @Test(
        "The words of pandas are missing",
        arguments: [
            "", " ", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
            "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
        ])
    func missing(word: String) throws {
        for cell in [word, "\"\(word)\""] {
            #expect(try Fixture.table("x,y\n1,a\n\(cell),\(cell)\n").texts.last == [nil, nil])
        }
    }

    @Test("Infinities are numbers", arguments: ["inf", "-Inf", "Infinity", "+infinity"])
    func infinity(word: String) throws {
        let table = try Fixture.table("x\n1\n\(word)\n")
        #expect(table.types == [.number])
        #expect(table.columns[0].text(row: 1) == (word.hasPrefix("-") ? "-inf" : "inf"))
    }

    @Test("Integers end at two to the 53")
    func greatIntegers() throws {
        let table = try Fixture.table("a,b\n9007199254740992,9007199254740993\n-1,-1\n")
        #expect(table.types == [.integer, .number])
    }

    @Test("Booleans with numbers are text, and so are texts behind many numbers")
    func mixtures() throws {
        let table = try Fixture.table("a,b\ntrue,1\n1,x\n")
        #expect(table.types == [.text, .text])
        let rows = (0..<100_000).map { "\($0),0\($0),\($0 % 7)" }
        let long = try Fixture.table("a,b,c\n" + rows.joined(separator: "\n") + "\n1,end,2\n")
        #expect(long.types == [.integer, .text, .integer])
        #expect(long.texts[5] == ["4", "04", "4"])
        #expect(long.texts.last == ["1", "end", "2"])
    }

    @Test("Finds the delimiter", arguments: [",", ";", "\t", "|"])
    func delimiters(delimiter: String) throws {
        let rows = [["a", "b, c", "d"], ["1,5", "x;y|z\tw", "2"], ["2,5", "p", "3"]]
        let quoted = rows.map { row in
            row.map { $0.contains(delimiter) ? "\"\($0)\"" : $0 }.joined(separator: delimiter)
        }
        let table = try Fixture.table(quoted.joined(separator: "\n"))
        #expect(table.columnNames == rows[0])
        #expect(table.texts[1] == rows[1])
        let told = try Fixture.table(
            "a,b;c\n1,2;3\n", options: CSVOptions(delimiter: UInt8(ascii: ";")))
        #expect(told.columnNames == ["a,b", "c"])
    }

    @Test("A byte order mark, blank lines and space around fields do not matter")
    func leniency() throws {
        let table = try Fixture.table("\u{FEFF}\n a , b\t\n\n 1 , x y \n\n\n2,\" z \"\n\n")
        #expect(table.texts == [["a", "b"], ["1", "x y"], ["2", " z "]])
    }

    @Test("A quote within an unquoted field is part of it")
    func innerQuotes() throws {
        let table = try Fixture.table("a,b\n5\" pipe,it\"s\n\"x\n,y\",1\n")
        #expect(table.texts == [["a", "b"], ["5\" pipe", "it\"s"], ["x\n,y", "1"]])
    }

    @Test("Types can be told")
    func told() throws {
        let text = "zip,n,f\n01234,1,1\n98765,2,0\n"
        let options = CSVOptions(types: ["zip": .text, "n": .number, "f": .boolean, "no": .text])
        let table = try Fixture.table(text, options: options)
        #expect(table.types == [.text, .number, .boolean])
        #expect(table.texts[1] == ["01234", "1.0", "true"])
        let error = #expect(throws: BancadaError.self) {
            try Fixture.table("a,n\n1,2\n2,x\n", options: options)
        }
        #expect(error?.message == "t.csv:3: column \"n\" has \"x\", expected a number")
    }

    @Test("Gzip files are decompressed, one member after the other")
    func gzip() throws {
        let plain = try CSVReader.read(path: Fixture.path("sample.csv"))
        let packed = try CSVReader.read(path: Fixture.path("sample.csv.gz"))
        #expect(packed.texts == plain.texts)
        #expect(packed.name == "sample.csv.gz")
        var padded = try Array(
            Data(contentsOf: URL(fileURLWithPath: Fixture.path("sample.csv.gz"))))
        padded += [0, 0, 0]
        #expect(try CSVReader.parse(padded, name: "p").texts == plain.texts)
    }

    @Test("Reads the penguins")
    func penguins() throws {
        let table = try CSVReader.read(path: Fixture.sample("penguins.csv"))
        #expect(table.rowCount == 344)
        #expect(
            table.types == [
                .text, .text, .number, .number, .integer, .integer, .text, .integer,
            ])
        #expect(table.columns.map(\.missingCount) == [0, 0, 2, 2, 2, 2, 11, 0])
        guard case .texts(let species) = table.columns[0].values else { return }
        #expect(species.levels == ["Adelie", "Gentoo", "Chinstrap"])
    }
}
