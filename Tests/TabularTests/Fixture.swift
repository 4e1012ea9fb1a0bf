import Foundation
import LinearAlgebra
import Tabular
import Testing
import Workbench

/// Files beside the tests, and tables from text.
enum Fixture {
    /// The path of a file in Reference.
    static func path(_ name: String, from file: String = #filePath) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().path + "/Reference/\(name)"
    }

    /// The path of a file of the sample workspace.
    static func sample(_ name: String, from file: String = #filePath) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/workspace/data/\(name)"
    }

    /// The table of a text.
    static func table(
        _ text: String, options: CSVOptions = CSVOptions(), threads: Int = 1
    ) throws(BancadaError) -> Table {
        try CSVReader.parse(
            Array(text.utf8), name: "t.csv", options: options, parallel: Parallel(threads: threads))
    }

    /// A new empty folder.
    static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "bancada-tabular-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The names of what is in a folder.
    static func contents(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// Removes a folder and what is in it.
    static func remove(_ folder: String) throws {
        try FileManager.default.removeItem(atPath: folder)
    }
}

extension Table {
    /// Every cell as text, row by row, under the names.
    var texts: [[String?]] {
        [columnNames] + (0..<rowCount).map { row in columns.map { $0.text(row: row) } }
    }

    /// The types of the columns.
    var types: [ColumnType] { columns.map(\.type) }
}
