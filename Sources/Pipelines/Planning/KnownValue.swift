import Documents
import Workbench

/// What is known of a value before anything runs.
struct KnownValue {
    /// How it is known.
    enum Kind: Equatable {
        case literal(JSON)
        /// The value of an output or parameter, or of a text, list or object with expressions.
        case port(PortType, String?)
        /// The list of an output of a task with `for_each`.
        case each(PortType, String)
    }

    let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// Its type; nil for null.
    var port: PortType? {
        switch kind {
        case .literal(let value): ParameterType(of: value).map { .parameter($0) }
        case .port(let type, _): type
        case .each: .parameter(.list)
        }
    }

    /// Whether an input of a type can take it. An integer is a number; an artifact without a
    /// narrower type passes for any, as in KFP.
    func fits(_ wanted: PortType) -> Bool {
        if wanted == .any { return true }
        switch (kind, wanted) {
        case (.literal(let value), .parameter(let type)): return type.accepts(value)
        case (.literal, _): return false
        case (.each, _): return wanted == .parameter(.list)
        case (.port(.any, _), _): return true
        case (.port(.parameter(.integer), _), .parameter(.number)): return true
        case (.port(.artifact(let found), _), .artifact(let type)):
            return found == type || found == .artifact || type == .artifact
        case (.port(let found, _), _): return found == wanted
        }
    }

    /// What it is, for messages.
    var title: String {
        switch kind {
        case .literal(let value):
            let text = value.compactText
            return text.count > 60 ? "\(text.prefix(57))..." : text
        case .port(.parameter(.string), nil): return "a text"
        case .port(let type, nil): return type.phrase
        case .port(let type, let text?): return "\(text), \(type.phrase)"
        case .each(let type, let text):
            return "\(text), a list of \(type.word), one for each element"
        }
    }

    /// What to do where an input of a type cannot take it.
    func hint(_ wanted: PortType) -> String? {
        switch (kind, wanted) {
        case (.literal, .artifact), (.port(.parameter, _), .artifact):
            "pass an output of a task, such as ${{ tasks.TASK.OUTPUT }}"
        case (.each(let type, let text), _) where type == wanted:
            "write ${{ \(text)[0] }} for the first, or for_each over it"
        case (.port(.artifact, _), .parameter): "pass a value; an artifact is a file or folder"
        case (.port(.parameter, let text?), .parameter(.integer)): "write ${{ int(\(text)) }}"
        case (.port(.parameter, let text?), .parameter(.number)): "write ${{ double(\(text)) }}"
        case (.port(.parameter, let text?), .parameter(.string)): "write ${{ string(\(text)) }}"
        default: nil
        }
    }
}
