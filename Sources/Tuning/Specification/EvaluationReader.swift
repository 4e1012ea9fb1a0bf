import Documents
import Workbench

/// Reads `evaluate` of a study file.
enum EvaluationReader {
    private static let kinds = ["train", "command", "evaluator", "pipeline", "plugin"]

    /// What a trial executes.
    ///
    /// - Parameter parameters: the names that templates may use; nil where they are not known.
    static func evaluation(
        _ fields: ObjectFields, parameters: [String]?
    ) throws(BancadaError) -> StudySpecification.Evaluation {
        try fields.refuseUnknown(known: kinds)
        guard fields.members.count == 1, let kind = fields.members.first?.name else {
            let found = fields.members.map(\.name).joined(separator: " and ")
            throw BancadaError(
                .invalidInput,
                "\(fields.document):\(fields.location.line):\(fields.location.column): "
                    + "\"evaluate\" has \(found.isEmpty ? "nothing" : found), expected exactly one "
                    + "of \(kinds.joined(separator: ", "))")
        }
        switch kind {
        case "train": return .train(try training(fields.object("train")))
        case "pipeline": return .pipeline(try pipeline(fields.object("pipeline")))
        case "plugin": return .plugin(try fields.string("plugin"))
        case "evaluator": return .evaluator(try words("evaluator", fields))
        default:
            _ = try words("command", fields)
            var templates: [Template] = []
            for node in try fields.array("command") {
                let template = try Template(node, document: fields.document)
                try checkReferences(of: template, parameters: parameters ?? [])
                templates.append(template)
            }
            return .command(templates)
        }
    }

    private static func words(
        _ name: String, _ fields: ObjectFields
    ) throws(BancadaError) -> [String] {
        let words = try fields.strings(name)
        guard let program = words.first, !program.isEmpty else {
            throw fields.invalid(name, "names no program, expected [PROGRAM, ARGUMENT...]")
        }
        return words
    }

    private static func training(
        _ fields: ObjectFields
    ) throws(BancadaError) -> StudySpecification.Training {
        try fields.refuseUnknown(
            known: ["data", "target", "algorithm", "folds", "task", "settings"])
        var training = StudySpecification.Training(
            data: try fields.string("data"), target: try fields.string("target"))
        if let algorithm = fields.optional("algorithm") {
            training.algorithms =
                algorithm.string.map { [$0] } ?? []
            if algorithm.string == nil { training.algorithms = try fields.strings("algorithm") }
            if training.algorithms.isEmpty {
                throw fields.invalid("algorithm", "is empty, expected a name or a list of names")
            }
        }
        if let folds = try fields.integer("folds", in: 2...1000) { training.folds = folds }
        if fields.optional("task") != nil { training.task = try fields.string("task") }
        if fields.optional("settings") != nil {
            training.settings = try fields.object("settings").members.map {
                .init($0.name, $0.value.json)
            }
        }
        return training
    }

    private static func pipeline(
        _ fields: ObjectFields
    ) throws(BancadaError) -> StudySpecification.PipelineUse {
        try fields.refuseUnknown(known: ["file", "output", "parameters"])
        var use = StudySpecification.PipelineUse(
            file: try fields.string("file"), output: try fields.string("output"))
        if fields.optional("parameters") != nil {
            use.parameters = try fields.object("parameters").members.map {
                .init($0.name, $0.value.json)
            }
        }
        return use
    }

    private static func checkReferences(
        of template: Template, parameters: [String]
    ) throws(BancadaError) {
        for expression in template.expressions {
            for reference in expression.locatedReferences {
                switch (reference.path.first, reference.path.dropFirst().first) {
                case ("parameters"?, let name?):
                    guard !parameters.contains(name) else { continue }
                    throw expression.error(
                        "\"\(name)\" is no parameter of the study", at: reference.offset,
                        hint: NearestName.of(name, among: parameters)
                            .map { "write parameters.\($0)" }
                            ?? "use one of \(parameters.joined(separator: ", "))")
                case ("trial"?, "number"?), ("study"?, "name"?): continue
                default:
                    throw expression.error(
                        "unknown name \"\(reference.path.joined(separator: "."))\"",
                        at: reference.offset,
                        hint: "use parameters.NAME, trial.number or study.name")
                }
            }
        }
    }
}
