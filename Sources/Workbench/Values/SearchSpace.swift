/// The parameters that a study may choose, in order, and what their values must keep to.
package struct SearchSpace: Sendable, Equatable {
    /// The parameters. A condition may ask only for those before it.
    package let dimensions: [Dimension]
    /// Expressions over the parameters' names that every assignment must make true; a parameter that
    /// is not active is null there.
    package let constraints: [String]

    /// A space of these parameters.
    package init(dimensions: [Dimension], constraints: [String] = []) {
        self.dimensions = dimensions
        self.constraints = constraints
    }

    /// One parameter.
    package struct Dimension: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// The values it can take.
        package let domain: Domain
        /// An expression over the parameters before it; the parameter is part of an assignment only
        /// where it holds. Nil is always.
        package let condition: String?

        /// A parameter.
        package init(_ name: String, _ domain: Domain, condition: String? = nil) {
            self.name = name
            self.domain = domain
            self.condition = condition
        }
    }

    /// The values that a parameter can take.
    package enum Domain: Sendable, Equatable {
        /// A number in low...high.
        case float(low: Double, high: Double, scale: Scale, step: Double?)
        /// An integer in low...high; every step-th from low on.
        case int(low: Int, high: Int, log: Bool, step: Int)
        /// One of some values without an order; at least one, all different.
        case categorical([JSON])
        /// One of some numbers, ascending.
        case discrete([Double])
    }

    /// How a number is spread before anything is known.
    package enum Scale: String, Sendable {
        case linear
        /// Evenly in the logarithm; low is above 0.
        case log
        /// As a normal distribution cut to low...high: mean in the middle, a sixth of the width as
        /// standard deviation (Katib's `normal`).
        case normal
        /// As `normal` in the logarithm (Katib's `logNormal`).
        case logNormal = "log_normal"
    }
}

/// The values of one trial: one for each active parameter, in the order of the space.
package struct Assignment: Sendable, Equatable {
    /// Name and value of each active parameter; integers are `.integer`, other numbers `.number`.
    package var values: [JSON.Member]

    /// An assignment of these values.
    package init(_ values: [JSON.Member]) {
        self.values = values
    }

    /// The value of a parameter; nil when it is not active.
    package subscript(name: String) -> JSON? {
        values.first { $0.name == name }?.value
    }

    /// The values as one object.
    package var json: JSON { .object(values) }
}
