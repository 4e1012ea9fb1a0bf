import Documents
import Plugins
import Workbench

/// Plugins as text for people.
enum PluginText {
    /// Everything that a plugin says of itself.
    static func description(_ plugin: PluginManifest) -> String {
        var lines = ["\(plugin.name) \(plugin.version)  \(plugin.folder)"]
        if !plugin.description.isEmpty { lines.append(plugin.description) }
        for trainer in plugin.trainers {
            let tasks = trainer.tasks.joined(separator: ", ")
            lines.append(head("trainer", trainer.name, trainer.description) + " (\(tasks))")
            lines += trainer.parameters.map(parameter)
        }
        for runtime in plugin.runtimes {
            let files = runtime.files.joined(separator: " ")
            lines.append(head("runtime", runtime.format, runtime.description) + " (\(files))")
        }
        for component in plugin.components {
            lines.append(head("component", component.name, component.description))
            lines += component.inputs.map { input in
                let fallback = input.defaultValue.map { " = \($0.compactText)" } ?? ""
                return entry(
                    "in", "\(input.name): \(input.type.word)\(fallback)", input.description)
            }
            lines += component.outputs.map { output in
                entry("out", "\(output.name): \(output.type.word)", output.description)
            }
        }
        for sampler in plugin.samplers {
            lines.append(head("sampler", sampler.name, sampler.description))
            lines += sampler.settings.map(parameter)
        }
        for objective in plugin.objectives {
            lines.append(head("objective", objective.name, objective.description))
            lines += objective.parameters.map(parameter)
        }
        for reader in plugin.readers {
            let files = reader.files.joined(separator: " ")
            lines.append(head("reader", reader.name, reader.description) + " (\(files))")
        }
        return lines.joined(separator: "\n")
    }

    /// A finding of the conformance kit.
    static func line(_ check: ConformanceCheck) -> String {
        let outcome = check.outcome.rawValue.padding(to: 8)
        return outcome + check.name + ": " + check.detail.replacing("\n", with: "\n          ")
    }

    private static func head(_ kind: String, _ name: String, _ description: String) -> String {
        "\n\(kind) \(name)" + (description.isEmpty ? "" : "  \(description)")
    }

    private static func parameter(_ parameter: ParameterDeclaration) -> String {
        let fallback = parameter.defaultValue.map { " = \($0.compactText)" } ?? ""
        return entry(
            "", "\(parameter.name)\(fallback)  \(parameter.expectation)", parameter.description)
    }

    private static func entry(_ kind: String, _ text: String, _ description: String) -> String {
        "  " + (kind.isEmpty ? "" : kind.padding(to: 4)) + text
            + (description.isEmpty ? "" : "  (\(description))")
    }
}

extension String {
    /// The text with spaces up to a width.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
