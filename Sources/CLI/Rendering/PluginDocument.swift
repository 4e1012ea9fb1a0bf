import Plugins
import Workbench

/// Plugins as JSON.
enum PluginDocument {
    /// A plugin in a list.
    static func summary(_ plugin: PluginManifest) -> JSON {
        let names = plugin.capabilityNames.map { kind, name -> JSON in
            ["kind": .string(kind), "name": .string(name)]
        }
        return [
            "name": .string(plugin.name), "version": .string(plugin.version),
            "description": .string(plugin.description), "folder": .string(plugin.folder),
            "provides": .array(names),
        ]
    }

    /// Something that is not used.
    static func remark(_ remark: PluginCatalog.Remark) -> JSON {
        [
            "folder": .string(remark.folder), "message": .string(remark.message),
            "usable": .bool(!remark.isFailure),
        ]
    }

    /// Everything that a plugin says of itself.
    static func description(_ plugin: PluginManifest) -> JSON {
        [
            "name": .string(plugin.name), "version": .string(plugin.version),
            "description": .string(plugin.description), "folder": .string(plugin.folder),
            "command": .array(plugin.command.map(JSON.string)),
            "requirements": JSON(plugin.requirements),
            "trainers": .array(
                plugin.trainers.map {
                    [
                        "name": .string($0.name), "description": .string($0.description),
                        "tasks": .array($0.tasks.map(JSON.string)),
                        "parameters": .array($0.parameters.map(parameter)),
                    ]
                }),
            "runtimes": .array(
                plugin.runtimes.map {
                    [
                        "format": .string($0.format), "description": .string($0.description),
                        "files": .array($0.files.map(JSON.string)),
                    ]
                }),
            "components": .array(plugin.components.map(component)),
            "samplers": .array(
                plugin.samplers.map {
                    [
                        "name": .string($0.name), "description": .string($0.description),
                        "settings": .array($0.settings.map(parameter)),
                    ]
                }),
            "objectives": .array(
                plugin.objectives.map {
                    [
                        "name": .string($0.name), "description": .string($0.description),
                        "parameters": .array($0.parameters.map(parameter)),
                    ]
                }),
            "readers": .array(
                plugin.readers.map {
                    [
                        "name": .string($0.name), "description": .string($0.description),
                        "files": .array($0.files.map(JSON.string)),
                    ]
                }),
        ]
    }

    /// The findings of the conformance kit.
    static func checks(_ checks: [ConformanceCheck], of plugin: PluginManifest) -> JSON {
        let list = checks.map { check -> JSON in
            [
                "name": .string(check.name), "outcome": .string(check.outcome.rawValue),
                "detail": .string(check.detail),
            ]
        }
        return [
            "plugin": .string(plugin.name), "version": .string(plugin.version),
            "passed": .bool(!checks.contains { $0.outcome == .failed }), "checks": .array(list),
        ]
    }

    private static func parameter(_ parameter: ParameterDeclaration) -> JSON {
        [
            "name": .string(parameter.name), "expected": .string(parameter.expectation),
            "default": parameter.defaultValue ?? .null,
            "description": .string(parameter.description),
        ]
    }

    private static func component(_ component: ComponentSpecification) -> JSON {
        [
            "name": .string(component.name), "description": .string(component.description),
            "inputs": .array(
                component.inputs.map {
                    [
                        "name": .string($0.name), "type": .string($0.type.word),
                        "optional": .bool($0.isOptional), "default": $0.defaultValue ?? .null,
                        "description": .string($0.description),
                    ]
                }),
            "outputs": .array(
                component.outputs.map {
                    [
                        "name": .string($0.name), "type": .string($0.type.word),
                        "optional": .bool($0.isOptional), "description": .string($0.description),
                    ]
                }),
        ]
    }
}
