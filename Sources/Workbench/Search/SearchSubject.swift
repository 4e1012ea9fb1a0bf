/// What a search is over: which fields it has, how each may be compared, and which may order it.
package struct SearchSubject: Sendable {
    /// What is searched, in the plural, for messages: `runs`.
    package let name: String
    /// A condition that may be written, for hints and help.
    package let example: String
    /// What may be ordered by, for help.
    package let orderExample: String
    /// The attributes that may be compared.
    package let attributes: [String: Kind]
    /// Other names of attributes.
    package let synonyms: [String: String]
    /// The entities that have keys of their own.
    package let entities: Set<SearchField.Entity>
    /// The attributes that may order.
    package let orderableAttributes: Set<String>
    /// The other entities whose keys may order.
    package let orderableEntities: Set<SearchField.Entity>
    /// What a missing field counts as.
    package let missingValues: [SearchField: String]
    /// Names of entities that only this subject has, before the common ones.
    package let entityNames: [String: EntityName]
    /// Whether entities have the common names too.
    package let hasCommonNames: Bool
    /// What attributes that have no fixed list begin with; they are compared as listed texts.
    package let openAttributes: Set<String>

    /// What a name before a dot stands for.
    package struct EntityName: Sendable {
        /// The entity.
        package let entity: SearchField.Entity
        /// What its keys begin with there, such as `span.`.
        package let keyPrefix: String

        /// An entity by another name.
        package init(_ entity: SearchField.Entity, keyPrefix: String = "") {
            self.entity = entity
            self.keyPrefix = keyPrefix
        }
    }

    /// What may be done with an attribute.
    package enum Kind: Sendable, Equatable {
        /// A number: all comparisons of numbers.
        case number
        /// A text: equality and patterns.
        case text
        /// A text that may also be one of a list.
        case listed
        /// A text that is equal or one of a list, without patterns.
        case identifier
    }

    /// A subject.
    package init(
        name: String, example: String, orderExample: String, attributes: [String: Kind],
        synonyms: [String: String] = [:],
        entities: Set<SearchField.Entity>, orderableAttributes: Set<String>,
        orderableEntities: Set<SearchField.Entity> = [],
        missingValues: [SearchField: String] = [:], entityNames: [String: EntityName] = [:],
        hasCommonNames: Bool = true, openAttributes: Set<String> = []
    ) {
        self.name = name
        self.example = example
        self.orderExample = orderExample
        self.attributes = attributes
        self.synonyms = synonyms
        self.entities = entities
        self.orderableAttributes = orderableAttributes
        self.orderableEntities = orderableEntities
        self.missingValues = missingValues
        self.entityNames = entityNames
        self.hasCommonNames = hasCommonNames
        self.openAttributes = openAttributes
    }

    /// The name of the attribute that people call one by.
    package var nameAttribute: String? {
        ["name", "run_name"].first { attributes[$0] != nil }
    }

    /// How an attribute may be compared; nil for one that cannot be.
    package func kind(ofAttribute key: String) -> Kind? {
        if let kind = attributes[key] { return kind }
        let isOpen = openAttributes.contains { key.hasPrefix($0) && key != $0 }
        return isOpen ? .listed : nil
    }
}

extension SearchSubject {
    /// Runs.
    package static let runs = SearchSubject(
        name: "runs", example: "metrics.loss < 0.5 AND params.\"my key\" = 'x'",
        orderExample: "metrics.accuracy DESC",
        attributes: [
            "run_id": .listed, "run_name": .text, "status": .text, "user_id": .text,
            "artifact_uri": .text, "start_time": .number, "end_time": .number,
        ],
        synonyms: [
            "created": "start_time", "Created": "start_time", "run name": "run_name",
            "Run name": "run_name", "Run Name": "run_name",
        ],
        entities: [.metric, .param, .tag, .dataset],
        orderableAttributes: [
            "run_id", "run_name", "status", "user_id", "artifact_uri", "start_time", "end_time",
        ], orderableEntities: [.metric, .param, .tag])

    /// Experiments. Their entities have fewer names, as in MLflow.
    package static let experiments = SearchSubject(
        name: "experiments", example: "name LIKE '%x%' AND tags.team = 'a'",
        orderExample: "name ASC",
        attributes: [
            "name": .text, "experiment_id": .identifier, "creation_time": .number,
            "last_update_time": .number,
        ], entities: [.tag],
        orderableAttributes: ["name", "experiment_id", "creation_time", "last_update_time"],
        entityNames: [
            "attribute": EntityName(.attribute), "tag": EntityName(.tag), "tags": EntityName(.tag),
        ], hasCommonNames: false)

    /// Registered models. A model without the tag that marks a prompt is none, as in MLflow.
    package static let registeredModels = SearchSubject(
        name: "registered models", example: "name LIKE '%x%' AND tags.team = 'a'",
        orderExample: "last_updated_timestamp DESC", attributes: ["name": .listed],
        synonyms: ["timestamp": "last_updated_timestamp"], entities: [.tag],
        orderableAttributes: ["name", "creation_timestamp", "last_updated_timestamp"],
        missingValues: promptMark)

    /// Versions of registered models.
    package static let modelVersions = SearchSubject(
        name: "model versions", example: "name = 'x' AND tags.team = 'a'",
        orderExample: "version_number DESC",
        attributes: [
            "name": .listed, "run_id": .listed, "source_path": .text, "version_number": .number,
        ], entities: [.tag],
        orderableAttributes: [
            "name", "version_number", "creation_timestamp", "last_updated_timestamp",
        ], missingValues: promptMark)

    /// Logged models. Their entities have one name each, as in MLflow.
    package static let loggedModels = SearchSubject(
        name: "logged models", example: "name = 'x' AND metrics.loss < 0.5",
        orderExample: "metrics.loss",
        attributes: [
            "name": .listed, "model_id": .listed, "model_type": .text, "status": .text,
            "source_run_id": .listed, "creation_timestamp": .number,
            "last_updated_timestamp": .number,
        ],
        synonyms: [
            "creation_time": "creation_timestamp", "last_updated_time": "last_updated_timestamp",
        ],
        entities: [.metric, .param, .tag],
        orderableAttributes: [
            "name", "model_id", "model_type", "status", "source_run_id", "creation_timestamp",
            "last_updated_timestamp",
        ], orderableEntities: [.metric],
        entityNames: [
            "attributes": EntityName(.attribute), "metrics": EntityName(.metric),
            "params": EntityName(.param), "tags": EntityName(.tag),
        ], hasCommonNames: false)

    /// Traces. Their metadata are their params: written once, beside the tags that anyone sets. A
    /// field of a span is had by a trace that has a span with it.
    package static let traces = SearchSubject(
        name: "traces", example: "trace.status = 'OK' AND span.name = 'x'",
        orderExample: "timestamp_ms DESC",
        attributes: [
            "request_id": .listed, "status": .listed, "name": .listed, "run_id": .listed,
            "client_request_id": .listed, "timestamp_ms": .number, "execution_time_ms": .number,
            "end_time_ms": .number, "span.name": .listed, "span.type": .listed,
            "span.status": .listed, "span.content": .text,
        ],
        synonyms: [
            "timestamp": "timestamp_ms", "execution_time": "execution_time_ms",
            "end_time": "end_time_ms", "trace_id": "request_id", "state": "status",
            "text": "span.content",
        ],
        entities: [.tag, .param],
        orderableAttributes: [
            "request_id", "experiment_id", "status", "name", "run_id", "timestamp_ms",
            "execution_time_ms", "end_time_ms",
        ], orderableEntities: [.tag, .param],
        entityNames: [
            "metadata": EntityName(.param), "request_metadata": EntityName(.param),
            "trace": EntityName(.attribute), "span": EntityName(.attribute, keyPrefix: "span."),
        ], openAttributes: ["span.attributes."])

    private static let promptMark = [SearchField.promptMark: "false"]
}
