import Documents
package import Workbench

extension SearchSpace {
    /// The most parameters that a space may have.
    package static let maximumDimensions = 1000

    /// The part of a space that an error is about.
    package enum Part: Sendable, Equatable {
        case whole
        case dimension(Int)
        case constraint(Int)
    }

    /// Checks that something can be chosen: domains that are not empty, names that expressions can
    /// use, conditions that ask only for earlier parameters, constraints over known ones.
    ///
    /// - Throws: `invalidInput` naming the parameter.
    package func validate() throws(BancadaError) {
        if let problem = firstProblem() { throw problem.error }
    }

    /// The first thing that is wrong, and where.
    package func firstProblem() -> (part: Part, error: BancadaError)? {
        var part = Part.whole
        do throws(BancadaError) {
            try checkSize()
            var known: [String] = []
            for (index, dimension) in dimensions.enumerated() {
                part = .dimension(index)
                try check(dimension, known: known)
                known.append(dimension.name)
            }
            for (index, constraint) in constraints.enumerated() {
                part = .constraint(index)
                try Self.checkReferences(
                    Expression(parsing: constraint), known: known, later: [],
                    of: "the constraint \"\(constraint)\"")
            }
            return nil
        } catch {
            return (part, error)
        }
    }

    private func checkSize() throws(BancadaError) {
        guard !dimensions.isEmpty else {
            throw BancadaError(
                .invalidInput, "the search space has no parameters",
                hint: "name at least one parameter to search")
        }
        guard dimensions.count <= Self.maximumDimensions else {
            throw BancadaError(
                .invalidInput,
                "the search space has \(dimensions.count) parameters, at most "
                    + "\(Self.maximumDimensions) are allowed")
        }
    }

    private func check(_ dimension: Dimension, known: [String]) throws(BancadaError) {
        if known.contains(dimension.name) {
            throw BancadaError(
                .invalidInput, "there are two parameters named \"\(dimension.name)\"")
        }
        try Self.checkName(dimension.name)
        try dimension.domain.validate(dimension.name)
        guard let condition = dimension.condition else { return }
        let later = dimensions.map(\.name).filter { !known.contains($0) }
        try Self.checkReferences(
            Expression(parsing: condition), known: known, later: later,
            of: "the condition of \"\(dimension.name)\"")
    }

    private static func checkName(_ name: String) throws(BancadaError) {
        guard !name.isEmpty, name.utf8.count <= 250 else {
            throw BancadaError(
                .invalidInput,
                "the parameter name \"\(name.prefix(40))\" has \(name.utf8.count) bytes, "
                    + "expected 1 to 250")
        }
        if name.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            throw BancadaError(
                .invalidInput, "a parameter's name has a control character in it")
        }
    }

    private static func checkReferences(
        _ expression: Expression, known: [String], later: [String], of what: String
    ) throws(BancadaError) {
        for path in expression.references {
            guard let name = PreparedSpace.parameter(path), !known.contains(name) else { continue }
            if later.contains(name) {
                throw BancadaError(
                    .invalidInput,
                    "\(what) asks for \"\(name)\", which is not before it",
                    hint: "move \"\(name)\" before the parameter that depends on it")
            }
            throw BancadaError(
                .invalidInput, "\(what) asks for \"\(name)\", which is no parameter",
                hint: NearestName.of(name, among: known).map { "write \"\($0)\"" }
                    ?? (known.isEmpty
                        ? "ask for a parameter that stands before it"
                        : "use one of \(known.joined(separator: ", "))"))
        }
    }
}

extension SearchSpace.Domain {
    /// Checks that the domain has a value.
    ///
    /// - Throws: `invalidInput` naming the parameter.
    func validate(_ name: String) throws(BancadaError) {
        func refuse(_ message: String, hint: String? = nil) -> BancadaError {
            BancadaError(.invalidInput, "the parameter \"\(name)\" \(message)", hint: hint)
        }
        switch self {
        case .float(let low, let high, let scale, let step):
            guard low.isFinite, high.isFinite, (high - low).isFinite else {
                throw refuse("has bounds \(low) and \(high), expected finite numbers")
            }
            guard low <= high else { throw refuse("has low \(low) above high \(high)") }
            if scale == .log || scale == .logNormal, low <= 0 {
                throw refuse(
                    "is logarithmic and has low \(low), expected a number above 0",
                    hint: "raise low above 0, or leave the logarithm out")
            }
            guard let step else { return }
            guard step.isFinite, step > 0 else {
                throw refuse("has step \(step), expected a number above 0")
            }
            if scale == .log || scale == .logNormal {
                throw refuse(
                    "has a step and is logarithmic, which exclude each other",
                    hint: "leave one of them out, or list the values as discrete choices")
            }
            guard (high - low) / step < 1e9 else {
                throw refuse("has more than 1e9 steps", hint: "raise the step")
            }
        case .int(let low, let high, let isLog, let step):
            guard low <= high else { throw refuse("has low \(low) above high \(high)") }
            guard low > -(1 << 52), high < 1 << 52 else {
                throw refuse("has bounds \(low) and \(high), expected magnitudes below 2^52")
            }
            guard step > 0 else { throw refuse("has step \(step), expected 1 or more") }
            if isLog, low < 1 {
                throw refuse(
                    "is logarithmic and has low \(low), expected 1 or more",
                    hint: "raise low to 1, or leave the logarithm out")
            }
            if isLog, step != 1 {
                throw refuse("has a step and is logarithmic, which exclude each other")
            }
        case .categorical(let choices):
            if let fault = Self.fault(in: choices) { throw refuse(fault.message, hint: fault.hint) }
        case .discrete(let choices):
            guard !choices.isEmpty else { throw refuse("has no choices") }
            guard choices.allSatisfy(\.isFinite) else {
                throw refuse("has a choice that is not finite")
            }
            guard zip(choices, choices.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw refuse("has choices that are not ascending, all different")
            }
        }
    }

    /// What is wrong with the choices of a categorical parameter.
    private static func fault(in choices: [JSON]) -> (message: String, hint: String?)? {
        if choices.isEmpty { return ("has no choices", nil) }
        if choices.count > 10_000 {
            return ("has \(choices.count) choices, at most 10000 are allowed", nil)
        }
        for (index, choice) in choices.enumerated() {
            if choice.isCompound {
                return (
                    "has the choice \(choice.compactText), which is a list or an object",
                    "let the choices be texts, numbers, booleans or null"
                )
            }
            if choices[..<index].contains(choice) {
                return ("has the choice \(choice.compactText) twice", nil)
            }
        }
        return nil
    }
}

extension JSON {
    fileprivate var isCompound: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
