import Foundation

/// A command as it would be typed again, without what is secret in it.
enum CommandText {
    private static let mask = "***"
    private static let secretWords = [
        "token", "secret", "password", "passwd", "credential", "api_key", "apikey", "api-key",
    ]

    /// The text of a command with these words, the program's first.
    static func of(_ words: [String]) -> String {
        var shown: [String] = []
        var isSecret = false
        for (position, word) in words.enumerated() {
            if position == 0 {
                shown.append(String(word.split(separator: "/").last ?? "bancada"))
                continue
            }
            if isSecret {
                isSecret = false
                if !word.hasPrefix("--") {
                    shown.append(mask)
                    continue
                }
            }
            isSecret = word.hasPrefix("-") && !word.contains("=") && isSecretName(word)
            shown.append(quoted(masked(word)))
        }
        return shown.joined(separator: " ")
    }

    /// `NAME=VALUE` with a name that is a secret's, and the password of an address.
    private static func masked(_ word: String) -> String {
        if let equals = word.firstIndex(of: "="), isSecretName(String(word[..<equals])) {
            return word[...equals] + mask
        }
        guard let scheme = word.range(of: "://"),
            let at = word[scheme.upperBound...].firstIndex(of: "@"),
            let colon = word[scheme.upperBound..<at].firstIndex(of: ":"),
            !word[scheme.upperBound..<at].contains("/")
        else { return word }
        return word[...colon] + mask + word[at...]
    }

    private static func isSecretName(_ name: String) -> Bool {
        let name = name.lowercased()
        return secretWords.contains { name.contains($0) }
    }

    /// A word as a shell reads it back.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x40...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "%+,-./:=_*".utf8.contains(byte)
        }
        if isPlain, !word.isEmpty, !word.contains("*") || word.hasSuffix("=" + mask) {
            return word
        }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
