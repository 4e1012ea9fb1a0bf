import Testing
import Workbench

@Suite struct IdentifierTests {
    @Test(
        "A run id is 32 lower-case hexadecimal digits",
        arguments: [
            ("0123456789abcdef0123456789abcdef", true), ("", false),
            ("0123456789ABCDEF0123456789abcdef", false), ("0123456789abcdef0123456789abcde", false),
            ("0123456789abcdef0123456789abcdef0", false),
            ("g123456789abcdef0123456789abcdef", false),
            ("é123456789abcdef0123456789abcde", false),
        ])
    func runID(text: String, isValid: Bool) {
        #expect((RunID(text) != nil) == isValid)
        #expect(RunID(text)?.text == (isValid ? text : nil))
    }

    @Test("A random run id is a run id, and repeats with its generator")
    func randomRunID() {
        var first = Counter(state: 3)
        var second = Counter(state: 3)
        let id = RunID(using: &first)
        #expect(RunID(id.text) == id)
        #expect(RunID(using: &second) == id)
        #expect(RunID(using: &second) != id)
    }

    @Test(
        "A content digest is 64 lower-case hexadecimal digits",
        arguments: [
            (String(repeating: "a", count: 64), true), (String(repeating: "A", count: 64), false),
            (String(repeating: "a", count: 63), false), ("", false),
            (String(repeating: "a", count: 63) + "\n", false),
        ])
    func contentDigest(hex: String, isValid: Bool) {
        #expect((ContentDigest(hex: hex) != nil) == isValid)
        if let digest = ContentDigest(hex: hex) { #expect(digest.short == "aaaaaaaaaaaa") }
    }

    @Test("The standard experiment is number 0, and experiments are ordered by number")
    func experiments() {
        #expect(ExperimentID.standard == ExperimentID(0))
        #expect(ExperimentID(9) < ExperimentID(10))
    }
}

/// A generator whose numbers can be told by hand.
struct Counter: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 32 | state << 32
    }
}
