import Documents
package import Workbench

extension ParameterDeclaration {
    /// Settings that a command line gives as `name=value`, read by the kinds of `declarations`; of
    /// a name that is there twice the last. Names and values are not checked: `resolve` does.
    ///
    /// - Throws: `invalidInput` for a text of another form.
    package static func parse(
        _ assignments: [String], by declarations: [ParameterDeclaration]
    ) throws(BancadaError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        for assignment in assignments {
            guard let place = assignment.firstIndex(of: "="), place > assignment.startIndex else {
                throw BancadaError(
                    .invalidInput, "the setting \"\(assignment)\" is not name=value",
                    hint: "write it like C=0.1")
            }
            let name = String(assignment[..<place])
            let text = String(assignment[assignment.index(after: place)...])
            let kind = declarations.first { $0.name == name }?.kind
            members.removeAll { $0.name == name }
            members.append(JSON.Member(name, kind.map { value(of: text, $0) } ?? .string(text)))
        }
        return members
    }

    /// A text as a value of `kind`; as a text where it is none.
    private static func value(of text: String, _ kind: Kind) -> JSON {
        switch kind {
        case .int: Int64(text).map(JSON.integer) ?? .string(text)
        case .float: Double(text).map(JSON.number) ?? .string(text)
        case .bool: text == "true" ? true : text == "false" ? false : .string(text)
        case .string: .string(text)
        case .categorical(let choices):
            choices.first { $0 == .string(text) || $0.compactText == text } ?? .string(text)
        }
    }
}
