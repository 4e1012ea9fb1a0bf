import Documents
import ModelFormats
import Workbench

/// What the file `MLmodel` of a model's folder says: the flavours that can load it, and its
/// signature.
package struct ModelFacts: Sendable, Equatable {
    /// The file in a model's folder.
    private static let file = "MLmodel"

    /// The flavours, such as `sklearn`.
    package let flavours: [String]
    /// The version of MLflow that wrote it.
    package let mlflowVersion: String?
    /// The inputs of the signature, each as its name and type.
    package let inputs: [String]
    /// The outputs of the signature.
    package let outputs: [String]

    /// What a folder's file says; nil where there is none, or none that can be read.
    package init?(folder: String) {
        let path = "\(folder)/\(Self.file)"
        // A model is shown without what its file does not tell.
        guard let bytes = try? FileBytes.read(path),
            let root = try? YAMLParser.parse(bytes, document: path)
        else { return nil }
        flavours = Self.names(of: root["flavors"])
        mlflowVersion = root["mlflow_version"]?.string
        inputs = Self.columns(root["signature"]?["inputs"]?.string)
        outputs = Self.columns(root["signature"]?["outputs"]?.string)
    }

    private static func names(of node: Node?) -> [String] {
        guard case .object(let members)? = node?.value else { return [] }
        return members.map(\.name)
    }

    private static func columns(_ text: String?) -> [String] {
        // As above.
        guard let text, let root = try? JSONParser.parse(Array(text.utf8), document: file),
            case .array(let columns) = root.value
        else { return [] }
        return columns.map { column in
            var words: [String] = []
            if let name = column["name"]?.string { words.append(name) }
            if let tensor = column["tensor-spec"] {
                words.append("tensor of \(tensor["dtype"]?.string ?? "?")")
                if let shape = shape(tensor["shape"]) { words.append(shape) }
            } else {
                words.append(column["type"]?.string ?? "?")
            }
            return words.joined(separator: " ")
        }
    }

    private static func shape(_ node: Node?) -> String? {
        guard case .array(let sizes)? = node?.value else { return nil }
        return "[" + sizes.map { $0.double.map { "\(Int($0))" } ?? "?" }.joined(separator: ", ")
            + "]"
    }
}
