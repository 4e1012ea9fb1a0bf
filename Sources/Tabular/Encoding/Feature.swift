package import Documents
package import Workbench

/// A column that a model takes, and how it becomes numbers.
package struct Feature: Sendable, Equatable {
    /// How values become numbers.
    package enum Encoding: Sendable, Equatable {
        /// One number, (x - mean) / scale; a missing value counts as the mean. A scale of 0 marks
        /// a column that was constant: it always becomes 0.
        case standardised(mean: Double, scale: Double)
        /// One number, 0 or 1; a missing value counts as `missing`, the more frequent one.
        case flag(missing: Double)
        /// A number for every level, 1 for the one that is there and 0 for the others; a text that
        /// is no level has 0 everywhere. `hasMissingLevel` adds one more for missing values.
        case oneHot(levels: [String], hasMissingLevel: Bool)
    }

    /// The column's name.
    package let name: String
    /// The type it had when the model was trained.
    package let type: ColumnType
    /// How its values become numbers.
    package let encoding: Encoding

    /// How many numbers a value becomes.
    package var width: Int {
        switch encoding {
        case .standardised, .flag: 1
        case .oneHot(let levels, let hasMissingLevel): levels.count + (hasMissingLevel ? 1 : 0)
        }
    }

    /// Names of those numbers: the column's own, or `column=level`.
    package var encodedNames: [String] {
        switch encoding {
        case .standardised, .flag: [name]
        case .oneHot(let levels, let hasMissingLevel):
            levels.map { "\(name)=\($0)" } + (hasMissingLevel ? ["\(name) is missing"] : [])
        }
    }

    /// Whether values are numbers before they are encoded.
    package var isNumeric: Bool { type != .text }
}

// MARK: - JSON

extension Feature {
    /// The feature as `model.json` has it.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("type", .string(type.rawValue)),
        ]
        switch encoding {
        case .standardised(let mean, let scale):
            members.append(.init("mean", .number(mean)))
            members.append(.init("scale", .number(scale)))
        case .flag(let missing):
            members.append(.init("missing", .bool(missing != 0)))
        case .oneHot(let levels, let hasMissingLevel):
            members.append(.init("levels", .array(levels.map(JSON.string))))
            members.append(.init("missing_level", .bool(hasMissingLevel)))
        }
        return .object(members)
    }

    /// Reads a feature.
    ///
    /// - Throws: `invalidInput` naming line and key.
    package init(_ object: ObjectFields) throws(BancadaError) {
        name = try object.string("name")
        guard !name.isEmpty else { throw object.invalid("name", "is empty") }
        let typeName = try object.string("type")
        guard let type = ColumnType(rawValue: typeName) else {
            throw object.invalid("type", "is \"\(typeName)\", no type of column")
        }
        self.type = type
        switch type {
        case .integer, .number:
            try object.refuseUnknown(known: ["name", "type", "mean", "scale"])
            let mean = try object.double("mean")
            let scale = try object.double("scale")
            guard mean.isFinite else { throw object.invalid("mean", "is not finite") }
            guard scale.isFinite, scale == 0 || scale >= Self.leastScale else {
                throw object.invalid("scale", "is \(scale), expected 0 or a positive number")
            }
            encoding = .standardised(mean: mean, scale: scale)
        case .boolean:
            try object.refuseUnknown(known: ["name", "type", "missing"])
            guard case .bool(let missing) = try object.required("missing").value else {
                throw object.invalid("missing", "is neither true nor false")
            }
            encoding = .flag(missing: missing ? 1 : 0)
        case .text:
            try object.refuseUnknown(known: ["name", "type", "levels", "missing_level"])
            let levels = try object.strings("levels")
            guard zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw object.invalid("levels", "are not in ascending order without repetition")
            }
            guard case .bool(let hasMissing) = try object.required("missing_level").value else {
                throw object.invalid("missing_level", "is neither true nor false")
            }
            encoding = .oneHot(levels: levels, hasMissingLevel: hasMissing)
        }
    }

    /// Deviations below this are not told from none: their inverse would overflow.
    static let leastScale = 1e-290
}
