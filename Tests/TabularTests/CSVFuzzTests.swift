import Foundation
import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct CSVFuzzTests {
    /// Records as a simple reader sees them, field by field, or nil where it finds an error.
    private func records(_ text: [UInt8], _ delimiter: UInt8) -> [[(text: String, isQuoted: Bool)]]?
    {
        var records: [[(String, Bool)]] = []
        var record: [(String, Bool)] = []
        var index = 0
        while index < text.count {
            if record.isEmpty, text[index] == 10 || text[index] == 13 {
                index += 1
                continue
            }
            var field: [UInt8] = []
            let isQuoted = text[index] == UInt8(ascii: "\"")
            if isQuoted {
                index += 1
                while true {
                    guard index < text.count else { return nil }
                    if text[index] != UInt8(ascii: "\"") {
                        field.append(text[index])
                        index += 1
                    } else if index + 1 < text.count, text[index + 1] == UInt8(ascii: "\"") {
                        field.append(text[index])
                        index += 2
                    } else {
                        index += 1
                        break
                    }
                }
            }
            while index < text.count, text[index] != delimiter, text[index] != 10, text[index] != 13
            {
                if isQuoted { return nil }
                field.append(text[index])
                index += 1
            }
            record.append((String(decoding: field, as: UTF8.self), isQuoted))
            if index == text.count || text[index] != delimiter {
                records.append(record)
                record = []
            } else if index + 1 == text.count || text[index + 1] == 10 || text[index + 1] == 13 {
                record.append(("", false))
                records.append(record)
                record = []
                index += 1
            }
            index += 1
        }
        return records
    }

    private func options(_ batch: Int, _ chunk: Int, text columns: Int) -> CSVOptions {
        var options = CSVOptions(delimiter: UInt8(ascii: ","))
        for column in 0..<columns { options.types["c\(column)"] = .text }
        options.batchBytes = batch
        options.chunkBytes = chunk
        return options
    }

    @Test("Agrees with a simple reader, however the bytes are cut", arguments: UInt64(1)...12)
    func agrees(seed: UInt64) {
        var generator = Xoshiro256(seed: seed)
        let alphabet = Array("\"\"\",,,\n\n\r\r\nab x1é".utf8)
        for round in 0..<150 {
            let columns = 1 + generator.index(below: 3)
            var text = Array((0..<columns).map { "c\($0)" }.joined(separator: ",").utf8) + [10]
            if generator.index(below: 4) == 0 {
                for _ in 0..<generator.index(below: 60) {
                    text.append(alphabet[generator.index(below: alphabet.count)])
                }
            } else {
                for _ in 0...generator.index(below: 12) {
                    text += row(columns, &generator)
                }
            }
            let valid = String(validating: text, as: UTF8.self) != nil
            let expected = valid ? records(text, UInt8(ascii: ",")) : nil
            let isSound =
                expected.map { all in
                    all.count > 1 && all.allSatisfy { $0.count == columns }
                } ?? false
            for (batch, chunk, threads) in [
                (1 << 20, 1 << 20, 1), (1, 1, 1), (7, 3, 2), (50, 9, 3),
            ] {
                let table = try? CSVReader.parse(
                    text, name: "fuzz", options: options(batch, chunk, text: columns),
                    parallel: Parallel(threads: threads))
                let place = "seed \(seed), round \(round), batch \(batch): "
                #expect(
                    (table != nil) == isSound, "\(place)\(String(decoding: text, as: UTF8.self))")
                guard let table, let expected else { continue }
                let rows = expected.dropFirst().map { record in
                    record.map { field -> String? in
                        let bare = field.text.trimmingCharacters(
                            in: CharacterSet(charactersIn: " \t"))
                        return bare.isEmpty ? nil : field.isQuoted ? field.text : bare
                    }
                }
                #expect(Array(table.texts.dropFirst()) == rows, "\(place)")
            }
        }
    }

    private func row(_ columns: Int, _ generator: inout Xoshiro256) -> [UInt8] {
        let fields = [
            "a", "b c", "\"q\"", "\"x,y\"", "\"l\nm\"", "\"\"\"d\"\"\"", "", " s ", "é", "\"\"",
        ]
        let ends = ["\n", "\r\n", "\n\n", "\r"]
        let row = (0..<columns).map { _ in fields[generator.index(below: fields.count)] }
        return Array((row.joined(separator: ",") + ends[generator.index(below: ends.count)]).utf8)
    }

    @Test("Random bytes never crash the reader", arguments: UInt64(21)...28)
    func bytes(seed: UInt64) {
        var generator = Xoshiro256(seed: seed)
        for _ in 0..<300 {
            var text = (0..<generator.index(below: 200)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
            if generator.index(below: 2) == 0 { text = Array("a,b\n".utf8) + text }
            if generator.index(below: 8) == 0 { text = [0x1F, 0x8B] + text }
            var options = CSVOptions()
            options.batchBytes = 1 + generator.index(below: 40)
            options.chunkBytes = 1 + generator.index(below: 40)
            do throws(BancadaError) {
                let table = try CSVReader.parse(text, name: "fuzz", options: options)
                #expect(table.columns.allSatisfy { $0.count == table.rowCount })
            } catch {
                #expect(error.code == .invalidInput, "seed \(seed)")
            }
        }
    }

    @Test("Changed gzip bytes never crash the reader", arguments: UInt64(31)...34)
    func gzip(seed: UInt64) throws {
        let original = try Array(
            Data(contentsOf: URL(fileURLWithPath: Fixture.path("sample.csv.gz"))))
        var generator = Xoshiro256(seed: seed)
        for _ in 0..<200 {
            var bytes = original
            for _ in 0...generator.index(below: 3) {
                bytes[generator.index(below: bytes.count)] = UInt8(
                    truncatingIfNeeded: generator.next())
            }
            do throws(BancadaError) {
                _ = try CSVReader.parse(bytes, name: "fuzz")
            } catch {
                #expect(error.code == .invalidInput, "seed \(seed)")
            }
        }
    }

    @Test(
        "Typed tables do not depend on how the bytes are cut or on threads",
        arguments: [41, 42, 43])
    func cuts(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        var text = "i,n,b,t,late\n"
        for row in 0..<400 {
            let word = ["red", "green", "\"blue, dark\"", "NA"][generator.index(below: 4)]
            let number = generator.index(below: 9) == 0 ? "" : "\(generator.uniform())"
            let late = row > 350 ? "x\(row % 3)" : "\(row % 5)"
            text += "\(generator.index(below: 100)),\(number),\(row % 2 == 0),\(word),\(late)\n"
        }
        let expected = try Fixture.table(text)
        #expect(expected.types == [.integer, .number, .boolean, .text, .text])
        for (batch, chunk, threads) in [(1, 1, 1), (100, 30, 2), (4096, 64, 3), (1 << 20, 512, 2)] {
            var options = CSVOptions()
            options.batchBytes = batch
            options.chunkBytes = chunk
            let table = try Fixture.table(text, options: options, threads: threads)
            #expect(table.texts == expected.texts)
            #expect(table.types == expected.types)
            for (a, b) in zip(table.columns, expected.columns) {
                if case .texts(let first) = a.values, case .texts(let second) = b.values {
                    #expect(first.levels == second.levels)
                }
            }
        }
    }
}
