import Documents
import Pipelines
import Testing
import Workbench

@Suite struct NativeFileFuzzTests {
    @Test(
        "A damaged file is a pipeline or an error with its place",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let original = Array(wholeExample.utf8)
        let words = [
            "${{", "}}", ": ", "- ", "&a ", "*a", "\n", "\t", "'", "\"", "|\n", "!!int ", "<<", "[",
            "}", "\u{0}", "é", "#", "? ", "---\n", "null", "99999999999999999999",
        ]
        .map { Array($0.utf8) }
        var read = 0
        for _ in 0..<600 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                case 2:
                    let end = min(bytes.count, at + Int.random(in: 1...30, using: &generator))
                    if end - at < bytes.count { bytes.removeSubrange(at..<end) }
                case 3:
                    bytes.insert(contentsOf: words.randomElement(using: &generator) ?? [], at: at)
                default:
                    let from = Int.random(in: 0..<bytes.count, using: &generator)
                    let end = min(bytes.count, from + Int.random(in: 1...40, using: &generator))
                    bytes.insert(contentsOf: bytes[from..<end], at: at)
                }
            }
            do throws(BancadaError) {
                let pipeline = try NativePipelineFile.load(path: "p.yaml") {
                    (path) throws(BancadaError) in
                    if path == "p.yaml" { return bytes }
                    if path == "other.yaml" { return Array(other.utf8) }
                    throw BancadaError(.notFound, "file \"\(path)\" not found")
                }
                _ = try PipelinePlan(pipeline, specifications: specification)
                read += 1
            } catch {
                #expect(hasPlace(error.message), "seed \(seed): \(error.message)")
            }
        }
        #expect(read > 10)
    }

    /// Whether a message begins with `p.yaml:LINE:COLUMN: `.
    private func hasPlace(_ message: String) -> Bool {
        let parts = message.split(separator: ":", maxSplits: 3)
        return parts.count == 4 && parts[0].hasSuffix(".yaml") && Int(parts[1]) != nil
            && Int(parts[2]) != nil
    }
}
