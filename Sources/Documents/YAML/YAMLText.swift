import Workbench
import Yams

/// The text of a YAML file: checked, made ready for the parser, and able to say which byte a mark of
/// the parser means.
struct YAMLText {
    /// The document's name in messages.
    let document: String
    /// What the parser reads: the text, with `aliasMark` for `*` where anchors are used.
    let source: String
    /// What stands for `*` in `source`; nil where it is left as it is.
    ///
    /// Aliases are resolved by `YAMLBuilder`, which counts what they expand to. The parser would
    /// resolve them before anything can be counted, and hash keys that grow exponentially.
    let aliasMark: Unicode.Scalar?
    private let bytes: [UInt8]
    private let isASCII: Bool
    private let lineStarts: [Int]
    /// Lines that `source` has before the text.
    private let addedLines: Int

    /// Checks a text.
    ///
    /// - Throws: `invalidInput` for one that is too long, is not UTF-8 or holds control characters.
    init(_ input: [UInt8], document: String) throws(BancadaError) {
        guard input.count <= YAMLParser.maximumBytes else {
            throw BancadaError(
                .invalidInput,
                "\(document) has \(input.count) bytes, expected at most \(YAMLParser.maximumBytes)")
        }
        self.document = document
        bytes = input.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(input.dropFirst(3)) : input
        lineStarts = Self.lineStarts(bytes)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
        // What comes between values: the parser's tree is hundreds of times larger than `,`.
        let separators = lineStarts.count + bytes.count { $0 == UInt8(ascii: ",") }
        guard separators <= YAMLParser.maximumSeparators else {
            throw BancadaError(
                .invalidInput,
                "\(document) has \(separators) lines and commas, expected at most "
                    + "\(YAMLParser.maximumSeparators)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            let offset = Self.firstInvalid(bytes)
            throw Self.error(
                "byte \(bytes[offset]) is not valid UTF-8", document,
                Self.location(of: offset, lineStarts),
                hint: "save the file as UTF-8")
        }
        if let offset = Self.firstControl(bytes, isASCII: isASCII) {
            throw Self.error(
                "byte \(bytes[offset]) is a control character", document,
                Self.location(of: offset, lineStarts),
                hint: "write it as an escape in double quotes")
        }
        aliasMark = try Self.mark(for: bytes, text, document)
        if let aliasMark {
            text = String(
                String.UnicodeScalarView(text.unicodeScalars.map { $0 == "*" ? aliasMark : $0 }))
        }
        // The parser keeps a pointer to the bytes, which very short strings do not have.
        addedLines = text.utf8.count < 16 ? 1 : 0
        source = addedLines > 0 ? "# a text of some length\n" + text : text
    }

    /// Where a mark of the parser is, in bytes.
    func location(_ mark: Mark?, after near: inout YAMLPosition) -> SourceLocation {
        guard let mark else { return SourceLocation(line: 1, column: 1) }
        let line = mark.line - addedLines
        guard !isASCII, lineStarts.indices.contains(line - 1) else {
            return SourceLocation(line: max(1, line), column: mark.column)
        }
        let start = lineStarts[line - 1]
        var position =
            near.line == line && near.scalars < mark.column
            ? near : YAMLPosition(line: line, scalars: 1, offset: start)
        while position.scalars < mark.column, position.offset < bytes.count {
            position.offset += 1
            while position.offset < bytes.count, bytes[position.offset] & 0xC0 == 0x80 {
                position.offset += 1
            }
            position.scalars += 1
        }
        near = position
        return SourceLocation(line: line, column: position.offset - start + 1)
    }

    /// Where a mark of the parser is, in bytes.
    func location(_ mark: Mark) -> SourceLocation {
        var near = YAMLPosition()
        return location(mark, after: &near)
    }

    /// Where the characters of a scalar stand; nil where escapes or folding write them.
    func place(
        of string: String, style: Yams.Node.Scalar.Style, at location: SourceLocation
    ) -> Node.TextPlace? {
        switch style {
        case .plain, .any: return verbatim(string, at: location)
        case .doubleQuoted, .singleQuoted:
            return verbatim(
                string, at: SourceLocation(line: location.line, column: location.column + 1))
        case .literal, .folded:
            var number = location.line + 1
            while let line = line(number) {
                let indent = line.prefix { $0 == 0x20 }.count
                let content = line.dropFirst(indent)
                if content.first != 0x0A, content.first != 0x0D, !content.isEmpty {
                    // Empty lines at the start belong to the text.
                    let breaks = string.utf8.prefix { $0 == 0x0A }.count
                    let first = SourceLocation(line: number - breaks, column: indent + 1)
                    if style == .literal { return Node.TextPlace(start: first, indent: indent) }
                    // A folded text of one line is written as it is.
                    let isWritten = content.starts(with: string.utf8.drop { $0 == 0x0A }.dropLast())
                    return isWritten ? Node.TextPlace(start: first, indent: indent) : nil
                }
                number += 1
            }
            return nil
        }
    }

    private func verbatim(_ string: String, at location: SourceLocation) -> Node.TextPlace? {
        guard lineStarts.indices.contains(location.line - 1) else { return nil }
        let offset = lineStarts[location.line - 1] + location.column - 1
        guard offset <= bytes.count, bytes[offset...].starts(with: string.utf8) else { return nil }
        return Node.TextPlace(start: location)
    }

    /// The byte at a place; nil beyond the end.
    func byte(at location: SourceLocation) -> UInt8? {
        guard lineStarts.indices.contains(location.line - 1) else { return nil }
        let offset = lineStarts[location.line - 1] + location.column - 1
        return bytes.indices.contains(offset) ? bytes[offset] : nil
    }

    /// The bytes of a line, without its end; nil beyond the last.
    func line(_ number: Int) -> ArraySlice<UInt8>? {
        guard lineStarts.indices.contains(number - 1) else { return nil }
        let end = lineStarts.indices.contains(number) ? lineStarts[number] : bytes.count
        return bytes[lineStarts[number - 1]..<end]
    }

    /// An error at a place.
    func error(
        _ message: String, at location: SourceLocation, hint: String? = nil
    ) -> BancadaError {
        Self.error(message, document, location, hint: hint)
    }

    private static func error(
        _ message: String, _ document: String, _ location: SourceLocation, hint: String?
    ) -> BancadaError {
        BancadaError(
            .invalidInput, "\(document):\(location.line):\(location.column): \(message)",
            hint: hint)
    }

    /// Where the parser counts a new line: after CR, LF, CR LF and the three breaks of Unicode.
    private static func lineStarts(_ bytes: [UInt8]) -> [Int] {
        var starts = [0]
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0A: starts.append(index + 1)
            case 0x0D where index + 1 == bytes.count || bytes[index + 1] != 0x0A:
                starts.append(index + 1)
            case 0x85 where index > 0 && bytes[index - 1] == 0xC2: starts.append(index + 1)
            case 0xA8 where index > 1 && bytes[index - 1] == 0x80 && bytes[index - 2] == 0xE2,
                0xA9 where index > 1 && bytes[index - 1] == 0x80 && bytes[index - 2] == 0xE2:
                starts.append(index + 1)
            default: break
            }
        }
        return starts
    }

    private static func location(of offset: Int, _ lineStarts: [Int]) -> SourceLocation {
        let line = lineStarts.lastIndex { $0 <= offset } ?? 0
        return SourceLocation(line: line + 1, column: offset - lineStarts[line] + 1)
    }

    /// The first byte that no UTF-8 text can have there.
    private static func firstInvalid(_ bytes: [UInt8]) -> Int {
        var low = 0
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): low += UTF8.width(scalar)
            case .emptyInput, .error: return min(low, bytes.count - 1)
            }
        }
    }

    /// The first byte of a character that YAML does not allow.
    private static func firstControl(_ bytes: [UInt8], isASCII: Bool) -> Int? {
        let ascii = bytes.firstIndex {
            $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F
        }
        if isASCII || ascii != nil { return ascii }
        return bytes.indices.first { index in
            switch bytes[index] {
            case 0xC2: (0x80..<0xA0).contains(bytes[index + 1]) && bytes[index + 1] != 0x85
            case 0xEF:
                (bytes[index + 1] == 0xBB && bytes[index + 2] == 0xBF)
                    || (bytes[index + 1] == 0xBF && bytes[index + 2] >= 0xBE)
            default: false
            }
        }
    }

    private static func mark(
        for bytes: [UInt8], _ text: String, _ document: String
    ) throws(BancadaError) -> Unicode.Scalar? {
        guard bytes.contains(UInt8(ascii: "*")), bytes.contains(UInt8(ascii: "&")) else {
            return nil
        }
        var used: Set<Unicode.Scalar> = []
        for scalar in text.unicodeScalars where (0xE000...0xF8FF).contains(scalar.value) {
            used.insert(scalar)
        }
        for value in UInt32(0xE000)...0xF8FF {
            if let scalar = Unicode.Scalar(value), !used.contains(scalar) { return scalar }
        }
        throw BancadaError(
            .invalidInput, "\(document): aliases beside every character of private use")
    }
}

/// How far a line was counted.
struct YAMLPosition {
    var line = 0
    var scalars = 1
    var offset = 0
}
