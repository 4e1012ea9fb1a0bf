import Foundation
import Store
import Testing
import Workbench

/// What runs recorded as artifacts, and stored contents, in the artifact tree.
@Suite(.serialized) struct ArtifactTreeMergeTests {
    private func record(
        _ name: String, _ content: StoredContent, run: Int, _ workspace: Workspace
    ) async throws {
        _ = try await workspace.artifacts.recordArtifact(
            NewArtifact(type: .model, name: name, digest: content.digest, producer: runID(run)),
            at: at(1))
    }

    private func base(_ run: Int) -> String { "0/\(runID(run).text)/artifacts" }

    @Test(
        "Shows what a run recorded together with what was uploaded, and keeps the former as it is")
    func merged() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let tree = workspace.tree
        try await workspace.start(1)
        try scratch.write("in/model.json", [1])
        try scratch.write("in/data/weights", [2, 2])
        let model = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let plot = try await workspace.artifacts.store(bytes: [5, 5, 5])
        try await record("model", model, run: 1, workspace)
        try await record("plots/roc.svg", plot, run: 1, workspace)
        try await record("../odd", plot, run: 1, workspace)
        try await tree.put(base(1) + "/plots/loss.svg", [9])
        try await tree.put(base(1) + "/log.txt", [8])
        #expect(try await tree.names("0/" + runID(1).text) == ["artifacts/"])
        #expect(try await tree.names(base(1)) == ["log.txt", "model/", "plots/"])
        #expect(try await tree.names(base(1) + "/plots") == ["loss.svg", "roc.svg"])
        #expect(try await tree.names(base(1) + "/model") == ["data/", "model.json"])
        #expect(try await tree.names(base(1) + "/model/data") == ["weights"])
        #expect(try await tree.bytes(base(1) + "/model/data/weights") == [2, 2])
        #expect(try await tree.bytes(base(1) + "/plots/roc.svg") == [5, 5, 5])
        #expect(await code { try await tree.bytes(base(1) + "/model") } == .notFound)
        #expect(await code { try await tree.bytes(base(1) + "/model/x") } == .notFound)
        for path in ["/model", "/model/new", "/plots", "/plots/roc.svg", "/plots/roc.svg/x", ""] {
            #expect(await code { try await tree.put(base(1) + path, [1]) } == .invalidInput)
        }
        for path in ["/model", "/model/data", "/plots/roc.svg", "/plots", ""] {
            let path = try ArtifactPath(base(1) + path)
            #expect(await code { try await tree.delete(path) } == .invalidInput)
        }
        try await tree.delete(ArtifactPath(base(1) + "/plots/loss.svg"))
        #expect(try await tree.names(base(1) + "/plots") == ["roc.svg"])
    }

    @Test("Shows of each name what the run recorded last, and of a run only in its experiment")
    func latest() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        for bytes in [[1], [2], [3]] as [[UInt8]] {
            let content = try await workspace.artifacts.store(bytes: bytes)
            try await record("f", content, run: 1, workspace)
        }
        #expect(try await workspace.tree.bytes(base(1) + "/f") == [3])
        #expect(try await workspace.tree.names("1/\(runID(1).text)/artifacts").isEmpty)
        #expect(try await workspace.tree.names("00/\(runID(1).text)/artifacts").isEmpty)
    }

    @Test("Shows stored contents by their digest")
    func contents() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let tree = workspace.tree
        try scratch.write("in/a/b", [1])
        try scratch.write("in/c", [2])
        let folder = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let file = try await workspace.artifacts.store(bytes: [3])
        let path = ArtifactPath.content(folder.digest).text
        #expect(try await tree.names(path) == ["a/", "c"])
        #expect(try await tree.names(path + "/a") == ["b"])
        #expect(try await tree.bytes(path + "/a/b") == [1])
        #expect(try await tree.bytes(ArtifactPath.content(file.digest).text) == [3])
        #expect(try await tree.content(at: .content(folder.digest)) == folder)
        #expect(try await tree.content(at: .content(file.digest)) == file)
        let inner = try await tree.content(at: ArtifactPath(path + "/a"))
        try await workspace.artifacts.copy(inner.digest, to: scratch.path("out"))
        #expect(try scratch.contents(of: scratch.path("out")) == ["b": [1]])
        let missing = ArtifactPath.content(ContentDigest.sha256([99]))
        #expect(try await tree.list(missing).isEmpty)
        #expect(await code { try await tree.file(at: missing) } == .notFound)
        #expect(await code { try await tree.content(at: missing) } == .notFound)
    }

    @Test("A folder becomes the content that storing the same folder gives, without copies")
    func folderContent() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        // The two accents are one character to Swift and two names to the disk.
        let files: [(path: String, bytes: [UInt8])] = [
            ("m/MLmodel", [1]), ("m/é/x", [2]), ("m/e\u{301}/x", [3]), ("m/empty", []),
        ]
        for (path, bytes) in files {
            try await workspace.tree.put(base(1) + "/" + path, bytes)
            try scratch.write("in/" + path.dropFirst(2), bytes)
        }
        let content = try await workspace.tree.content(at: ArtifactPath(base(1) + "/m"))
        #expect(
            try await workspace.artifacts.store(contentsOf: scratch.path("in")) == content)
        #expect(try await workspace.tree.content(at: ArtifactPath(base(1) + "/m")) == content)
        let file = try await workspace.tree.content(at: ArtifactPath(base(1) + "/m/MLmodel"))
        #expect(file.kind == .file)
        #expect(file.size == 1)
        #expect(
            await code { try await workspace.tree.content(at: ArtifactPath("1/none")) }
                == .notFound)
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
    }

    @Test("The content of a folder with both kinds has both, the recorded ones before the others")
    func mixedContent() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let stored = try await workspace.artifacts.store(bytes: [1])
        try await workspace.tree.put(base(1) + "/a/x", [7])
        try await workspace.tree.put(base(1) + "/b", [8])
        try await workspace.tree.put(base(1) + "/c", [9])
        try await record("a", stored, run: 1, workspace)
        try await record("b/inner", stored, run: 1, workspace)
        let content = try await workspace.tree.content(at: ArtifactPath(base(1)))
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        #expect(
            try scratch.contents(of: scratch.path("out"))
                == ["a": [1], "b/inner": [1], "c": [9]])
        #expect(try await workspace.tree.names(base(1)) == ["a", "b/", "c"])
    }

    @Test("Random uploads and deletions leave what a dictionary has", arguments: 0..<6)
    func oracle(seed: UInt64) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let tree = workspace.tree
        var generator = SplitMix64(seed: seed)
        var files: [String: [UInt8]] = [:]
        let names = ["a", "b", "a.b", "a-b", "a b", "ü", "0", "~"]
        for _ in 0..<250 {
            let depth = Int.random(in: 1...4, using: &generator)
            let path = (0..<depth).map { _ in names[Int.random(in: 0..<8, using: &generator)] }
                .joined(separator: "/")
            if Int.random(in: 0..<5, using: &generator) == 0 {
                try await tree.delete(ArtifactPath(path))
                files = files.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
                continue
            }
            let isTaken = files.keys.contains {
                $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/")
            }
            let bytes = (0..<Int.random(in: 0..<9, using: &generator)).map { UInt8($0) }
            let outcome = await code { try await tree.put(path, bytes) }
            #expect(outcome == (isTaken ? .invalidInput : nil), "seed \(seed), \(path)")
            if !isTaken { files[path] = bytes }
        }
        var folders: Set<String> = [""]
        for path in files.keys {
            let parts = path.split(separator: "/")
            for count in parts.indices {
                folders.insert(parts[..<count].joined(separator: "/"))
            }
        }
        for folder in folders {
            let prefix = folder.isEmpty ? "" : folder + "/"
            let below = files.keys.filter { $0.hasPrefix(prefix) }
                .map { $0.dropFirst(prefix.count) }
            let expected = Set(
                below.map { rest in
                    rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest)
                })
            let found = try await tree.names(folder)
            #expect(Set(found) == expected, "seed \(seed), folder \(folder)")
            #expect(found.count == expected.count)
        }
        for (path, bytes) in files { #expect(try await tree.bytes(path) == bytes) }
        #expect(try await workspace.integrityCheck().isEmpty)
    }

    @Test(
        "An uploading process that is killed loses nothing it acknowledged and leaves no bytes",
        .enabled(if: HelperProcess.program != nil), arguments: [1, 9, 30])
    func killed(after lines: Int) async throws {
        let scratch = try Scratch()
        let output = scratch.path("out")
        let process = try HelperProcess.start(
            "uploads", workspace: scratch.workspacePath, number: "", output: output)
        func acknowledged() throws -> [Int] {
            try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
                .compactMap { $0.hasPrefix("DONE ") ? Int($0.dropFirst(5)) : nil }
        }
        while try acknowledged().count < lines, process.isRunning {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        let workspace = try scratch.open()
        let done = try acknowledged()
        #expect(done.count >= lines)
        for number in done {
            let bytes = try await workspace.tree.bytes("1/files/\(number)")
            #expect(bytes.count == 4 * (200_000 + number))
        }
        // At most one more had come through.
        #expect(try await workspace.tree.names("1/files").count <= done.count + 1)
        #expect(try scratch.temporaries().isEmpty)
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
    }
}
