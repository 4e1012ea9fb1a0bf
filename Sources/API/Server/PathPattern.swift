/// A path with parameters: `{name}` is one part of a path, `{name}:text` one that ends so, and `**`
/// at the end one part or more.
package struct PathPattern: Sendable {
    private enum Part: Equatable {
        case text(Substring)
        case parameter(Substring, suffix: Substring)
        case rest
    }

    private let expected: [Part]

    /// The pattern that `path` spells.
    package init(_ path: String) {
        expected = Self.parts(of: path).map { part in
            if part == "**" { return .rest }
            guard part.first == "{", let end = part.firstIndex(of: "}") else {
                return .text(part)
            }
            let name = part[part.index(after: part.startIndex)..<end]
            return .parameter(name, suffix: part[part.index(after: end)...])
        }
    }

    /// Whether it has no parameters.
    package var isFixed: Bool {
        expected.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// How much text stands behind parameters in their own part.
    package var suffixLength: Int {
        expected.reduce(0) { sum, part in
            if case .parameter(_, let suffix) = part { sum + suffix.utf8.count } else { sum }
        }
    }

    /// The parts between the slashes of a path; empty ones do not count.
    package static func parts(of path: String) -> [Substring] { path.split(separator: "/") }

    /// The parameters where the parts of a path are as expected; nil where they are not.
    package func values(
        in parts: [Substring]
    ) -> [(name: Substring, value: Substring)]? {
        let isOpen = expected.last == .rest
        guard isOpen ? parts.count >= expected.count : parts.count == expected.count else {
            return nil
        }
        var values: [(name: Substring, value: Substring)] = []
        for (part, given) in zip(expected, parts) {
            switch part {
            case .rest: return values
            case .text(let text): guard text == given else { return nil }
            case .parameter(let name, let suffix):
                guard given.hasSuffix(suffix), given.utf8.count > suffix.utf8.count else {
                    return nil
                }
                values.append((name, given.dropLast(suffix.count)))
            }
        }
        return values
    }
}
