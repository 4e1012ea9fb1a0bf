extension SearchField {
    /// The common names of entities; MLflow's synonyms included.
    static let entityNames: [String: Entity] = [
        "metric": .metric, "metrics": .metric, "param": .param, "params": .param,
        "parameter": .param, "parameters": .param, "tag": .tag, "tags": .tag,
        "attribute": .attribute, "attributes": .attribute, "attr": .attribute, "run": .attribute,
        "dataset": .dataset, "datasets": .dataset,
    ]
}

/// What hints say of a subject's names: only what it accepts.
extension SearchSubject {
    /// The names of entities that may stand before a dot, one or a few for each.
    var shownEntityNames: [String] {
        let all: Set<SearchField.Entity> = entities.union([.attribute])
        return all.flatMap { names(of: $0) }.sorted()
    }

    /// The fields that a filter, or an order, may name.
    func fieldNames(toOrder: Bool) -> [String] {
        let names = toOrder ? orderableAttributes : Set(attributes.keys)
        let open = toOrder ? [] : openAttributes.map { $0 + "KEY" }
        let keyed = (toOrder ? orderableEntities : entities)
            .compactMap { self.names(of: $0).first.map { $0 + ".KEY" } }
        return (names.sorted() + open.sorted()) + keyed.sorted()
    }

    /// The subject's own names of an entity where it has some, else the common one.
    private func names(of entity: SearchField.Entity) -> [String] {
        let own = entityNames.filter { $0.value.entity == entity }.keys.sorted()
        let common = "\(entity.rawValue)s"
        if own.contains(common) { return [common] }
        return own.isEmpty && hasCommonNames ? [common] : own
    }
}
