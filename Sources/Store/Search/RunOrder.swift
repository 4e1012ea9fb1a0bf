import Workbench

/// One key of an order of runs, as SQL.
///
/// Each key gives two columns: a rank, which puts values before NaN and NaN before what is missing
/// whatever the direction, and the value.
struct RunOrderKey {
    /// How the runs of a key are reached in its order.
    enum Path {
        /// An index over the latest metrics.
        case metric
        /// An index over params or tags, for values of up to `RunRelation.indexedLength`.
        case texts(table: String)
        /// An index over runs.
        case startTime
        case runID
        /// No index: all accepted runs are sorted.
        case none
    }

    /// What decides.
    let field: SearchField
    /// Whether the least comes first.
    let ascending: Bool
    /// How the runs are reached in order.
    let path: Path
    /// The rank of the row `r` of `runs`: 0 with a value, 1 for NaN, 2 where it is missing.
    let rank: String
    /// Its value.
    let value: String
    /// What joins the value to `r`, with the field's key as parameter; nil for an attribute.
    let join: SearchSQL?

    init(_ key: OrderKey, position: Int) throws(BancadaError) {
        field = key.field
        ascending = key.ascending
        let alias = "o\(position)"
        if key.field.entity == .attribute, let attribute = RunAttribute(rawValue: key.field.key) {
            value = attribute.sql
            rank = attribute == .endTime ? "CASE WHEN r.ended_at IS NULL THEN 2 ELSE 0 END" : "0"
            join = nil
            path =
                switch attribute {
                case .startTime: .startTime
                case .runID: .runID
                case .name, .status, .user, .artifactURI, .endTime: .none
                }
            return
        }
        let table: String
        switch key.field.entity {
        case .metric: table = "latest_metrics"
        case .param: table = "params"
        case .tag: table = "run_tags"
        case .attribute, .dataset:
            throw BancadaError(
                .invalidInput, "runs cannot be ordered by \"\(key.field.key.prefix(80))\"",
                hint: "order by an attribute, metrics.KEY, params.KEY or tags.KEY")
        }
        try TrackingRules.checkText(key.field.key, of: "key to order by")
        let isMetric = key.field.entity == .metric
        path = isMetric ? .metric : .texts(table: table)
        value = "\(alias).value"
        rank =
            "CASE WHEN \(alias).run IS NULL THEN 2 ELSE \(isMetric ? "\(alias).is_nan" : "0") END"
        join = SearchSQL(
            "LEFT JOIN \(table) AS \(alias) ON \(alias).run = r.number AND \(alias).key = ?",
            [.text(key.field.key)])
    }

    /// Whether a value comes after another in the order.
    func isAfter(_ value: SearchValue, _ other: SearchValue) -> Bool {
        let isGreater =
            switch (value, other) {
            case (.integer(let left), .integer(let right)): left > right
            case (.number(let left), .number(let right)): left > right
            case (.text(let left), .text(let right)):
                right.utf8.lexicographicallyPrecedes(left.utf8)
            default: false
            }
        return ascending ? isGreater : !isGreater && value != other
    }
}

/// Where a run stands in an order: for each key its rank and, at rank 0, its value; then when it
/// started, and its id.
struct RunPosition: Equatable {
    /// Rank and value of one key.
    struct Place: Equatable {
        let rank: Int64
        /// Nil unless the rank is 0.
        let value: SearchValue?
    }

    let places: [Place]
    let startTime: Int64
    let id: String

    init(places: [Place], startTime: Int64, id: String) {
        self.places = places
        self.startTime = startTime
        self.id = id
    }

    /// The position in a page token.
    ///
    /// - Throws: `invalidInput` for fields of another shape.
    init(_ fields: [PageKey.Field], keys: [RunOrderKey]) throws(BancadaError) {
        var fields = fields[...]
        var places: [Place] = []
        for key in keys {
            guard case .integer(let rank) = fields.popFirst(), (0...2).contains(rank) else {
                throw PageKey.misread
            }
            var value: SearchValue?
            if rank == 0 {
                switch (fields.popFirst(), key.field.entity) {
                case (.integer(let bits), .metric):
                    value = .number(Double(bitPattern: UInt64(bitPattern: bits)))
                case (.integer(let number), .attribute): value = .integer(number)
                case (.text(let text), .param), (.text(let text), .tag),
                    (.text(let text), .attribute):
                    value = .text(text)
                default: throw PageKey.misread
                }
            }
            places.append(Place(rank: rank, value: value))
        }
        guard fields.count == 2, case .integer(let start) = fields.popFirst(),
            case .text(let id) = fields.popFirst()
        else { throw PageKey.misread }
        self.init(places: places, startTime: start, id: id)
    }

    /// The position as fields of a page token.
    var fields: [PageKey.Field] {
        var fields: [PageKey.Field] = []
        for place in places {
            fields.append(.integer(place.rank))
            switch place.value {
            case nil: break
            case .integer(let number): fields.append(.integer(number))
            case .number(let number):
                fields.append(.integer(Int64(bitPattern: number.bitPattern)))
            case .text(let text): fields.append(.text(text))
            }
        }
        return fields + [.integer(startTime), .text(id)]
    }

    /// The condition that a row of `RunSorting` comes after this position.
    func isBefore(_ keys: [RunOrderKey]) -> SearchSQL {
        var condition = SearchSQL(
            "started < ? OR (started = ? AND id > ?)",
            [.integer(startTime), .integer(startTime), .text(id)])
        for index in keys.indices.reversed() {
            let (rank, value) = ("rank\(index)", "value\(index)")
            let place = places[index]
            if let stored = place.value {
                let sign = keys[index].ascending ? ">" : "<"
                condition = condition.within(
                    "\(value) \(sign) ? OR (\(value) = ? AND (@))", before: [stored, stored])
            }
            condition = condition.within(
                "\(rank) > ? OR (\(rank) = ? AND (@))",
                before: [.integer(place.rank), .integer(place.rank)])
        }
        return condition
    }
}
