extension Filter {
    /// The condition that `text` spells, in MLflow's filter language:
    ///
    /// ```
    /// filter     = [clause {AND clause} [AND]]
    /// clause     = field comparison value | field IS [NOT] NULL | field [NOT] IN (text, text ...)
    /// field      = [entity .] key         entity: metrics, params, tags, attributes, datasets ...
    /// comparison = = != < <= > >= LIKE ILIKE
    /// ```
    ///
    /// Keywords may be in any case. A key with other characters than letters, digits, `_` and `.`
    /// goes into backticks or double quotes; a text into single or double quotes. A quote that comes
    /// twice or behind `\` does not end the text, which has it as it was written, as in MLflow.
    /// - Throws: `invalidInput` saying what was expected and at which character.
    package init(parsing text: String, for subject: SearchSubject) throws(BancadaError) {
        var parser = try FilterParser(text, subject)
        self.init(try parser.clauses())
    }
}

extension OrderKey {
    /// The order that `texts` spell, each `[entity.]key [ASC|DESC]`.
    ///
    /// - Throws: `invalidInput` for a field that cannot order, and for one that comes twice.
    package static func parse(
        _ texts: [String], for subject: SearchSubject
    ) throws(BancadaError) -> [OrderKey] {
        var keys: [OrderKey] = []
        for text in texts {
            var parser = try FilterParser(text, subject, isOrder: true)
            let key = try parser.orderKey()
            guard !keys.contains(where: { $0.field == key.field }) else {
                throw BancadaError(
                    .invalidInput, "the order \"\(text)\" comes twice", hint: "name a field once")
            }
            keys.append(key)
        }
        return keys
    }
}

/// Reads the words of a filter or of one key of an order.
private struct FilterParser {
    private let text: String
    private let subject: SearchSubject
    /// Whether a key of an order is read.
    private let isOrder: Bool
    private var words: ArraySlice<FilterToken>

    init(
        _ text: String, _ subject: SearchSubject, isOrder: Bool = false
    ) throws(BancadaError) {
        self.text = text
        self.subject = subject
        self.isOrder = isOrder
        do {
            words = try FilterToken.words(of: text)[...]
        } catch {
            throw BancadaError(
                error.code, "filter \"\(text.prefix(200))\": \(error.message)",
                hint: error.hint ?? "write clauses such as \(subject.example)")
        }
    }

    mutating func clauses() throws(BancadaError) -> [Filter.Clause] {
        var clauses: [Filter.Clause] = []
        while !words.isEmpty {
            clauses.append(try clause())
            if words.isEmpty { break }
            guard takes("AND") else { throw expected("AND or the end") }
        }
        return clauses
    }

    mutating func orderKey() throws(BancadaError) -> OrderKey {
        let field = try field()
        let canOrder =
            field.entity == .attribute
            ? subject.orderableAttributes.contains(field.key)
            : subject.orderableEntities.contains(field.entity)
        guard canOrder else {
            throw BancadaError(
                .invalidInput, "\(subject.name) cannot be ordered by \"\(text.prefix(200))\"",
                hint: "order by \(choices)")
        }
        let descends = takes("DESC")
        if !descends { _ = takes("ASC") }
        guard words.isEmpty else { throw expected("ASC, DESC or the end") }
        return OrderKey(field, ascending: !descends)
    }

    // MARK: - Clauses

    private mutating func clause() throws(BancadaError) -> Filter.Clause {
        let field = try field()
        let kind = try kind(of: field)
        let condition = try condition(of: field, kind)
        let stands = subject.missingValues[field].map { condition.accepts($0) } ?? false
        return Filter.Clause(field, condition, acceptsMissing: stands)
    }

    /// How a field may be compared.
    private func kind(of field: SearchField) throws(BancadaError) -> SearchSubject.Kind {
        switch field.entity {
        case .metric: return .number
        case .param, .tag: return .text
        case .dataset: return .listed
        case .attribute:
            guard let kind = subject.kind(ofAttribute: field.key) else { throw unknown(field.key) }
            return kind
        }
    }

    private mutating func condition(
        of field: SearchField, _ kind: SearchSubject.Kind
    ) throws(BancadaError) -> Filter.Condition {
        let isOpen = field.entity == .param || field.entity == .tag
        if isOpen, takes("IS") {
            let negated = takes("NOT")
            guard takes("NULL") else { throw expected("NULL") }
            return negated ? .isNotNull : .isNull
        }
        if kind == .listed || kind == .identifier {
            if takes("NOT") {
                guard takes("IN") else { throw expected("IN") }
                return .isNoneOf(try list())
            }
            if takes("IN") { return .isOneOf(try list()) }
        }
        return kind == .number
            ? try numberCondition() : try textCondition(patterns: kind != .identifier)
    }

    private mutating func numberCondition() throws(BancadaError) -> Filter.Condition {
        let symbols = Filter.NumberComparison.allCases.map(\.rawValue)
        guard case .symbol(let symbol) = words.first?.kind,
            let comparison = Filter.NumberComparison(rawValue: symbol)
        else { throw expected("one of \(symbols.joined(separator: " "))") }
        words.removeFirst()
        guard case .word(let word) = words.first?.kind, let number = Self.number(word) else {
            throw expected("a number")
        }
        words.removeFirst()
        return .number(comparison, number)
    }

    private mutating func textCondition(
        patterns: Bool
    ) throws(BancadaError) -> Filter.Condition {
        let comparison: Filter.TextComparison
        if case .symbol(let symbol) = words.first?.kind,
            let found = Filter.TextComparison(rawValue: symbol)
        {
            words.removeFirst()
            comparison = found
        } else if patterns, takes("LIKE") {
            comparison = .like
        } else if patterns, takes("ILIKE") {
            comparison = .ilike
        } else {
            throw expected(patterns ? "one of = != LIKE ILIKE" : "one of = != IN")
        }
        return .text(comparison, try quotedText())
    }

    private mutating func list() throws(BancadaError) -> [String] {
        guard takesSymbol("(") else { throw expected("(") }
        var values = [try quotedText()]
        while takesSymbol(",") { values.append(try quotedText()) }
        guard takesSymbol(")") else { throw expected("a comma or )") }
        return values
    }

    private mutating func quotedText() throws(BancadaError) -> String {
        guard case .quoted(let text, let quote) = words.first?.kind, quote != "`" else {
            throw expected("a text in quotes")
        }
        words.removeFirst()
        return text
    }

    // MARK: - Fields

    private mutating func field() throws(BancadaError) -> SearchField {
        guard let first = words.popFirst() else { throw expected("a field") }
        switch first.kind {
        case .symbol: throw expected("a field", at: first)
        case .quoted(_, "'"): throw expected("a field", at: first)
        case .quoted(let key, _): return try attribute(key)
        case .word(let word):
            guard let dot = word.firstIndex(of: ".") else { return try attribute(word) }
            let prefix = String(word[..<dot])
            let own = subject.entityNames[prefix]
            let common = subject.hasCommonNames ? SearchField.entityNames[prefix] : nil
            guard let entity = own?.entity ?? common else {
                throw BancadaError(
                    .invalidInput, "filter \"\(text.prefix(200))\": \"\(prefix)\" is no entity",
                    hint: "use \(subject.shownEntityNames.joined(separator: ", ")), in lower case")
            }
            var key = String(word[word.index(after: dot)...])
            if key.isEmpty {
                guard let next = words.first, next.isJoined,
                    case .quoted(let name, let quote) =
                        next.kind, quote != "'"
                else { throw expected("a key after \"\(prefix).\"") }
                words.removeFirst()
                key = name
            }
            return try field(entity, (own?.keyPrefix ?? "") + key)
        }
    }

    private func field(
        _ entity: SearchField.Entity, _ key: String
    ) throws(BancadaError) -> SearchField {
        if key.isEmpty { throw expected("a key that is not empty") }
        guard entity != .attribute else { return try attribute(key) }
        guard subject.entities.contains(entity) else {
            throw BancadaError(
                .invalidInput, "\(subject.name) have no \(entity.rawValue)s to search by",
                hint: "use \(choices)")
        }
        if entity == .dataset, !["name", "digest", "context"].contains(key) {
            throw BancadaError(
                .invalidInput, "a dataset has no \"\(key.prefix(80))\" to search by",
                hint: "use name, digest or context")
        }
        return SearchField(entity, key)
    }

    private func attribute(_ name: String) throws(BancadaError) -> SearchField {
        let key = subject.synonyms[name] ?? name
        let isKnown =
            subject.kind(ofAttribute: key) != nil || subject.orderableAttributes.contains(key)
        guard isKnown else { throw unknown(name) }
        return SearchField(.attribute, key)
    }

    // MARK: - Words

    /// Takes a keyword, in any case.
    private mutating func takes(_ keyword: String) -> Bool {
        guard case .word(let word) = words.first?.kind, word.uppercased() == keyword else {
            return false
        }
        words.removeFirst()
        return true
    }

    private mutating func takesSymbol(_ symbol: String) -> Bool {
        guard words.first?.kind == .symbol(symbol) else { return false }
        words.removeFirst()
        return true
    }

    /// A finite decimal number; the words `nan` and `infinity` are none.
    private static func number(_ word: String) -> Double? {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        }
        guard plain, let number = Double(word), number.isFinite else { return nil }
        return number
    }

    private func expected(_ what: String, at word: FilterToken? = nil) -> BancadaError {
        let found = word ?? words.first
        let place = found.map { "at character \($0.position), found \($0.text.prefix(80))" }
        return BancadaError(
            .invalidInput,
            "filter \"\(text.prefix(200))\": expected \(what) \(place ?? "at the end")",
            hint: isOrder
                ? "write a field such as \(subject.orderExample)"
                : "write clauses such as \(subject.example)")
    }

    private func unknown(_ attribute: String) -> BancadaError {
        BancadaError(
            .invalidInput, "\(subject.name) have no attribute \"\(attribute.prefix(80))\"",
            hint: bareName.map { "write \"\($0)\"" } ?? "use \(choices)")
    }

    /// Where the filter is nothing but a word: the clause that finds what has it as its name.
    private var bareName: String? {
        guard !isOrder, let name = subject.nameAttribute, !text.contains(where: \.isWhitespace),
            text.allSatisfy({ !"'\"`=<>!(),".contains($0) })
        else { return nil }
        return "\(name) = '\(text.prefix(80))'"
    }

    /// What may be named here.
    private var choices: String {
        subject.fieldNames(toOrder: isOrder).joined(separator: ", ")
    }
}
