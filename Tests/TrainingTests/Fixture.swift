import Documents
import Foundation
import LinearAlgebra
import Tabular
import Training
import Workbench

/// Reference values, tables and models for the tests.
enum Fixture {
    private static func folder(_ file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).deletingLastPathComponent()
    }

    /// The path of a file in Reference.
    static func path(_ name: String) -> String {
        folder().path + "/Reference/\(name)"
    }

    /// The penguins of the sample workspace.
    static func penguins() throws -> Table {
        let root = folder().deletingLastPathComponent().deletingLastPathComponent()
        return try CSVReader.read(path: root.path + "/workspace/data/penguins.csv")
    }

    /// The README of the project.
    static func readme() throws -> String {
        let root = folder().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    }

    /// A part of what scikit-learn gives (see Reference/generate.py).
    static func reference(_ name: String) throws -> [Node] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path("reference.json")))
        let node = try JSONParser.parse(Array(data), document: "reference.json")
        guard let part = node[name] else { return [] }
        guard case .array(let items) = part.value else { return [part] }
        return items
    }

    /// The cases of scikit-learn's networks (see Reference/network.py).
    static func networkReference() throws -> [Node] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path("network.json")))
        let node = try JSONParser.parse(Array(data), document: "network.json")
        guard case .array(let items)? = node["cases"]?.value else { return [] }
        return items
    }

    /// The table of a text.
    static func table(_ text: String) throws(BancadaError) -> Table {
        try CSVReader.parse(Array(text.utf8), name: "t.csv")
    }

    /// A table of random numbers, texts and booleans with missing values, a class in `kind` and a
    /// number in `value`.
    static func mixed(rows: Int, seed: UInt64, classes: Int = 3) throws -> Table {
        var generator = Xoshiro256(seed: seed)
        var text = "a,b,colour,ok,kind,value\n"
        for _ in 0..<rows {
            let a = generator.uniform() * 10
            let b = generator.index(below: 50)
            let colour = ["red", "green", "blue"][generator.index(below: 3)]
            let ok = generator.index(below: 2) == 0
            let score = a / 4 + (colour == "red" ? 1 : 0) + generator.uniform()
            let kind = min(classes - 1, Int(score * Double(classes) / 4))
            let hidden = generator.index(below: 12)
            text += "\(hidden == 0 ? "" : "\(a)"),\(b),\(hidden == 1 ? "" : colour),"
            text += "\(hidden == 2 ? "" : "\(ok)"),k\(kind),\(score * 3 - Double(b) / 20)\n"
        }
        return try table(text)
    }

    /// A new path in the temporary folder.
    static func temporaryPath() -> String {
        NSTemporaryDirectory() + "bancada-training-" + UUID().uuidString
    }

    /// Removes a folder and what is in it.
    static func remove(_ folder: String) throws {
        try FileManager.default.removeItem(atPath: folder)
    }
}

extension Node {
    /// The numbers of an array.
    var numbers: [Double] {
        guard case .array(let items) = value else { return [] }
        return items.compactMap(\.double)
    }

    /// The integers of an array.
    var labels: [Int32] { numbers.map { Int32($0) } }

    /// The rows of an array of arrays.
    var matrix: Matrix {
        guard case .array(let items) = value else { return Matrix([]) }
        return Matrix(items.map(\.numbers))
    }
}

/// The greatest difference between two lists of numbers of equal length; infinite for others.
func distance(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
