/// The identity of a run: 32 lower-case hexadecimal digits, as in MLflow.
package struct RunID: Sendable, Hashable {
    /// The 32 digits.
    package let text: String

    /// The identifier that `text` spells; nil unless it is 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(Self.isLowerHex) else { return nil }
        self.text = text
    }

    /// A random identifier.
    package init(using generator: inout some RandomNumberGenerator) {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        // Two draws: the system's generator asks the kernel at each.
        for _ in 0..<2 {
            var bits: UInt64 = generator.next()
            for _ in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: bits & 15)
                digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                bits >>= 4
            }
        }
        text = String(decoding: digits, as: UTF8.self)
    }

    static func isLowerHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// The identity of an experiment, a decimal number in MLflow's JSON. "0" is `Default`.
package struct ExperimentID: Sendable, Hashable, Comparable {
    /// The number.
    package let number: Int64

    /// The experiment with this number.
    package init(_ number: Int64) {
        self.number = number
    }

    /// The experiment `Default`, which every workspace has from the start.
    package static let standard = ExperimentID(0)

    package static func < (left: ExperimentID, right: ExperimentID) -> Bool {
        left.number < right.number
    }
}

/// The identity of a logged model: `m-` and 32 lower-case hexadecimal digits, as in MLflow.
package struct LoggedModelID: Sendable, Hashable {
    /// The whole text.
    package let text: String

    /// The identifier that `text` spells; nil unless it is `m-` and 32 hexadecimal digits.
    package init?(_ text: String) {
        guard let digits = text.removingPrefix("m-"), RunID(digits) != nil else { return nil }
        self.text = text
    }

    /// The identifier with the digits of a run's, which are random.
    package init(digitsOf run: RunID) {
        text = "m-" + run.text
    }
}

/// The identity of an artifact row: one thing that one run produced or used.
package struct ArtifactID: Sendable, Hashable {
    /// The row's number.
    package let number: Int64

    /// The artifact with this number.
    package init(_ number: Int64) {
        self.number = number
    }
}

/// SHA-256 of a file's bytes, or of a folder's manifest: 64 lower-case hexadecimal digits.
package struct ContentDigest: Sendable, Hashable {
    /// The 64 digits.
    package let hex: String

    /// The digest that `hex` spells; nil unless it is 64 lower-case hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(RunID.isLowerHex) else { return nil }
        self.hex = hex
    }

    /// The first 12 digits, for tables that people read.
    package var short: String { String(hex.prefix(12)) }
}
