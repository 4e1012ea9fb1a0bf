import Synchronization
import Workbench

/// A registry in memory.
struct MemoryRegistry: ModelRegistry {
    let memory: MemoryTracking

    func createModel(
        named name: String, description: String, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel {
        try memory.checkWritable()
        guard memory.state.withLock({ $0.models[name] }) == nil else {
            throw BancadaError(.conflict, "registered model \"\(name)\" exists already")
        }
        memory.state.withLock { state in
            state.models[name] = RegisteredModel(
                name: name, description: description, creationTime: time, lastUpdateTime: time,
                tags: tags, aliases: [], latestVersion: nil)
        }
        return try await model(named: name)
    }

    func model(named name: String) async throws(BancadaError) -> RegisteredModel {
        let found = memory.state.withLock { ($0.models[name], $0.versions[name] ?? []) }
        guard let model = found.0 else {
            throw MemoryTracking.missing("registered model \"\(name)\"")
        }
        return RegisteredModel(
            name: name, description: model.description, creationTime: model.creationTime,
            lastUpdateTime: model.lastUpdateTime, tags: model.tags, aliases: model.aliases,
            latestVersion: found.1.last?.version, latestVersions: found.1.suffix(1))
    }

    func models(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<RegisteredModel> {
        let names = memory.state.withLock { state in
            state.registryQueries.append(query)
            return state.models.keys.sorted()
        }
        var models: [RegisteredModel] = []
        for name in names { models.append(try await model(named: name)) }
        return try MemoryTracking.page(models, limit, token)
    }

    func updateModel(
        named name: String, newName: String?, description: String?, at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel {
        let old = try await model(named: name)
        memory.state.withLock { state in
            state.models[name] = nil
            state.models[newName ?? name] = RegisteredModel(
                name: newName ?? name, description: description ?? old.description,
                creationTime: old.creationTime, lastUpdateTime: time, tags: old.tags,
                aliases: old.aliases, latestVersion: nil)
            state.versions[newName ?? name] = state.versions.removeValue(forKey: name)
        }
        return try await model(named: newName ?? name)
    }

    func deleteModel(named name: String) async throws(BancadaError) {
        _ = try await model(named: name)
        memory.state.withLock { state in
            state.models[name] = nil
            state.versions[name] = nil
        }
    }

    func setTag(_ tag: Tag, ofModel name: String) async throws(BancadaError) {
        try await change(name) { (MemoryTracking.merged($0.tags, [tag]), $0.aliases) }
    }

    func deleteTag(
        _ key: String, ofModel name: String
    ) async throws(BancadaError) {
        try await change(name) { model in (model.tags.filter { $0.key != key }, model.aliases) }
    }

    func createVersion(
        _ version: NewModelVersion, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        _ = try await model(named: version.name)
        let content = version.digest.map { StoredContent(digest: $0, kind: .folder, size: 1) }
        return memory.state.withLock { state in
            let made = ModelVersion(
                name: version.name, version: (state.versions[version.name]?.count ?? 0) + 1,
                source: version.source, run: version.run, content: content,
                description: version.description, creationTime: time, lastUpdateTime: time,
                tags: version.tags, aliases: [], loggedModel: version.loggedModel,
                runLink: version.runLink)
            state.versions[version.name, default: []].append(made)
            return made
        }
    }

    func version(_ version: Int, ofModel name: String) async throws(BancadaError) -> ModelVersion {
        let found = memory.state.withLock { state in
            state.versions[name]?.first { $0.version == version }
        }
        guard let found else { throw MemoryTracking.missing("version \(version) of \"\(name)\"") }
        return found
    }

    func version(
        alias: String, ofModel name: String
    ) async throws(BancadaError) -> ModelVersion {
        let found = try await model(named: name).aliases.first { $0.alias == alias }
        guard let found else { throw MemoryTracking.missing("alias \"\(alias)\"") }
        return try await version(found.version, ofModel: name)
    }

    func versions(
        _ query: RegistryQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<ModelVersion> {
        let all = memory.state.withLock { state in
            state.registryQueries.append(query)
            return state.versions.values.flatMap { $0 }
                .sorted { ($0.name, $1.version) < ($1.name, $0.version) }
        }
        return try MemoryTracking.page(all, limit, token)
    }

    func moveVersion(
        _ version: Int, ofModel name: String, to stage: ModelStage, archivesOthers: Bool,
        at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try await replace(version, name) { Self.copy($0, stage: stage) }
    }

    func versions(ofModel name: String) async throws(BancadaError) -> [ModelVersion] {
        memory.state.withLock { $0.versions[name] ?? [] }
    }

    func updateVersion(
        _ version: Int, ofModel name: String, description: String, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try await replace(version, name) { Self.copy($0, description: description) }
    }

    func deleteVersion(
        _ version: Int, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError) {
        _ = try await self.version(version, ofModel: name)
        memory.state.withLock { $0.versions[name]?.removeAll { $0.version == version } }
    }

    func setTag(
        _ tag: Tag, ofVersion version: Int, model name: String
    ) async throws(BancadaError) {
        _ = try await replace(version, name) {
            Self.copy($0, tags: MemoryTracking.merged($0.tags, [tag]))
        }
    }

    func deleteTag(
        _ key: String, ofVersion version: Int, model name: String
    ) async throws(BancadaError) {
        _ = try await replace(version, name) { version in
            Self.copy(version, tags: version.tags.filter { $0.key != key })
        }
    }

    func setAlias(
        _ alias: String, version: Int, ofModel name: String
    ) async throws(BancadaError) {
        try TrackingRules.checkAlias(alias)
        _ = try await self.version(version, ofModel: name)
        try await change(name) { model in
            let others = model.aliases.filter { $0.alias != alias }
            return (model.tags, others + [ModelAlias(alias: alias, version: version)])
        }
        _ = try await replace(version, name) { Self.copy($0, aliases: [alias]) }
    }

    func deleteAlias(
        _ alias: String, ofModel name: String
    ) async throws(BancadaError) {
        try await change(name) { model in
            (model.tags, model.aliases.filter { $0.alias != alias })
        }
    }

    private func change(
        _ name: String, _ fields: (RegisteredModel) -> ([Tag], [ModelAlias])
    ) async throws(BancadaError) {
        let old = try await model(named: name)
        let (tags, aliases) = fields(old)
        memory.state.withLock { state in
            state.models[name] = RegisteredModel(
                name: name, description: old.description, creationTime: old.creationTime,
                lastUpdateTime: testClock.now(), tags: tags, aliases: aliases, latestVersion: nil)
        }
    }

    private func replace(
        _ version: Int, _ name: String, _ make: (ModelVersion) -> ModelVersion
    ) async throws(BancadaError) -> ModelVersion {
        let changed = make(try await self.version(version, ofModel: name))
        memory.state.withLock { state in
            let index = state.versions[name]?.firstIndex { $0.version == version }
            if let index { state.versions[name]?[index] = changed }
        }
        return changed
    }

    private static func copy(
        _ old: ModelVersion, description: String? = nil, tags: [Tag]? = nil,
        aliases: [String]? = nil, stage: ModelStage? = nil
    ) -> ModelVersion {
        ModelVersion(
            name: old.name, version: old.version, source: old.source, run: old.run,
            content: old.content, description: description ?? old.description,
            creationTime: old.creationTime, lastUpdateTime: testClock.now(),
            tags: tags ?? old.tags, aliases: aliases ?? old.aliases, stage: stage ?? old.stage,
            loggedModel: old.loggedModel, runLink: old.runLink)
    }
}
