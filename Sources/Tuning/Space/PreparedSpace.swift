import Documents
package import Workbench

/// A search space with its expressions read: turns coordinates into assignments and back.
///
/// A point has one coordinate for every parameter, not a number where the parameter is not active.
/// What an expression asks of a parameter that is not active has no answer: a condition does not
/// hold then, a constraint does.
package struct PreparedSpace: Sendable {
    /// The space.
    package let space: SearchSpace
    /// One axis for every parameter.
    package let axes: [Axis]
    /// The parameters that have the same condition, in order; those without one are first.
    package let groups: [[Int]]
    /// Whether some parameter is not always active.
    package let isConditional: Bool
    private let conditions: [Expression?]
    private let constraints: [Expression]

    /// Checks and prepares a space.
    ///
    /// - Throws: `invalidInput` naming the parameter.
    package init(_ space: SearchSpace) throws(BancadaError) {
        try space.validate()
        self.space = space
        axes = space.dimensions.map { Axis($0.domain) }
        var conditions: [Expression?] = []
        for dimension in space.dimensions {
            guard let condition = dimension.condition else {
                conditions.append(nil)
                continue
            }
            conditions.append(try Expression(parsing: condition))
        }
        self.conditions = conditions
        isConditional = conditions.contains { $0 != nil }
        var constraints: [Expression] = []
        for text in space.constraints { constraints.append(try Expression(parsing: text)) }
        self.constraints = constraints
        groups = Self.groups(of: space.dimensions)
    }

    /// Whether these parameters are choices alone, and conditions ask for one of them.
    func decides(_ parameters: [Int]) -> Bool {
        guard parameters.allSatisfy({ axes[$0].choiceCount != nil }) else { return false }
        let names = parameters.map { space.dimensions[$0].name }
        return conditions.contains { condition in
            condition?.references.contains { path in
                Self.parameter(path).map(names.contains) ?? false
            } ?? false
        }
    }

    /// Whether some assignments are refused.
    package var isConstrained: Bool { !constraints.isEmpty }

    /// A point and the assignment that it means.
    package struct Choice: Sendable, Equatable {
        /// One coordinate for every parameter; not a number where it is not active.
        package var point: [Double]
        /// The values.
        package var assignment: Assignment
    }

    /// Chooses parameter by parameter: `coordinate` is asked once for every active one, in order.
    ///
    /// - Throws: `invalidInput` for a condition that is neither true nor false.
    package func choose(
        _ coordinate: (_ parameter: Int) -> Double
    ) throws(BancadaError) -> Choice {
        var point = [Double](repeating: .nan, count: axes.count)
        var values: [JSON.Member] = []
        values.reserveCapacity(axes.count)
        for (index, axis) in axes.enumerated() {
            if let condition = conditions[index] {
                let isActive = try holds(
                    condition, values, known: index, otherwise: false)
                guard isActive else { continue }
            }
            point[index] = coordinate(index)
            let name = space.dimensions[index].name
            values.append(JSON.Member(name, axis.value(at: point[index])))
        }
        return Choice(point: point, assignment: Assignment(values))
    }

    /// A parameter with the value at a coordinate.
    func member(_ parameter: Int, at coordinate: Double) -> JSON.Member {
        JSON.Member(
            space.dimensions[parameter].name, axes[parameter].value(at: coordinate))
    }

    /// Whether a parameter is active, given the values of those before it.
    ///
    /// - Throws: as `choose`.
    package func isActive(
        _ parameter: Int, after values: [JSON.Member]
    ) throws(BancadaError) -> Bool {
        guard isConditional, let condition = conditions[parameter] else { return true }
        return try holds(condition, values, known: parameter, otherwise: false)
    }

    /// Whether an assignment keeps all constraints.
    ///
    /// - Throws: `invalidInput` for a constraint that is neither true nor false.
    package func keepsConstraints(_ assignment: Assignment) throws(BancadaError) -> Bool {
        for constraint in constraints {
            let holds = try holds(
                constraint, assignment.values, known: axes.count, otherwise: true)
            if !holds { return false }
        }
        return true
    }

    /// The coordinates of an assignment: not a number for what it has not or what the space has
    /// not.
    package func point(of assignment: Assignment) -> [Double] {
        var point = [Double](repeating: .nan, count: axes.count)
        var next = 0
        for (index, axis) in axes.enumerated() {
            let name = space.dimensions[index].name
            // Assignments are in the order of the space, so the next value is nearly always ours.
            if next < assignment.values.count, assignment.values[next].name == name {
                point[index] = axis.coordinate(of: assignment.values[next].value) ?? .nan
                next += 1
            } else if let value = assignment[name] {
                point[index] = axis.coordinate(of: value) ?? .nan
            }
        }
        return point
    }

    /// The error of a space in which nothing was found.
    package func noAssignment(after tries: Int) -> BancadaError {
        BancadaError(
            .invalidInput,
            "no assignment that keeps the constraints was found in \(tries) tries",
            hint: "loosen the constraints \(space.constraints.joined(separator: ", "))")
    }

    /// The parameter that a path of an expression names: `x`, or `parameters.x`, which also reaches
    /// names that are no words of the language.
    static func parameter(_ path: [String]) -> String? {
        switch path.count {
        case 1: path[0]
        case 2 where path[0] == "parameters": path[1]
        default: path.first
        }
    }

    private func holds(
        _ expression: Expression, _ values: [JSON.Member], known: Int, otherwise: Bool
    ) throws(BancadaError) -> Bool {
        var asksInactive = false
        let scope = ExpressionScope { path in
            guard let name = Self.parameter(path) else { return nil }
            if let found = values.first(where: { $0.name == name }) { return found.value }
            let isKnown = space.dimensions[..<known].contains { $0.name == name }
            guard isKnown else { return nil }
            asksInactive = true
            return .null
        }
        do throws(BancadaError) {
            return try expression.holds(scope)
        } catch {
            if asksInactive { return otherwise }
            throw error
        }
    }

    private static func groups(of dimensions: [SearchSpace.Dimension]) -> [[Int]] {
        var groups: [(condition: String?, members: [Int])] = [(nil, [])]
        for (index, dimension) in dimensions.enumerated() {
            if let known = groups.firstIndex(where: { $0.condition == dimension.condition }) {
                groups[known].members.append(index)
            } else {
                groups.append((dimension.condition, [index]))
            }
        }
        return groups.map(\.members).filter { !$0.isEmpty }
    }
}
