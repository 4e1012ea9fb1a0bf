import Foundation
import Store
import Workbench

/// A registry of `count` models with a version, two tags and an alias each, listed whole.
struct RegistryLoad {
    let workspace: Workspace
    let count: Int

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    _ = try await workspace.models.createVersion(
                        NewModelVersion(
                            name: "model-\(number)", source: "s3://bucket/\(number)",
                            tags: [Tag(key: "stage", value: "test")], aliases: ["champion"]),
                        at: clock.now())
                    try await workspace.models.setTag(
                        Tag(key: "team", value: "a"), ofModel: "model-\(number)")
                }
            }
            try await group.waitForAll()
        }
        let notPrompt = try Filter(
            parsing: "tag.`mlflow.prompt.is_prompt` != 'true'", for: .registeredModels)
        let age = [OrderKey(SearchField(.attribute, "last_updated_timestamp"), ascending: false)]
        for (name, query) in [
            ("by name", RegistryQuery()), ("no prompts", RegistryQuery(filter: notPrompt)),
            ("by age", RegistryQuery(order: age)),
        ] {
            let limit = min(count, 1000)
            let time = try await best(of: 5) {
                try await workspace.models.models(query, limit: limit, after: nil)
            }
            print("{\"search\": \"\(name)\", \"models\": \(limit), \"milliseconds\": \(time)}")
        }
    }
}

/// A folder of `count` uploaded files beside one of as many subfolders, listed and pinned.
struct TreeLoad {
    let workspace: Workspace
    let count: Int

    func run() async throws {
        let tree = workspace.tree
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for number in stride(from: worker, to: count, by: 16) {
                        for path in ["1/flat/\(number)", "1/deep/\(number)/x"] {
                            let upload = try await tree.beginUpload()
                            try await upload.write([1])
                            _ = try await upload.finish(at: ArtifactPath(path))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let rate = Double(2 * count) / seconds(ContinuousClock.now - start)
        print("{\"uploads_per_second\": \(rate)}")
        for path in ["1/flat", "1/deep", "1", ""] {
            let path = try ArtifactPath(path)
            let time = try await best(of: 3) { try await tree.list(path) }
            print("{\"list\": \"\(path.text)\", \"files\": \(count), \"milliseconds\": \(time)}")
        }
        let path = try ArtifactPath("1/flat")
        let time = try await best(of: 1) { try await tree.content(at: path) }
        print("{\"content\": \"\(path.text)\", \"files\": \(count), \"milliseconds\": \(time)}")
    }
}

/// One file of `count` MiB that arrives in pieces of 64 KiB.
struct UploadLoad {
    let workspace: Workspace
    let count: Int

    func run() async throws {
        let piece = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var number: UInt8 = 0
        let time = try await best(of: 5) {
            let upload = try await workspace.tree.beginUpload()
            number += 1
            try await upload.write([number])
            for _ in 0..<count * 16 { try await upload.write(piece) }
            return try await upload.finish(at: ArtifactPath("1/file"))
        }
        print("{\"upload_mib\": \(count), \"milliseconds\": \(time)}")
    }
}

/// The fewest milliseconds that `body` takes.
private func best<Value>(of count: Int, _ body: () async throws -> Value) async throws -> Double {
    var best = Double.infinity
    for _ in 0..<count {
        let start = ContinuousClock.now
        _ = try await body()
        best = min(best, seconds(ContinuousClock.now - start) * 1000)
    }
    return best
}
