import Workbench
import Yams

extension YAMLText {
    /// One message for what the parser found.
    func failure(_ error: YamlError) -> BancadaError {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return syntax(problem, context, location(mark))
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            let first = location(context.mark)
            let second = secondPlace(of: name, first: first)
            return duplicate(name, at: second ?? first, first: second == nil ? nil : first)
        case .memory:
            return BancadaError(.unavailable, "\(document): no memory to read it")
        default:
            return BancadaError(.invalidInput, "\(document): \(error)", cause: error)
        }
    }

    /// The error for a key that is there twice.
    func duplicate(
        _ name: String, at place: SourceLocation, first: SourceLocation?
    ) -> BancadaError {
        let before = first.map { ", first at line \($0.line), column \($0.column)" } ?? ""
        return error(
            "the key \"\(name.prefix(60))\" is there twice\(before)", at: place,
            hint: "keep one of them")
    }

    private func syntax(
        _ problem: String, _ context: YamlError.Context?, _ place: SourceLocation
    ) -> BancadaError {
        if byte(at: place) == UInt8(ascii: "\t") {
            return error(
                "a tab cannot indent or start a value", at: place, hint: "indent with spaces")
        }
        var message = problem.replacing("did not find expected", with: "expected")
        if let context, !context.text.isEmpty {
            let start = location(context.mark)
            message += " \(context.text)"
            if start != place { message += " of line \(start.line), column \(start.column)" }
        }
        return error(message, at: place, hint: hint(problem, place))
    }

    private func hint(_ problem: String, _ place: SourceLocation) -> String? {
        if problem.hasPrefix("did not find expected ',' or"), let line = line(place.line),
            String(decoding: line, as: UTF8.self).contains("${{")
        {
            return "put ${{ }} in quotes inside of { } and [ ]"
        }
        return Self.hint(problem)
    }

    private static func hint(_ problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "put values that contain \": \" in quotes"
        case "could not find expected ':'", "did not find expected key":
            "compare the indentation with the lines above"
        case "found character that cannot start any token":
            "put the value in quotes"
        case "found undefined alias": "put texts that start with * in quotes"
        default: nil
        }
    }

    /// Where a key of a block mapping stands again after `first`; nil when that is not plain to see.
    private func secondPlace(of name: String, first: SourceLocation) -> SourceLocation? {
        let indent = first.column - 1
        let spellings = [name, "\"\(name)\"", "'\(name)'"].map { Array($0.utf8) }
        var number = first.line + 1
        while let line = line(number) {
            let space = line.prefix { $0 == 0x20 }.count
            let rest = line.dropFirst(space)
            let isBlank = rest.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x0A }
            if !isBlank, rest.first != UInt8(ascii: "#") {
                if space < indent { return nil }
                for spelling in spellings where space == indent && rest.starts(with: spelling) {
                    let after = rest.dropFirst(spelling.count).drop { $0 == 0x20 }
                    if after.first == UInt8(ascii: ":") {
                        return SourceLocation(line: number, column: first.column)
                    }
                }
            }
            number += 1
        }
        return nil
    }
}
