package import Documents
package import Workbench

/// `sampler.suggest`: propose parameters, in the shapes of Katib's suggestion service.
package struct SamplerSuggestCall: PluginCall, Equatable {
    package static let method = "sampler.suggest"

    /// The sampler's name.
    package let sampler: String
    /// The sampler's settings.
    package let settings: [JSON.Member]
    /// What may be chosen, which way is better, and what is known.
    package let request: SuggestRequest

    /// Asks `sampler` for the assignment of one trial.
    package init(sampler: String, settings: [JSON.Member], request: SuggestRequest) {
        self.sampler = sampler
        self.settings = settings
        self.request = request
    }

    package static func == (left: SamplerSuggestCall, right: SamplerSuggestCall) -> Bool {
        left.sampler == right.sampler && left.params == right.params
    }

    package var params: JSON {
        [
            "sampler": .string(sampler), "space": Self.space(request.space),
            "objective": ["type": .string(request.goal.rawValue)],
            "settings": .object(settings), "trials": .array(request.history.map(Self.trial)),
            "count": 1, "number": JSON(request.number), "seed": .seed(request.seed),
        ]
    }

    /// The one assignment that was asked for, its values in the types of the space.
    package func read(_ result: ObjectFields) throws(BancadaError) -> Assignment {
        try result.refuseUnknown(known: ["assignments"])
        let assignments = try result.objects("assignments")
        guard assignments.count == 1, let first = assignments.first else {
            throw result.invalid(
                "assignments", "has \(assignments.count) assignments, expected 1 as asked for")
        }
        try first.refuseUnknown(known: ["assignments"])
        var values: [JSON.Member] = []
        let pairs = try first.objects("assignments")
        for dimension in request.space.dimensions {
            for pair in pairs where try pair.string("name") == dimension.name {
                let value = try pair.required("value")
                guard let json = dimension.domain.value(value.json) else {
                    throw pair.invalid(
                        "value",
                        "is \(value.json.compactText), which \"\(dimension.name)\" cannot be")
                }
                if values.last?.name == dimension.name {
                    throw pair.invalid("name", "\"\(dimension.name)\" is there twice")
                }
                values.append(JSON.Member(dimension.name, json))
            }
        }
        for pair in pairs {
            try pair.refuseUnknown(known: ["name", "value"])
            let name = try pair.string("name")
            guard request.space.dimensions.contains(where: { $0.name == name }) else {
                throw pair.invalid("name", "\"\(name)\" is no parameter of the space")
            }
        }
        return Assignment(values)
    }

    // MARK: - Katib's shapes

    private static func space(_ space: SearchSpace) -> JSON {
        var members = [JSON.Member("parameters", .array(space.dimensions.map(dimension)))]
        if !space.constraints.isEmpty {
            members.append(.init("constraints", .array(space.constraints.map(JSON.string))))
        }
        return .object(members)
    }

    private static func dimension(_ dimension: SearchSpace.Dimension) -> JSON {
        let (type, feasible) = feasibleSpace(dimension.domain)
        var members: [JSON.Member] = [
            .init("name", .string(dimension.name)), .init("parameterType", .string(type)),
            .init("feasibleSpace", .object(feasible)),
        ]
        if let condition = dimension.condition {
            members.append(.init("condition", .string(condition)))
        }
        return .object(members)
    }

    private static func feasibleSpace(
        _ domain: SearchSpace.Domain
    ) -> (type: String, members: [JSON.Member]) {
        switch domain {
        case .float(let low, let high, let scale, let step):
            var members: [JSON.Member] = [
                .init("min", .string(low.description)), .init("max", .string(high.description)),
            ]
            if let step { members.append(.init("step", .string(step.description))) }
            let distribution =
                switch scale {
                case .linear: "uniform"
                case .log: "logUniform"
                case .normal: "normal"
                case .logNormal: "logNormal"
                }
            members.append(.init("distribution", .string(distribution)))
            return ("double", members)
        case .int(let low, let high, let log, let step):
            return (
                "int",
                [
                    .init("min", .string(String(low))), .init("max", .string(String(high))),
                    .init("step", .string(String(step))),
                    .init("distribution", log ? "logUniform" : "uniform"),
                ]
            )
        case .categorical(let choices):
            return ("categorical", [.init("list", .array(choices.map { .string($0.katibText) }))])
        case .discrete(let values):
            return ("discrete", [.init("list", .array(values.map { .string($0.description) }))])
        }
    }

    private static func trial(_ trial: Trial) -> JSON {
        let assignments = trial.assignment.values.map { member -> JSON in
            ["name": .string(member.name), "value": .string(member.value.katibText)]
        }
        var members: [JSON.Member] = [
            .init("name", .string(String(trial.number))),
            .init("assignments", .array(assignments)),
            .init("status", trial.state == .complete ? "Succeeded" : "Failed"),
        ]
        if let value = trial.value { members.append(.init("value", .number(value))) }
        return .object(members)
    }
}

extension JSON {
    /// The value as Katib writes it: bare text for a string, JSON for everything else.
    var katibText: String {
        if case .string(let text) = self { text } else { compactText }
    }
}

extension SearchSpace.Domain {
    /// What `value`, as text or as it is, means here; nil when it is outside. A value of its own
    /// type comes before one that only reads the same.
    func value(_ value: JSON) -> JSON? {
        switch self {
        case .float(let low, let high, _, let step):
            guard let number = value.katibNumber, number >= low, number <= high,
                step.map({ Self.isOnGrid(number, from: low, step: $0) }) ?? true
            else { return nil }
            return .number(number)
        case .int(let low, let high, _, let step):
            guard let number = value.katibNumber, let integer = Int(exactly: number),
                integer >= low, integer <= high, (integer - low) % max(1, step) == 0
            else { return nil }
            return JSON(integer)
        case .categorical(let choices):
            return choices.first { $0 == value }
                ?? choices.first { $0.katibText == value.katibText }
        case .discrete(let values):
            guard let number = value.katibNumber else { return nil }
            return values.first { abs($0 - number) <= abs($0) * 1e-12 }.map(JSON.number)
        }
    }

    private static func isOnGrid(_ number: Double, from low: Double, step: Double) -> Bool {
        let position = (number - low) / step
        return abs(position - position.rounded()) < 1e-6
    }
}

extension JSON {
    fileprivate var katibNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }
}
