import Foundation
import Synchronization
import Workbench

/// Logged models in memory.
struct MemoryLoggedModels: LoggedModelStore {
    let memory: MemoryTracking

    func createLoggedModel(
        _ model: NewLoggedModel, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel {
        try memory.checkWritable()
        let made = LoggedModel(
            id: model.id, experiment: model.experiment, name: model.name, type: model.type,
            sourceRun: model.sourceRun, status: .pending, creationTime: time, lastUpdateTime: time,
            params: model.params, metrics: [], tags: model.tags)
        memory.state.withLock { $0.loggedModels[model.id] = made }
        return made
    }

    func loggedModel(_ id: LoggedModelID) async throws(BancadaError) -> LoggedModel {
        guard let model = memory.state.withLock({ $0.loggedModels[id] }) else {
            throw MemoryTracking.missing("logged model \"\(id.text)\"")
        }
        return model
    }

    func finalize(
        _ id: LoggedModelID, _ status: LoggedModelStatus, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel {
        try await change(id, status: status)
    }

    func deleteLoggedModel(_ id: LoggedModelID, at time: Timestamp) async throws(BancadaError) {
        _ = try await loggedModel(id)
        memory.state.withLock { $0.loggedModels[id] = nil }
    }

    func setTags(
        _ tags: [Tag], of id: LoggedModelID
    ) async throws(BancadaError) -> LoggedModel {
        let old = try await loggedModel(id)
        return try await change(id, tags: MemoryTracking.merged(old.tags, tags))
    }

    func deleteTag(
        _ key: String, of id: LoggedModelID
    ) async throws(BancadaError) {
        let old = try await loggedModel(id)
        guard old.tags.contains(where: { $0.key == key }) else {
            throw MemoryTracking.missing("tag \"\(key)\"")
        }
        _ = try await change(id, tags: old.tags.filter { $0.key != key })
    }

    func logParams(
        _ params: [Param], to id: LoggedModelID
    ) async throws(BancadaError) -> LoggedModel {
        let old = try await loggedModel(id)
        return try await change(id, params: old.params + params)
    }

    func loggedModels(
        _ query: LoggedModelQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<LoggedModel> {
        let all = memory.state.withLock { state in
            state.loggedModelQueries.append(query)
            return state.loggedModels.values.sorted { $0.id.text < $1.id.text }
        }
        return try MemoryTracking.page(all, limit, token)
    }

    private func change(
        _ id: LoggedModelID, status: LoggedModelStatus? = nil, params: [Param]? = nil,
        tags: [Tag]? = nil
    ) async throws(BancadaError) -> LoggedModel {
        let old = try await loggedModel(id)
        let made = LoggedModel(
            id: id, experiment: old.experiment, name: old.name, type: old.type,
            sourceRun: old.sourceRun, status: status ?? old.status, creationTime: old.creationTime,
            lastUpdateTime: testClock.now(), params: params ?? old.params, metrics: old.metrics,
            tags: tags ?? old.tags)
        memory.state.withLock { $0.loggedModels[id] = made }
        return made
    }
}

/// Files in memory; what is downloaded is written to a folder first.
struct MemoryTree: ArtifactTree {
    let memory: MemoryTracking

    func beginUpload() async throws(BancadaError) -> any ArtifactUpload {
        try memory.checkWritable()
        memory.state.withLock { $0.uploadsOpen += 1 }
        return MemoryUpload(memory: memory)
    }

    func file(at path: ArtifactPath) async throws(BancadaError) -> ArtifactFile {
        guard let bytes = memory.state.withLock({ $0.files[path] }), let folder = memory.folder,
            let digest = ContentDigest(hex: String(repeating: "a", count: 64))
        else { throw MemoryTracking.missing("file \"\(path.text)\"") }
        let place = folder + "/" + path.parts.joined(separator: "-")
        _ = FileManager.default.createFile(atPath: place, contents: Data(bytes))
        return ArtifactFile(localPath: place, size: Int64(bytes.count), digest: digest)
    }

    func list(_ path: ArtifactPath) async throws(BancadaError) -> [ArtifactTreeEntry] {
        let files = memory.state.withLock { $0.files }
        var entries: [String: Int64?] = [:]
        for (file, bytes) in files where file.parts.starts(with: path.parts) {
            let rest = file.parts.dropFirst(path.parts.count)
            guard let name = rest.first else { continue }
            entries[name] = rest.count == 1 ? .some(Int64(bytes.count)) : .some(nil)
        }
        return entries.sorted { $0.key < $1.key }.map {
            ArtifactTreeEntry(name: $0.key, size: $0.value)
        }
    }

    func delete(_ path: ArtifactPath) async throws(BancadaError) {
        memory.state.withLock { state in
            state.files = state.files.filter { !$0.key.parts.starts(with: path.parts) }
        }
    }

    func content(at path: ArtifactPath) async throws(BancadaError) -> StoredContent {
        guard try await !list(path).isEmpty,
            let digest = ContentDigest(hex: String(repeating: "b", count: 64))
        else { throw MemoryTracking.missing("content at \"\(path.text)\"") }
        return StoredContent(digest: digest, kind: .folder, size: 1)
    }
}

/// An upload into memory.
final class MemoryUpload: ArtifactUpload {
    private let memory: MemoryTracking
    private let bytes = Mutex<[UInt8]>([])

    init(memory: MemoryTracking) {
        self.memory = memory
    }

    func write(_ piece: [UInt8]) async throws(BancadaError) {
        bytes.withLock { $0 += piece }
    }

    func finish(at path: ArtifactPath) async throws(BancadaError) -> StoredContent {
        let received = bytes.withLock { $0 }
        guard let digest = ContentDigest(hex: String(repeating: "c", count: 64)) else {
            throw BancadaError(.internal, "no digest")
        }
        memory.state.withLock { state in
            state.uploadsOpen -= 1
            state.files[path] = received
        }
        return StoredContent(digest: digest, kind: .file, size: Int64(received.count))
    }

    func cancel() async {
        memory.state.withLock { state in
            state.uploadsOpen -= 1
            state.uploadsCancelled += 1
        }
    }
}
