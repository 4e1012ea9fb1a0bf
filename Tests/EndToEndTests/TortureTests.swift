import Foundation
import Testing

/// `kill -9` at random moments: the next run works and the database is whole.
///
/// Twenty moments in `make test`, two hundred with BANCADA_TORTURE set (`make torture`).
@Suite(.serialized) struct TortureTests {
    static let rounds = ProcessInfo.processInfo.environment["BANCADA_TORTURE"] == nil ? 20 : 200

    @Test("A demo killed at a random moment leaves a workspace that works", arguments: [2026])
    func killDemo(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        try Scratch.withFolder { folder in
            let whole = try time { try demo(in: folder) }
            for round in 0..<Self.rounds {
                let moment = Double.random(in: 0...whole, using: &generator)
                try killDemo(after: moment, in: folder)
                let place = "seed \(seed), round \(round), killed after \(moment) s"
                let doctor = try Executable.shell("bancada doctor --json --workspace w", in: folder)
                #expect(doctor.code == 0, "\(place): \(doctor.stdout)\(doctor.stderr)")
                #expect(doctor.stdout.contains("\"integrity\": \"ok\""), "\(place)")
                let next = try Executable.shell("bancada demo --json --workspace w", in: folder)
                #expect(next.code == 0, "\(place): \(next.stderr)")
            }
        }
    }

    private func demo(in folder: URL) throws {
        let outcome = try Executable.shell("bancada demo --json --workspace w", in: folder)
        #expect(outcome.code == 0, "\(outcome.stderr)")
    }

    private func killDemo(after seconds: Double, in folder: URL) throws {
        let process = Executable.process(["demo", "--json", "--workspace", "w"], in: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func time(_ body: () throws -> Void) rethrows -> Double {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014), so that a failing round can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
