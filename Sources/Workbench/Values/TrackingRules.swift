/// MLflow's limits on names, keys and values, as pure checks. Lengths are in Unicode scalars, as
/// Python counts.
package enum TrackingRules {
    /// The longest key of a param, metric or tag.
    package static let keyLength = 250
    /// The longest param value; longer ones are cut, as MLflow does by default.
    package static let paramValueLength = 6000
    /// The longest run tag value; longer ones are cut.
    package static let runTagValueLength = 8000
    /// The longest experiment tag value.
    package static let experimentTagValueLength = 20000
    /// The longest tag value in the registry.
    package static let registryTagValueLength = 100_000
    /// The longest experiment name.
    package static let experimentNameLength = 500
    /// The alias that is always the greatest version, and that nobody can set.
    package static let latestAlias = "latest"
    /// The longest alias.
    package static let aliasLength = 255
    /// The most metrics in one batch.
    package static let batchMetrics = 1000
    /// The most params in one batch, and the most tags.
    package static let batchParamsOrTags = 100
    /// The most items of any kind in one batch.
    package static let batchItems = 1000
    /// The longest name of a dataset that a run logs.
    package static let datasetNameLength = 500
    /// The longest digest of a dataset that a run logs.
    package static let datasetDigestLength = 36
    /// The longest source of a dataset that a run logs: 64 KiB.
    package static let datasetSourceLength = 65_535
    /// The longest schema of a dataset that a run logs: 1 MiB.
    package static let datasetSchemaLength = 1_048_575
    /// The longest profile of a dataset that a run logs: 16 MiB.
    package static let datasetProfileLength = 16_777_215
    /// The longest value of a tag of a run's input.
    package static let inputTagValueLength = 500

    /// Checks a key of a param, metric or tag: letters, digits, `_`, `/`, `.`, `-`, space and `:`,
    /// and a path that names itself (no `.` or `..` parts, no `//`, no `/` at either end, no `..` at
    /// the start).
    ///
    /// - Throws: `invalidInput`.
    package static func checkKey(_ key: String, of what: String) throws(BancadaError) {
        if key.isEmpty { throw invalid("empty \(what) key") }
        let length = key.unicodeScalars.count
        if length > keyLength {
            throw invalid("\(what) key of \(length) characters, at most \(keyLength)")
        }
        guard key.unicodeScalars.allSatisfy(isKeyCharacter) else {
            throw BancadaError(
                .invalidInput, "\(what) key \"\(key)\" has a character that is not allowed",
                hint: "use letters, digits, '_', '/', '.', '-', ':' and spaces")
        }
        guard namesItself(key) else {
            throw BancadaError(
                .invalidInput, "\(what) key \"\(key)\" is not a plain path",
                hint: "leave out '.', '..', '//' and a '/' at the start or end")
        }
    }

    /// Checks a tag of anything but a run: its key, and a value of at most `valueLength` characters.
    ///
    /// - Throws: `invalidInput`.
    package static func checkTag(
        _ tag: Tag, of what: String, valueLength: Int
    ) throws(BancadaError) {
        try checkKey(tag.key, of: "\(what) tag")
        try checkText(tag.value, of: "value of \(what) tag \"\(tag.key)\"")
        let length = tag.value.utf8.count > valueLength ? tag.value.unicodeScalars.count : 0
        if length > valueLength {
            throw invalid(
                "value of \(what) tag \"\(tag.key)\" of \(length) characters, at most "
                    + "\(valueLength)")
        }
    }

    /// Checks that a text has no NUL character, where the database would end it.
    ///
    /// - Throws: `invalidInput`.
    package static func checkText(_ text: String, of what: String) throws(BancadaError) {
        if text.utf8.contains(0) {
            throw BancadaError(
                .invalidInput, "\(what) has a NUL character", hint: "remove the NUL character")
        }
    }

    /// Checks the name of a registered model or a dataset: not of blanks alone, without `/` and `:`,
    /// and neither `.` nor with `..` at the start.
    ///
    /// - Throws: `invalidInput`.
    package static func checkName(_ name: String, of what: String) throws(BancadaError) {
        let bad = name.unicodeScalars.contains { $0 == "/" || $0 == ":" || $0.value < 0x20 }
        let isBlank = name.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        guard !isBlank, !bad, name != ".", !name.hasPrefix(".."),
            name.unicodeScalars.count <= experimentNameLength
        else {
            throw BancadaError(
                .invalidInput, "\(what) name \"\(name)\" is not valid",
                hint: "use 1 to 500 characters without '/' and ':'")
        }
    }

    /// Checks the name of an experiment.
    ///
    /// - Throws: `invalidInput`.
    package static func checkExperimentName(_ name: String) throws(BancadaError) {
        guard !name.isEmpty, name.unicodeScalars.count <= experimentNameLength else {
            throw invalid("experiment name \"\(name.prefix(40))\" must have 1 to 500 characters")
        }
        try checkText(name, of: "experiment name")
    }

    /// Checks an alias: `[A-Za-z0-9_-]`, not `latest`, not `v` and digits.
    ///
    /// - Throws: `invalidInput`.
    package static func checkAlias(_ alias: String) throws(BancadaError) {
        let fits = alias.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || $0 == "_" || $0 == "-")
        }
        let lower = alias.lowercased()
        let looksLikeVersion =
            lower.hasPrefix("v") && lower.count > 1
            && lower.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        guard fits, !alias.isEmpty, alias.unicodeScalars.count <= aliasLength,
            lower != latestAlias, !looksLikeVersion
        else {
            throw BancadaError(
                .invalidInput, "alias \"\(alias)\" is not valid",
                hint: "use letters, digits, '_' and '-', but not 'latest' or 'v1'")
        }
    }

    /// `value` cut to `length` Unicode scalars.
    package static func truncated(_ value: String, to length: Int) -> String {
        guard value.utf8.count > length, value.unicodeScalars.count > length else { return value }
        return String(String.UnicodeScalarView(value.unicodeScalars.prefix(length)))
    }

    private static func invalid(_ message: String) -> BancadaError {
        BancadaError(.invalidInput, message)
    }

    /// `\w` of Python's regular expressions, and `/.- :`.
    private static func isKeyCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "_", "/", ".", "-", " ", ":": return true
        case "a"..."z", "A"..."Z", "0"..."9": return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return true
        default: return scalar.properties.numericType != nil
        }
    }

    private static func namesItself(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        return !key.hasPrefix("..")
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
