import Documents
package import Training
package import Tuning
package import Workbench

/// How the parameters of a study become settings of trainings.
///
/// With one algorithm a parameter is named for its setting. With several, `algorithm` chooses among
/// them, and a parameter is a setting of all algorithms that have it, or of one as
/// `ALGORITHM.SETTING`.
package struct TrainingSpace: Sendable {
    /// The parameter that chooses the algorithm.
    static let choice = "algorithm"

    /// What may be chosen.
    package let space: SearchSpace
    /// The algorithms, at least one.
    package let algorithms: [Algorithm]

    /// The space of a training: `given`, or the algorithms' default ones.
    ///
    /// - Parameter standard: the algorithm where the training names none.
    /// - Throws: `invalidInput` for unknown algorithms, and for parameters and settings that no
    ///   algorithm has, with the nearest name as the hint.
    package init(
        _ training: StudySpecification.Training, given: SearchSpace?, standard: Algorithm
    ) throws(BancadaError) {
        var algorithms: [Algorithm] = []
        for name in training.algorithms { algorithms.append(try Algorithm(named: name)) }
        let choice = given?.dimensions.first { $0.name == Self.choice }
        if let choice {
            guard algorithms.isEmpty, case .categorical(let names) = choice.domain else {
                throw BancadaError(
                    .invalidInput,
                    "the parameter \"algorithm\" chooses the algorithm, which is not to be given "
                        + "beside it",
                    hint: "make it categorical over names, and leave \"algorithm\" out of "
                        + "\"train\"")
            }
            for name in names { algorithms.append(try Algorithm(named: name.plainText)) }
        }
        if algorithms.isEmpty { algorithms = [standard] }
        self.algorithms = algorithms
        if let given {
            space =
                choice == nil && algorithms.count > 1 ? Self.choosing(algorithms, given) : given
        } else {
            space = Self.standardSpace(algorithms)
        }
        try checkNames(space.dimensions.map(\.name).filter { $0 != Self.choice }, "parameter")
        try checkNames(training.settings.map(\.name), "setting")
    }

    /// The algorithm of an assignment, and its settings as `name=value`.
    func plan(
        of assignment: Assignment, fixed: [JSON.Member]
    ) throws(BancadaError) -> (algorithm: Algorithm, assignments: [String]) {
        let (algorithm, settings) = try settings(of: assignment, fixed: fixed)
        return (algorithm, settings.map { "\($0.name)=\($0.value.plainText)" })
    }

    /// The algorithm of an assignment, and its settings by their own names.
    func settings(
        of assignment: Assignment, fixed: [JSON.Member]
    ) throws(BancadaError) -> (algorithm: Algorithm, settings: [JSON.Member]) {
        var algorithm = algorithms[0]
        if let choice = assignment[Self.choice] {
            algorithm = try Algorithm(named: choice.plainText)
        }
        let known = algorithm.parameters.map(\.name)
        var settings: [JSON.Member] = []
        for member in fixed + assignment.values where member.name != Self.choice {
            guard let setting = Self.setting(member.name, of: algorithm, known) else { continue }
            settings.append(.init(setting, member.value))
        }
        return (algorithm, settings)
    }

    private static func setting(
        _ name: String, of algorithm: Algorithm, _ known: [String]
    ) -> String? {
        if known.contains(name) { return name }
        let prefix = algorithm.rawValue + "."
        guard name.hasPrefix(prefix) else { return nil }
        let rest = String(name.dropFirst(prefix.count))
        return known.contains(rest) ? rest : nil
    }

    private func checkNames(_ names: [String], _ what: String) throws(BancadaError) {
        for name in names {
            let isKnown = algorithms.contains { algorithm in
                Self.setting(name, of: algorithm, algorithm.parameters.map(\.name)) != nil
            }
            if isKnown { continue }
            let known = algorithms.flatMap { $0.parameters.map(\.name) }
            let title = algorithms.map(\.rawValue).joined(separator: ", ")
            throw BancadaError(
                .invalidInput, "the \(what) \"\(name)\" is no setting of \(title)",
                hint: NearestName.of(name, among: known).map { "write \"\($0)\"" }
                    ?? "use one of \(known.joined(separator: ", "))")
        }
    }

    private static func choosing(_ algorithms: [Algorithm], _ given: SearchSpace) -> SearchSpace {
        let choice = SearchSpace.Dimension(
            choice, .categorical(algorithms.map { .string($0.rawValue) }))
        return SearchSpace(
            dimensions: [choice] + given.dimensions, constraints: given.constraints)
    }

    private static func standardSpace(_ algorithms: [Algorithm]) -> SearchSpace {
        guard algorithms.count > 1 else { return algorithms[0].searchSpace }
        var dimensions: [SearchSpace.Dimension] = []
        for algorithm in algorithms {
            let isChosen = "\(choice) == '\(algorithm.rawValue)'"
            for dimension in algorithm.searchSpace.dimensions {
                // A default space has no conditions and constraints of its own.
                dimensions.append(
                    .init(
                        "\(algorithm.rawValue).\(dimension.name)", dimension.domain,
                        condition: isChosen))
            }
        }
        return choosing(algorithms, SearchSpace(dimensions: dimensions))
    }
}
