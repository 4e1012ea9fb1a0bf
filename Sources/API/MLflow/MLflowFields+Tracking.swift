import Workbench

/// The values of tracking as requests spell them.
extension MLflowFields {
    /// The experiment that a field names by its number.
    func experiment(
        _ name: String = "experiment_id"
    ) throws(BancadaError) -> ExperimentID {
        guard let text = try text(name), !text.isEmpty else { throw Self.missing(name) }
        return try Self.experiment(text, in: name)
    }

    /// The experiments that a list names.
    func experiments() throws(BancadaError) -> [ExperimentID] {
        var ids: [ExperimentID] = []
        for text in try texts("experiment_ids") {
            ids.append(try Self.experiment(text, in: "experiment_ids"))
        }
        return ids
    }

    private static func experiment(
        _ text: String, in name: String
    ) throws(BancadaError) -> ExperimentID {
        guard let number = Int64(text), number >= 0 else {
            throw BancadaError(
                .invalidInput,
                "invalid value '\(text.prefix(100))' for parameter '\(name)': "
                    + "expected the decimal number of an experiment")
        }
        return ExperimentID(number)
    }

    /// The run that a request is about; its older name is accepted too.
    func run() throws(BancadaError) -> RunID {
        for name in ["run_id", "run_uuid"] {
            if let run = try optionalRun(name) { return run }
        }
        throw Self.missing("run_id")
    }

    /// The run that a field names; nil where it is absent or empty.
    func optionalRun(_ name: String) throws(BancadaError) -> RunID? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        return try Self.run(text, in: name)
    }

    /// The run with this id: what could be one and is none does not exist.
    static func run(_ text: String, in name: String) throws(BancadaError) -> RunID {
        if let id = RunID(text) { return id }
        try checkIdentifier(text, in: name)
        throw BancadaError(.notFound, "run \"\(text)\" not found")
    }

    /// The logged model that a field names; nil where it is absent or empty.
    func optionalLoggedModel(_ name: String) throws(BancadaError) -> LoggedModelID? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        return try Self.loggedModel(text, in: name)
    }

    /// The logged model that a field must name.
    func loggedModel(_ name: String) throws(BancadaError) -> LoggedModelID {
        guard let id = try optionalLoggedModel(name) else { throw Self.missing(name) }
        return id
    }

    /// The logged model with this id: what could be one and is none does not exist.
    static func loggedModel(
        _ text: String, in name: String
    ) throws(BancadaError) -> LoggedModelID {
        if let id = LoggedModelID(text) { return id }
        try checkIdentifier(text, in: name)
        throw BancadaError(.notFound, "logged model \"\(text)\" not found")
    }

    private static func checkIdentifier(_ text: String, in name: String) throws(BancadaError) {
        let isPlain = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F
        }
        guard isPlain, text.utf8.count <= 256 else {
            throw BancadaError(
                .invalidInput,
                "invalid value '\(text.prefix(100))' for parameter '\(name)': "
                    + "expected letters, digits, '-' and '_'")
        }
    }

    /// Tags, in the order in which they were sent.
    func tags(_ name: String = "tags") throws(BancadaError) -> [Tag] {
        var tags: [Tag] = []
        for fields in try objects(name) {
            tags.append(try fields.tag())
        }
        return tags
    }

    /// A key and a value of their own.
    func tag() throws(BancadaError) -> Tag {
        Tag(key: try requiredText("key"), value: try text("value") ?? "")
    }

    /// Params, in the order in which they were sent.
    func params() throws(BancadaError) -> [Param] {
        var params: [Param] = []
        for fields in try objects("params") {
            params.append(try fields.param())
        }
        return params
    }

    /// A key and a value of their own.
    func param() throws(BancadaError) -> Param {
        Param(key: try requiredText("key"), value: try text("value") ?? "")
    }

    /// A point of a metric.
    func metric() throws(BancadaError) -> Metric {
        let key = try requiredText("key")
        guard let value = try number("value") else { throw Self.missing("value") }
        guard let time = try timestamp("timestamp") else { throw Self.missing("timestamp") }
        var subject: MetricSubject?
        if let model = try optionalLoggedModel("model_id") {
            subject = MetricSubject(
                model: model, datasetName: try filledText("dataset_name"),
                datasetDigest: try filledText("dataset_digest"))
        }
        return Metric(
            key: key, value: value, timestamp: time, step: try integer("step") ?? 0,
            subject: subject)
    }

    /// A text; nil where it is absent or empty.
    func filledText(_ name: String) throws(BancadaError) -> String? {
        try text(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A moment in milliseconds since 1970; nil where it is absent.
    func timestamp(_ name: String) throws(BancadaError) -> Timestamp? {
        guard let milliseconds = try integer(name) else { return nil }
        guard milliseconds >= 0 else {
            throw BancadaError(
                .invalidInput,
                "invalid value \(milliseconds) for parameter '\(name)': expected 0 or more")
        }
        return Timestamp(milliseconds: milliseconds)
    }
}

/// How searches are bounded and continued.
extension MLflowFields {
    /// How many rows a page may have: `otherwise` where the request does not say.
    func limit(otherwise: Int, atMost most: Int) throws(BancadaError) -> Int {
        guard let asked = try integer("max_results") else { return otherwise }
        guard asked >= 1, asked <= most else {
            throw BancadaError(
                .invalidInput,
                "invalid value \(asked) for parameter 'max_results': expected 1 to \(most)")
        }
        return Int(asked)
    }

    /// Where a listing goes on; nil at its start.
    func pageToken() throws(BancadaError) -> PageToken? {
        try filledText("page_token").map(PageToken.init(text:))
    }

    /// Which lifecycle stages a search shows.
    func view(_ name: String) throws(BancadaError) -> ViewType {
        guard let text = try identifier(name), !text.isEmpty else { return .activeOnly }
        switch text {
        case "ACTIVE_ONLY", "1": return .activeOnly
        case "DELETED_ONLY", "2": return .deletedOnly
        case "ALL", "3": return .all
        default:
            throw Self.unknown(name, text, ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"])
        }
    }

    /// The condition of a search of the registry. Prompts, which are kept as models with a mark, are
    /// only found where the first clause about the mark asks for them; any other such clause means
    /// models alone, as in MLflow.
    func registryFilter(_ subject: SearchSubject) throws(BancadaError) -> Filter {
        var filter = try filter(subject)
        let mark = SearchField.promptMark
        if let asked = filter.clauses.first(where: { $0.field == mark }),
            case .text(let comparison, let value) = asked.condition,
            (comparison == .equal && value.lowercased() == "true")
                || (comparison == .notEqual && value.lowercased() == "false")
        {
            return filter
        }
        filter.clauses.removeAll {
            if case .text = $0.condition { $0.field == mark } else { false }
        }
        filter.clauses.append(
            Filter.Clause(mark, .text(.notEqual, "true"), acceptsMissing: true))
        return filter
    }

    /// The condition of a search.
    func filter(_ subject: SearchSubject) throws(BancadaError) -> Filter {
        try Filter(parsing: text("filter") ?? "", for: subject)
    }

    /// The order of a search.
    func order(_ subject: SearchSubject) throws(BancadaError) -> [OrderKey] {
        try OrderKey.parse(texts("order_by"), for: subject)
    }
}
