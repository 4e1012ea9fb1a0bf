package import Documents
package import Workbench

extension StudySpecification {
    /// Reads a study file.
    ///
    /// - Parameters:
    ///   - node: the document.
    ///   - document: its name in messages.
    ///   - name: the study's name where the file gives none.
    /// - Throws: `invalidInput` with line and column, and the nearest name for unknown keys;
    ///   `unsupported` for what this version cannot do.
    package init(
        _ node: Node, document: String, name fallback: String? = nil
    ) throws(BancadaError) {
        let fields = try ObjectFields(node, document: document)
        try Self.refuseUnsupported(fields)
        try fields.refuseUnknown(known: Self.keys)
        if let fallback, fields.optional("name") == nil {
            name = fallback
        } else {
            name = try fields.string("name")
        }
        if fields.optional("objective") != nil {
            objective = try Self.objective(fields.object("objective"))
        }
        sampler = try Self.sampler(fields)
        trials =
            try fields.integer("trials", in: 1...Self.maximumTrials) ?? Self.standardTrials
        parallel = try fields.integer("parallel", in: 1...Self.maximumParallel) ?? 1
        isAsynchronous = try fields.boolean("async") ?? false
        maxFailed = try fields.integer("max_failed", in: 0...Self.maximumTrials)
        timeBudget = try Self.timeBudget(fields)
        space = try SearchSpaceReader.space(fields)
        evaluation = try EvaluationReader.evaluation(
            fields.object("evaluate"), parameters: space?.dimensions.map(\.name))
        if case .train = evaluation { return }
        for (key, isThere) in [("objective", objective != nil), ("parameters", space != nil)] {
            guard !isThere else { continue }
            throw BancadaError(
                .invalidInput, "\(document): missing \"\(key)\"",
                hint: "write \"\(key)\"; only \"train\" has a default one")
        }
    }

    private static let keys = [
        "name", "objective", "sampler", "trials", "parallel", "async", "max_failed",
        "time_budget", "parameters", "constraints", "evaluate",
    ]

    private static func refuseUnsupported(_ fields: ObjectFields) throws(BancadaError) {
        for (key, hint) in [
            ("pruner", "leave \"pruner\" out: every trial runs to its end"),
            ("objectives", "write one \"objective\""),
        ] {
            guard let member = fields.members.first(where: { $0.name == key }) else { continue }
            let place = member.location
            throw BancadaError(
                .unsupported,
                "\(fields.document):\(place.line):\(place.column): \"\(key)\" is not supported by "
                    + "this version of bancada", hint: hint)
        }
    }

    private static func objective(_ fields: ObjectFields) throws(BancadaError) -> StudyObjective {
        try fields.refuseUnknown(known: ["metric", "goal", "target"])
        let metric = try fields.string("metric")
        guard !metric.isEmpty else { throw fields.invalid("metric", "is empty") }
        let goal = try fields.string("goal")
        guard let known = Goal(rawValue: goal) else {
            throw fields.invalid("goal", "is \"\(goal)\", expected maximize or minimize")
        }
        var target: Double?
        if fields.optional("target") != nil {
            target = try fields.double("target")
            guard target?.isFinite == true else {
                throw fields.invalid("target", "is not a finite number")
            }
        }
        return StudyObjective(metric: metric, goal: known, target: target)
    }

    private static func sampler(_ fields: ObjectFields) throws(BancadaError) -> SamplerChoice {
        guard fields.optional("sampler") != nil else { return SamplerChoice() }
        let fields = try fields.object("sampler")
        try fields.refuseUnknown(known: ["name", "seed", "settings"])
        var choice = SamplerChoice()
        if fields.optional("name") != nil { choice.name = try fields.string("name") }
        if let seed = try fields.integer("seed", in: 0...Int.max) { choice.seed = UInt64(seed) }
        if fields.optional("settings") != nil {
            choice.settings = try fields.object("settings").members.map {
                .init($0.name, $0.value.json)
            }
        }
        choice.place = "\(fields.document):\(fields.location.line):\(fields.location.column): "
        // Those of plugins are looked at by whoever executes the study.
        guard SamplerCatalogue.names.contains(choice.name) else { return choice }
        do throws(BancadaError) {
            _ = try SamplerCatalogue.sampler(named: choice.name, settings: choice.settings)
        } catch {
            throw error.prefixed(choice.place)
        }
        return choice
    }

    private static func timeBudget(_ fields: ObjectFields) throws(BancadaError) -> Duration? {
        guard let node = fields.optional("time_budget") else { return nil }
        let budget = try DurationText.duration(
            node, name: "time_budget", document: fields.document)
        guard budget > .zero else { throw fields.invalid("time_budget", "is 0, expected more") }
        return budget
    }
}

extension ObjectFields {
    /// The integer of an optional member, within a range.
    func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(BancadaError) -> Int? {
        guard optional(name) != nil else { return nil }
        let value = try integer(name)
        guard range.contains(value) else {
            throw invalid(
                name,
                "is \(value), expected an integer from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    /// The boolean of an optional member.
    func boolean(_ name: String) throws(BancadaError) -> Bool? {
        guard let node = optional(name) else { return nil }
        guard case .bool(let value) = node.value else {
            throw invalid(name, "is \(node.json.compactText), expected true or false")
        }
        return value
    }
}
