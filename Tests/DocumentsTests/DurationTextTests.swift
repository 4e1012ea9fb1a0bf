import Documents
import Testing
import Workbench

@Suite struct DurationTextTests {
    @Test(
        "Reads lengths of time",
        arguments: [
            ("2s", Duration.seconds(2)), ("500ms", .milliseconds(500)), ("10m", .seconds(600)),
            ("1h30m", .seconds(5400)), ("1d", .seconds(86400)), ("90", .seconds(90)),
            ("0", .zero), ("0s", .zero), ("1.5s", .milliseconds(1500)), ("0.1", .milliseconds(100)),
            ("1h30m5s250ms", .milliseconds(5_405_250)),
        ])
    func reads(text: String, expected: Duration) {
        #expect(DurationText.duration(text) == expected)
    }

    @Test(
        "Refuses what is no length of time",
        arguments: [
            "", "s", "-1s", "1 s", "2x", "1m1h", "1s1s", "1.5h30m", "1s2", ".5s", "5.s", "1e3",
            "1..2s", "99999999999999999h", "inf", "nan", "１s",
        ])
    func refuses(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test("A value of a document names its place")
    func values() throws {
        let node = try YAMLParser.parse("{a: 3, b: 0.5, c: [1], d: soon, e: -1}", document: "d")
        func read(_ name: String) throws -> Duration {
            try DurationText.duration(try #require(node[name]), name: name, document: "d.yaml")
        }
        #expect(try read("a") == .seconds(3))
        #expect(try read("b") == .milliseconds(500))
        for (name, message) in [
            ("c", "d.yaml:1:19: \"c\" is an array, expected a length of time"),
            ("d", "d.yaml:1:27: \"d\" is \"soon\", expected a length of time"),
            ("e", "d.yaml:1:36: \"e\" is -1, expected a length of time"),
        ] {
            #expect {
                try read(name)
            } throws: { ($0 as? BancadaError)?.message == message }
        }
    }
}
