/// A search condition: clauses that must all hold. Its text form is MLflow's filter language; see
/// `Filter.init(parsing:for:)`.
package struct Filter: Sendable, Equatable {
    /// The clauses; none accepts everything.
    package var clauses: [Clause]

    /// A condition of these clauses.
    package init(_ clauses: [Clause] = []) {
        self.clauses = clauses
    }

    /// One comparison of a field.
    package struct Clause: Sendable, Equatable {
        /// What is compared.
        package let field: SearchField
        /// What it is compared with.
        package let condition: Condition
        /// Whether something without the field is accepted; it is not, unless the field has a value
        /// where it is missing (see `SearchSubject.missingValues`).
        package let acceptsMissing: Bool

        /// A comparison.
        package init(_ field: SearchField, _ condition: Condition, acceptsMissing: Bool = false) {
            self.field = field
            self.condition = condition
            self.acceptsMissing = acceptsMissing
        }
    }

    /// What a field is compared with.
    package enum Condition: Sendable, Equatable {
        case number(NumberComparison, Double)
        case text(TextComparison, String)
        case isOneOf([String])
        case isNoneOf([String])
        case isNull
        case isNotNull
    }

    /// How numbers are compared. NaN is unequal to every number, and neither greater nor less.
    package enum NumberComparison: String, Sendable, CaseIterable {
        case less = "<"
        case lessOrEqual = "<="
        case equal = "="
        case notEqual = "!="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// How texts are compared: by their bytes, or with a pattern.
    package enum TextComparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        /// With a `LikePattern`.
        case like = "LIKE"
        /// As `like`, without regard to case.
        case ilike = "ILIKE"
    }
}

/// Something that searches compare or order by, such as the metric `loss` or the attribute `status`.
package struct SearchField: Sendable, Hashable {
    /// Where the field belongs.
    package let entity: Entity
    /// Its name there.
    package let key: String

    /// The places that fields belong to.
    package enum Entity: String, Sendable, CaseIterable {
        case attribute
        case metric
        case param
        case tag
        case dataset
    }

    /// A field of an entity.
    package init(_ entity: Entity, _ key: String) {
        self.entity = entity
        self.key = key
    }
}

/// One key of an order. Whatever the direction, NaN comes after all numbers and what has no value
/// comes last.
package struct OrderKey: Sendable, Hashable {
    /// What decides.
    package let field: SearchField
    /// Whether the least comes first.
    package let ascending: Bool

    /// A key of an order.
    package init(_ field: SearchField, ascending: Bool = true) {
        self.field = field
        self.ascending = ascending
    }
}

extension Filter.Condition {
    /// Whether a text has it; a number's condition is never had by a text.
    package func accepts(_ text: String) -> Bool {
        switch self {
        case .number, .isNull: false
        case .isNotNull: true
        case .isOneOf(let values): values.contains { $0.utf8.elementsEqual(text.utf8) }
        case .isNoneOf(let values): !values.contains { $0.utf8.elementsEqual(text.utf8) }
        case .text(.equal, let value): value.utf8.elementsEqual(text.utf8)
        case .text(.notEqual, let value): !value.utf8.elementsEqual(text.utf8)
        case .text(.like, let pattern): LikePattern(pattern).matches(text)
        case .text(.ilike, let pattern): LikePattern(pattern, ignoringCase: true).matches(text)
        }
    }

    /// Whether a number has it; a text's condition is never had by a number.
    package func accepts(_ number: Double) -> Bool {
        guard case .number(let comparison, let value) = self else { return self == .isNotNull }
        return switch comparison {
        case .less: number < value
        case .lessOrEqual: number <= value
        case .equal: number == value
        case .notEqual: number != value
        case .greater: number > value
        case .greaterOrEqual: number >= value
        }
    }
}
