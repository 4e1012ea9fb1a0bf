import Documents
package import Workbench

extension StudySpecification {
    /// What decides which trials there are and what they give, as one text: a study that is stored
    /// goes on only where this is the same. How long it goes on (`trials`, `max_failed`,
    /// `time_budget`) is not part of it, so that a study can be taken further.
    package var canonicalText: String { canonicalJSON.compactText }

    /// The same as a value.
    package var canonicalJSON: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("objective", objective?.json ?? .null),
            .init(
                "sampler",
                [
                    "name": .string(sampler.name), "seed": .string(String(sampler.seed)),
                    "settings": .object(sampler.settings.sorted { $0.name < $1.name }),
                ]),
            .init("parallel", JSON(parallel)),
        ]
        if isAsynchronous { members.append(.init("async", true)) }
        if let space {
            members.append(.init("parameters", .array(space.dimensions.map(\.json))))
            members.append(.init("constraints", .array(space.constraints.map(JSON.string))))
        }
        members.append(.init("evaluate", evaluation.json))
        return .object(members)
    }
}

extension StudyObjective {
    /// The objective as study files write it.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("metric", .string(metric)), .init("goal", .string(goal.rawValue)),
        ]
        if let target { members.append(.init("target", .number(target))) }
        return .object(members)
    }
}

extension SearchSpace.Dimension {
    /// The parameter as study files write it, with its name.
    package var json: JSON {
        var members: [JSON.Member] = [.init("name", .string(name))]
        switch domain {
        case .float(let low, let high, let scale, let step):
            members += [
                .init("type", "float"), .init("low", .number(low)), .init("high", .number(high)),
            ]
            switch scale {
            case .linear: break
            case .log: members.append(.init("log", true))
            case .normal, .logNormal:
                members.append(.init("distribution", .string(scale.rawValue)))
            }
            if let step { members.append(.init("step", .number(step))) }
        case .int(let low, let high, let log, let step):
            members += [
                .init("type", "int"), .init("low", JSON(low)), .init("high", JSON(high)),
            ]
            if log { members.append(.init("log", true)) }
            if step != 1 { members.append(.init("step", JSON(step))) }
        case .categorical(let choices):
            members += [.init("type", "categorical"), .init("choices", .array(choices))]
        case .discrete(let choices):
            members += [
                .init("type", "discrete"),
                .init("choices", .array(choices.map(JSON.number))),
            ]
        }
        if let condition { members.append(.init("when", .string(condition))) }
        return .object(members)
    }
}

extension StudySpecification.Evaluation {
    var json: JSON {
        switch self {
        case .train(let training):
            var members: [JSON.Member] = [
                .init("data", .string(training.data)), .init("target", .string(training.target)),
                .init("algorithm", .array(training.algorithms.map(JSON.string))),
                .init("folds", JSON(training.folds)),
            ]
            if let task = training.task { members.append(.init("task", .string(task))) }
            if !training.settings.isEmpty {
                members.append(.init("settings", .object(training.settings)))
            }
            return ["train": .object(members)]
        case .command(let templates): return ["command": .array(templates.map(\.sourceJSON))]
        case .evaluator(let words): return ["evaluator": .array(words.map(JSON.string))]
        case .pipeline(let use):
            var members: [JSON.Member] = [
                .init("file", .string(use.file)), .init("output", .string(use.output)),
            ]
            if !use.parameters.isEmpty {
                members.append(.init("parameters", .object(use.parameters)))
            }
            return ["pipeline": .object(members)]
        case .plugin(let name): return ["plugin": .string(name)]
        }
    }
}

extension Template {
    /// A text of a study file as it was written, but for spaces around expressions.
    fileprivate var sourceJSON: JSON {
        switch self {
        case .literal(let value): value
        case .expression(let expression): .string("${{ \(expression.text) }}")
        case .text(let segments):
            .string(
                segments.map { segment in
                    switch segment {
                    case .text(let text): text
                    case .expression(let expression): "${{ \(expression.text) }}"
                    }
                }.joined())
        case .list(let items): .array(items.map(\.sourceJSON))
        case .object(let members):
            .object(members.map { .init($0.name, $0.value.sourceJSON) })
        }
    }
}
