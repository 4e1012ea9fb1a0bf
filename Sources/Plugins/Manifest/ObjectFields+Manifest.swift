import Documents
import Workbench

/// The forms that members of `plugin.yaml` have.
extension ObjectFields {
    /// The objects of the array `name`; none where it is missing.
    func list(_ name: String) throws(BancadaError) -> [ObjectFields] {
        optional(name) == nil ? [] : try objects(name)
    }

    /// The members of the object `name`, each an object of its own; none where it is missing.
    func named(_ name: String) throws(BancadaError) -> [(name: String, fields: ObjectFields)] {
        guard optional(name) != nil else { return [] }
        let fields = try object(name)
        var result: [(name: String, fields: ObjectFields)] = []
        for member in fields.members {
            result.append((member.name, try fields.object(member.name)))
        }
        return result
    }

    /// A boolean; false where it is missing.
    func flag(_ name: String) throws(BancadaError) -> Bool {
        guard let node = optional(name) else { return false }
        guard case .bool(let value) = node.value else {
            throw invalid(name, "must be true or false")
        }
        return value
    }

    /// A text, or a number that YAML took a text such as `1.0` for.
    func text(_ name: String) throws(BancadaError) -> String {
        switch try required(name).value {
        case .string(let text) where !text.isEmpty: return text
        case .integer(let value): return String(value)
        case .number(let value): return value.description
        default: throw invalid(name, "must be a text that is not empty")
        }
    }

    /// The member `description`; empty where it is missing.
    func description() throws(BancadaError) -> String {
        optional("description") == nil ? "" : try string("description")
    }

    /// The name of a capability.
    func capabilityName(_ key: String) throws(BancadaError) -> String {
        let name = try string(key)
        guard PluginName.isCapability(name) else {
            throw invalid(
                key,
                "is \"\(name)\", expected small letters, digits, . - and _, a letter first")
        }
        return name
    }

    /// The name of a file of the plugin's folder itself.
    func fileName(_ key: String) throws(BancadaError) -> String {
        let name = try string(key)
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == ".." || $0 == "." }) else {
            throw invalid(key, "is \"\(name)\", expected a file inside the plugin's folder")
        }
        return name
    }

    /// Patterns of file names; at least one.
    func patterns(_ key: String) throws(BancadaError) -> [String] {
        let patterns = try strings(key)
        if patterns.isEmpty || patterns.contains(where: { $0.isEmpty || $0.contains("/") }) {
            throw invalid(key, "must list patterns of file names, such as \"*.joblib\"")
        }
        return patterns
    }

    /// The type of a port.
    func portType() throws(BancadaError) -> PortType {
        let word = try string("type")
        guard let type = PortType(word: word) else {
            let words =
                ParameterType.allCases.map(\.word) + ArtifactType.allCases.map(\.rawValue)
            let error = invalid("type", "is \"\(word)\", which is no type of parameter or artifact")
            let near = NearestName.of(word, among: words)
            throw BancadaError(
                error.code, error.message,
                hint: near.map { "write \"\($0)\"" }
                    ?? "use one of \(words.joined(separator: ", "))")
        }
        return type
    }
}

/// Patterns of file names: `*` is any text, `?` any one character; case matters.
enum FilePattern {
    /// Whether `name` is of `pattern`.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let name = Array(name.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        var (n, p) = (0, 0)
        var star: (p: Int, n: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = star {
                star = (last.p, last.n + 1)
                p = last.p + 1
                n = last.n + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
