import Foundation
import Store
import Testing
import Workbench

extension SQLiteArtifactTree {
    /// Uploads bytes to a path, in pieces.
    @discardableResult
    func put(
        _ path: String, _ bytes: [UInt8], piece: Int = 1 << 16
    ) async throws -> StoredContent {
        let upload = try await beginUpload()
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try await upload.write(Array(bytes[start..<min(start + piece, bytes.count)]))
        }
        return try await upload.finish(at: ArtifactPath(path))
    }

    /// The bytes at a path.
    func bytes(_ path: String) async throws -> [UInt8] {
        let file = try await file(at: ArtifactPath(path))
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file.localPath)))
        #expect(file.size == Int64(bytes.count))
        #expect(file.digest == ContentDigest.sha256(bytes))
        return bytes
    }

    /// What is in a folder: names with a slash after those of folders.
    func names(_ path: String) async throws -> [String] {
        try await list(ArtifactPath(path)).map { $0.size == nil ? $0.name + "/" : $0.name }
    }
}

extension Scratch {
    /// The unfinished files of this test's workspace.
    func temporaries() throws -> [String] {
        let folder = workspacePath + "/artifacts/temporary"
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
    }
}

@Suite(.serialized) struct ArtifactTreeTests {
    @Test(
        "Gives back the bytes that were uploaded, whatever the pieces",
        arguments: [0, 1, 1000, (1 << 18) - 1, 1 << 18, 3_000_000], [1000, 1 << 18, 1 << 22])
    func upload(size: Int, piece: Int) async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        var generator = SplitMix64(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let content = try await tree.put("1/x/a b ü.bin", bytes, piece: piece)
        #expect(content.kind == .file)
        #expect(content.size == Int64(size))
        #expect(content.digest == ContentDigest.sha256(bytes))
        #expect(try await tree.bytes("1/x/a b ü.bin") == bytes)
        #expect(try scratch.temporaries().isEmpty)
    }

    @Test("Lists what is in a folder by name, its size for files alone, and nothing for a file")
    func listing() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        for path in ["1/r/b/x/deep.txt", "1/r/b-x", "1/r/b/y", "1/r/b0", "1/r/a", "2/z", "top"] {
            try await tree.put(path, Array(path.utf8))
        }
        #expect(try await tree.names("") == ["1/", "2/", "top"])
        #expect(try await tree.names("1") == ["r/"])
        #expect(try await tree.names("1/r") == ["a", "b/", "b-x", "b0"])
        #expect(try await tree.names("1/r/b") == ["x/", "y"])
        #expect(try await tree.list(ArtifactPath("1/r/b"))[1].size == 7)
        #expect(try await tree.names("1/r/a").isEmpty)
        #expect(try await tree.names("nowhere/at/all").isEmpty)
        #expect(await code { try await tree.bytes("1/r/b") } == .notFound)
        #expect(await code { try await tree.bytes("1/r") } == .notFound)
        #expect(await code { try await tree.bytes("1/r/c") } == .notFound)
    }

    @Test("A file takes the place of what was there; the old bytes stay for whoever has them")
    func replace() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.tree.put("1/f", [1])
        let folder = try await workspace.tree.content(at: ArtifactPath("1"))
        try await workspace.tree.put("1/f", [2, 3])
        #expect(try await workspace.tree.bytes("1/f") == [2, 3])
        #expect(try await workspace.tree.names("1") == ["f"])
        try await workspace.artifacts.copy(folder.digest, to: scratch.path("out"))
        #expect(try scratch.contents(of: scratch.path("out")) == ["f": [1]])
    }

    @Test("No file is where a folder is, nor below a file, and such an upload leaves no bytes")
    func collisions() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        try await tree.put("1/a/b", [1])
        let before = try scratch.contents(of: scratch.workspacePath + "/artifacts")
        for path in ["1/a", "1", "1/a/b/c", "1/a/b/c/d", "", "contents/x", "contents"] {
            #expect(await code { try await tree.put(path, [2, 2]) } == .invalidInput, "\(path)")
        }
        let digest = ContentDigest.sha256([1]).hex
        #expect(await code { try await tree.put("contents/\(digest)", [2]) } == .invalidInput)
        #expect(try scratch.contents(of: scratch.workspacePath + "/artifacts") == before)
        try await tree.put("1/a b", [3])
        try await tree.put("1/a.b", [3])
        #expect(try await tree.names("1") == ["a/", "a b", "a.b"])
    }

    @Test("Deletes a file or a folder with everything below it, and nothing beside it")
    func delete() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        for path in ["1/a/b/c", "1/a/d", "1/a-", "1/a0", "1/b"] { try await tree.put(path, [1]) }
        try await tree.delete(ArtifactPath("1/a"))
        #expect(try await tree.names("1") == ["a-", "a0", "b"])
        try await tree.delete(ArtifactPath("1/b"))
        try await tree.delete(ArtifactPath("1/b"))
        try await tree.delete(ArtifactPath("nowhere"))
        #expect(try await tree.names("1") == ["a-", "a0"])
        #expect(await code { try await tree.delete(ArtifactPath("")) } == .invalidInput)
        #expect(await code { try await tree.delete(ArtifactPath("contents")) } == .invalidInput)
        // Nothing is there any more.
        try await tree.put("1/a", [9])
        #expect(try await tree.bytes("1/a") == [9])
    }

    @Test("An upload that is dropped or cancelled leaves no file, and takes no more bytes")
    func dropped() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        var upload: (any ArtifactUpload)? = try await tree.beginUpload()
        try await upload?.write(Array(repeating: 7, count: 1 << 20))
        #expect(try scratch.temporaries().count == 1)
        upload = nil
        #expect(try scratch.temporaries().isEmpty)
        let other = try await tree.beginUpload()
        try await other.write([1])
        await other.cancel()
        #expect(try scratch.temporaries().isEmpty)
        #expect(await code { try await other.write([2]) } == .internal)
        #expect(await code { try await other.finish(at: ArtifactPath("1/x")) } == .internal)
        let refused = try await tree.beginUpload()
        #expect(await code { try await refused.finish(at: ArtifactPath("")) } == .invalidInput)
        #expect(try scratch.temporaries().isEmpty)
        let done = try await tree.beginUpload()
        _ = try await done.finish(at: ArtifactPath("1/y"))
        #expect(await code { try await done.write([2]) } == .internal)
        await done.cancel()
        #expect(try await tree.bytes("1/y") == [])
    }

    @Test("Many uploads at once keep their bytes apart")
    func concurrent() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let bytes = [UInt8](repeating: UInt8(number), count: 300_000 + number)
                    try await tree.put("1/\(number % 4)/\(number)", bytes, piece: 50_000)
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<40 {
            let bytes = try await tree.bytes("1/\(number % 4)/\(number)")
            #expect(bytes == [UInt8](repeating: UInt8(number), count: 300_000 + number))
        }
        #expect(try await tree.names("1/0").count == 10)
    }

    @Test("A path whose bytes are gone is damage")
    func damage() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        try await tree.put("1/f", [1, 2, 3])
        let file = try await tree.file(at: ArtifactPath("1/f"))
        try FileManager.default.removeItem(atPath: file.localPath)
        #expect(await code { try await tree.file(at: ArtifactPath("1/f")) } == .corrupt)
        // Uploading the same bytes mends it.
        try await tree.put("1/g", [1, 2, 3])
        #expect(try await tree.bytes("1/f") == [1, 2, 3])
    }

    @Test("A workspace that is open for reading refuses an upload and lists as ever")
    func readOnly() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.tree.put("1/f", [1])
        try workspace.close()
        for access in [Workspace.Access.readOnly, .privateCopy] {
            let reading = try scratch.open(access)
            #expect(await code { try await reading.tree.beginUpload() } == .unavailable)
            #expect(try await reading.tree.names("1") == ["f"])
            #expect(try await reading.tree.bytes("1/f") == [1])
        }
    }

    @Test("Big folders are listed by skipping what is below them")
    func skipping() async throws {
        let scratch = try Scratch()
        let tree = try scratch.create().tree
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try await tree.put("1/big/\(number)/x", [1]) }
                group.addTask { try await tree.put("1/wide/sub/\(number)", [1]) }
            }
            try await group.waitForAll()
        }
        #expect(try await tree.names("1") == ["big/", "wide/"])
        #expect(try await tree.names("1/wide") == ["sub/"])
        #expect(try await tree.names("1/wide/sub").count == 200)
        #expect(try await tree.names("1/big").count == 200)
        #expect(try await tree.names("") == ["1/"])
    }
}
