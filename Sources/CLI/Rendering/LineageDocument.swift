import Components
import Documents
import Workbench

/// The way from a model back to its data, as JSON and as lines.
enum LineageDocument {
    /// `{"model","run_id","algorithm","inputs":[{"name","type","digest","source"}]}`.
    static func json(_ lineage: Lineage) -> JSON {
        [
            "model": JSON(lineage.model?.uri),
            "run_id": .string(lineage.run.id.text),
            "run_name": .string(lineage.run.name),
            "params": .object(
                lineage.run.params.map { .init($0.key, .string($0.value)) }),
            "inputs": .array(lineage.inputs.map(json)),
            "origins": .array(lineage.origins.map(json)),
        ]
    }

    private static func json(_ input: RunInput) -> JSON {
        [
            "name": .string(input.name), "type": .string(input.artifact.type.rawValue),
            "digest": .string(input.artifact.content.digest.hex),
            "source": JSON(source(of: input.artifact)),
        ]
    }

    /// One line a step, nearest first.
    static func lines(_ lineage: Lineage) -> [String] {
        var lines = ["made by run \(lineage.run.id.text)  \(lineage.run.name)"]
        let shown = ["algorithm", "target", "seed"].compactMap { key in
            lineage.run.params.first { $0.key == key }.map { "\(key)=\($0.value)" }
        }
        if !shown.isEmpty { lines.append("with        " + shown.joined(separator: "  ")) }
        for input in lineage.origins {
            lines.append(
                "from data   \(source(of: input.artifact).map(Format.path) ?? input.name)"
                    + "  sha256 \(input.artifact.content.digest.hex)")
        }
        return lines
    }

    private static func source(of artifact: Artifact) -> String? {
        artifact.metadata.first { $0.key == "source" }?.value
    }
}
