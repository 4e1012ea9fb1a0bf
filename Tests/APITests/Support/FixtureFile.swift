import Foundation

/// Files beside the tests.
enum FixtureFile {
    static func read(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
