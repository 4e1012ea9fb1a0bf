import Foundation
import Testing

/// Files that say what is expected, byte for byte. BANCADA_GOLDEN=1 writes them anew.
enum GoldenFile {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "Golden")

    /// Compares a text with the file `name`.
    static func check(
        _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let url = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["BANCADA_GOLDEN"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: url, encoding: .utf8)
        #expect(text == expected, "\(name) differs", sourceLocation: sourceLocation)
    }
}
