import Foundation
import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct CSVErrorTests {
    private static let cases: [(text: String, message: String)] = [
        ("", "t.csv is empty, expected a header and rows"),
        ("\n\n", "t.csv is empty, expected a header and rows"),
        ("\u{FEFF}", "t.csv is empty, expected a header and rows"),
        ("a,b\n", "t.csv has a header and no rows, expected rows"),
        ("a,b", "t.csv has a header and no rows, expected rows"),
        ("a,b,a\n1,2,3\n", "t.csv: columns 1 and 3 are both named \"a\""),
        (",a\n1,2\n", "t.csv: column 1 has no name in the header"),
        ("a,\"\"\n1,2\n", "t.csv: column 2 has no name in the header"),
        ("a,b\n1,2\n3\n", "t.csv:3: found 1 fields, expected 2 as in the header"),
        ("a,b\n1,2\n\n3,4,5,6\n", "t.csv:4: found 4 fields, expected 2 as in the header"),
        ("a,b\n1,\"2\nx\n\"\n1\n", "t.csv:5: found 1 fields, expected 2 as in the header"),
        ("a,b\r\n1,2\r\n3\r\n", "t.csv:3: found 1 fields, expected 2 as in the header"),
        ("a,b\n1,\"2\n3,4\n", "t.csv:2: a quote that opens here is never closed"),
        ("a,b\n1,2\n\"x\"y,2\n", "t.csv:3: text follows a closing quote"),
        ("a,\"b\n1,2\n", "t.csv:1: a quote that opens in the header is never closed"),
        ("\"a\"b,c\n1,2\n", "t.csv:1: text follows a closing quote in the header"),
        ("a,b\n1,\u{0}\n", "t.csv:2: a zero byte, expected text"),
    ]

    @Test("Says what is wrong and where", arguments: cases)
    func messages(text: String, message: String) {
        let error = #expect(throws: BancadaError.self) { try Fixture.table(text) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message == message)
    }

    @Test("Names line and offset of a byte that is not UTF-8")
    func encoding() {
        var bytes = Array("name,x\nJosé,1\n".utf8)
        bytes += Array("Jos".utf8) + [0xE9] + Array(",2\n".utf8)
        let error = #expect(throws: BancadaError.self) {
            try CSVReader.parse(bytes, name: "t.csv")
        }
        #expect(error?.message == "t.csv:3: byte 0xE9 at offset 18 is not UTF-8")
        #expect(error?.hint == "save the file as UTF-8")
        let header = #expect(throws: BancadaError.self) {
            try CSVReader.parse([0x61, 0xFF, 10, 49, 10], name: "t.csv")
        }
        #expect(header?.message == "t.csv: the name of column 1 is not UTF-8 text")
        let wide = #expect(throws: BancadaError.self) {
            try CSVReader.parse([0xFF, 0xFE, 0x61, 0], name: "t.csv")
        }
        #expect(wide?.message == "t.csv is UTF-16, expected UTF-8")
    }

    @Test("Finds the line in a later batch")
    func laterBatch() {
        var options = CSVOptions()
        options.batchBytes = 64
        options.chunkBytes = 16
        let rows = (0..<100).map { "\($0),\"x\ny\"" }.joined(separator: "\n")
        let error = #expect(throws: BancadaError.self) {
            try Fixture.table("a,b\n\(rows)\n1,2,3\n", options: options, threads: 2)
        }
        #expect(error?.message == "t.csv:202: found 3 fields, expected 2 as in the header")
        let open = #expect(throws: BancadaError.self) {
            try Fixture.table("a,b\n\(rows)\n1,\"2\n3,4\n", options: options)
        }
        #expect(open?.message == "t.csv:202: a quote that opens here is never closed")
    }

    @Test("Refuses absurd widths")
    func width() {
        let header = (0..<100_001).map { "c\($0)" }.joined(separator: ",")
        let error = #expect(throws: BancadaError.self) { try Fixture.table(header + "\n1\n") }
        #expect(error?.message == "t.csv has 100001 columns, expected at most 100000")
    }

    @Test("Wide tables with many blank lines take no room for them")
    func blankLines() throws {
        let header = (0..<90_000).map { "c\($0)" }.joined(separator: ",")
        let row = [String](repeating: "1", count: 90_000).joined(separator: ",")
        let blank = String(repeating: "\n", count: 1_000_000)
        let table = try Fixture.table(header + blank + row + blank)
        #expect(table.rowCount == 1 && table.columns.count == 90_000)
    }

    @Test("Refuses a record that never ends")
    func record() {
        var bytes = Array("a\n\"".utf8)
        bytes += [UInt8](repeating: 120, count: 100 << 20)
        let error = #expect(throws: BancadaError.self) { try CSVReader.parse(bytes, name: "t.csv") }
        #expect(error?.message == "t.csv:2: a record is longer than 64 MiB")
        #expect(error?.hint == "close the quote that opens in this record")
    }

    @Test("Missing files, folders and devices are told apart")
    func files() throws {
        let folder = try Fixture.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let missing = #expect(throws: BancadaError.self) {
            try CSVReader.read(path: folder + "/no.csv")
        }
        #expect(missing?.code == .notFound)
        #expect(missing?.message == "file \(folder)/no.csv not found")
        let directory = #expect(throws: BancadaError.self) { try CSVReader.read(path: folder) }
        #expect(directory?.code == .invalidInput)
        #expect(directory?.message == "\(folder) is a directory, expected a file")
        let device = #expect(throws: BancadaError.self) { try CSVReader.read(path: "/dev/zero") }
        #expect(device?.code == .invalidInput)
        let below = #expect(throws: BancadaError.self) {
            try CSVReader.read(path: Fixture.path("sample.csv") + "/x")
        }
        #expect(below?.code == .notFound)
    }

    @Test("Damaged gzip files are refused", arguments: ["cut", "flipped", "trailing", "header"])
    func gzip(damage: String) throws {
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Fixture.path("sample.csv.gz"))))
        switch damage {
        case "cut": bytes.removeLast(bytes.count / 3)
        case "flipped": bytes[bytes.count - 6] ^= 0x55
        case "trailing": bytes += Array("more".utf8)
        default: bytes = [0x1F, 0x8B]
        }
        let error = #expect(throws: BancadaError.self) {
            try CSVReader.parse(bytes, name: "t.csv.gz")
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("t.csv.gz is no sound gzip file: ") == true)
    }
}
