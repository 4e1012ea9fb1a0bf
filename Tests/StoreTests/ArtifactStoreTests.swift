import Crypto
import Foundation
import Store
import Testing
import Workbench

@Suite struct ArtifactStoreTests {
    private func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    @Test(
        "Stores a file under the digest of its bytes",
        arguments: [
            0, 1, 1000, 1 << 20, (1 << 20) - 1, (1 << 20) + 1, 3 << 20,
        ])
    func file(size: Int) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        var generator = SplitMix64(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let path = try scratch.write("in/file.bin", bytes)
        let content = try await workspace.artifacts.store(contentsOf: path)
        #expect(content.digest.hex == digest(bytes))
        #expect(content.kind == .file)
        #expect(content.size == Int64(size))
        #expect(try await workspace.artifacts.content(content.digest) == content)
        #expect(try await workspace.artifacts.store(bytes: bytes) == content)
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out.bin"))
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("out.bin")))) == bytes)
        let stored = try scratch.contents(of: scratch.workspacePath + "/artifacts")
        #expect(stored == ["\(content.digest.hex.prefix(2))/\(content.digest.hex)": bytes])
    }

    @Test("Stores a folder as its manifest, whose text is fixed")
    func folder() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try scratch.write("in/b/two.txt", Array("two".utf8))
        try scratch.write("in/a.txt", Array("one".utf8))
        try scratch.write("in/b/one again.txt", Array("one".utf8))
        try scratch.write("in/new\nline\\.txt", [])
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let one = digest(Array("one".utf8))
        let manifest = """
            bancada-folder 1
            \(one) 3 a.txt
            \(one) 3 b/one again.txt
            \(digest(Array("two".utf8))) 3 b/two.txt
            \(digest([])) 0 new\\nline\\\\.txt

            """
        #expect(content.digest.hex == digest(Array(manifest.utf8)))
        #expect(content.kind == .folder)
        #expect(content.size == 9)
        #expect(
            try await workspace.artifacts.manifest(of: content.digest).map(\.path)
                == ["a.txt", "b/one again.txt", "b/two.txt", "new\nline\\.txt"])
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        #expect(
            try scratch.contents(of: scratch.path("out"))
                == scratch.contents(of: scratch.path("in")))
        #expect(try scratch.contents(of: scratch.workspacePath + "/artifacts").count == 4)
    }

    @Test("Equal folders are stored once, whatever their times and empty folders")
    func equalFolders() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        for name in ["first", "second"] { try scratch.write("\(name)/a/b.txt", [1, 2]) }
        try FileManager.default.createDirectory(
            atPath: scratch.path("second/empty"), withIntermediateDirectories: false)
        let first = try await workspace.artifacts.store(contentsOf: scratch.path("first"))
        #expect(try await workspace.artifacts.store(contentsOf: scratch.path("second")) == first)
        #expect(try scratch.contents(of: scratch.workspacePath + "/artifacts").count == 2)
    }

    @Test("An empty folder comes back empty")
    func emptyFolder() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try FileManager.default.createDirectory(
            atPath: scratch.path("in"), withIntermediateDirectories: false)
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        #expect(content.size == 0)
        #expect(try await workspace.artifacts.manifest(of: content.digest).isEmpty)
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("out")).isEmpty)
    }

    @Test("Names of any characters survive, also those that Swift holds equal")
    func strangeNames() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let names = [
            " ", "a b", "-rf", "\u{e9}", "e\u{301}", "\u{301}x", "a\r\nb", "\\n", "🐧", "'\"$`",
            "dir\u{e9}/x", "dire\u{301}/y", "deep/" + String(repeating: "n", count: 200) + "/x",
            ".hidden", "...",
        ]
        for (index, name) in names.enumerated() {
            try scratch.write("in/" + name, Array("\(index)".utf8))
        }
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        let manifest = try await workspace.artifacts.manifest(of: content.digest)
        #expect(manifest.count == names.count)
        #expect(Set(manifest.map { Array($0.path.utf8) }) == Set(names.map { Array($0.utf8) }))
        for (index, name) in names.enumerated() {
            let file = URL(fileURLWithPath: scratch.path("out/" + name))
            #expect(Array(try Data(contentsOf: file)) == Array("\(index)".utf8), "\(name)")
        }
    }

    @Test("Follows links to files within the folder and no others")
    func links() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: scratch.path(name), withDestinationPath: target)
        }
        try scratch.write("in/sub/file.txt", [7])
        try scratch.write("secret", [9])
        try scratch.write("in2/x", [1])
        try link("in/good", to: "sub/file.txt")
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        #expect(
            try await workspace.artifacts.manifest(of: content.digest).map(\.path)
                == ["good", "sub/file.txt"])
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        #expect(try scratch.contents(of: scratch.path("out"))["good"] == [7])

        try link("top", to: "in")
        #expect(try await workspace.artifacts.store(contentsOf: scratch.path("top")) == content)
        try link("file", to: "in/sub/file.txt")
        #expect(
            try await workspace.artifacts.store(contentsOf: scratch.path("file")).kind == .file)

        for (name, target) in [
            ("outside", "../secret"), ("absolute", scratch.path("secret")), ("folder", "sub"),
            ("nowhere", "missing"), ("self", "self"), ("sibling", "../in2/x"),
        ] {
            try link("in/bad-" + name, to: target)
            #expect(
                await code { try await workspace.artifacts.store(contentsOf: scratch.path("in")) }
                    == .invalidInput, "\(name)")
            try FileManager.default.removeItem(atPath: scratch.path("in/bad-" + name))
        }
    }

    @Test("Refuses what is no file and no folder")
    func specialFiles() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(
            await code { try await workspace.artifacts.store(contentsOf: "/dev/zero") }
                == .invalidInput)
        #expect(
            await code { try await workspace.artifacts.store(contentsOf: scratch.path("none")) }
                == .notFound)
        try scratch.write("in/x", [1])
        let mkfifo = try Process.run(
            URL(fileURLWithPath: "/usr/bin/mkfifo"), arguments: [scratch.path("in/pipe")])
        mkfifo.waitUntilExit()
        #expect(mkfifo.terminationStatus == 0)
        #expect(
            await code { try await workspace.artifacts.store(contentsOf: scratch.path("in")) }
                == .invalidInput)
    }

    @Test("A changed artifact is refused, and stored again it is mended")
    func tampering() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try scratch.write("in/a", Array("hello".utf8))
        try scratch.write("in/b", Array("world".utf8))
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let manifest = try await workspace.artifacts.manifest(of: content.digest)
        for digest in [manifest[1].digest, content.digest] {
            let blob = scratch.blob(digest)
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: blob)))
            try scratch.replace(blob, with: bytes.dropLast() + [bytes[bytes.count - 1] ^ 1])
            let failure = await code {
                try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
            }
            #expect(failure == .corrupt)
            #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
            try FileManager.default.removeItem(atPath: blob)
            #expect(
                await code {
                    try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
                } == .corrupt)
            _ = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        }
        try await workspace.artifacts.copy(content.digest, to: scratch.path("out"))
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(left.sorted() == ["in", "out", "workspace"])
    }

    @Test("Never writes over what is there")
    func existingTarget() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let file = try await workspace.artifacts.store(bytes: [1])
        try scratch.write("taken", [2])
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("dangling"), withDestinationPath: "nowhere")
        for name in ["taken", "folder", "dangling"] {
            #expect(
                await code {
                    try await workspace.artifacts.copy(file.digest, to: scratch.path(name))
                } == .conflict)
        }
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("taken")))) == [2])
        #expect(
            await code {
                try await workspace.artifacts.copy(file.digest, to: scratch.path("no/such/x"))
            } == .notFound)
        #expect(
            await code {
                try await workspace.artifacts.copy(file.digest, to: scratch.path("taken/x"))
            } == .invalidInput)
        let unknown = try #require(ContentDigest(hex: String(repeating: "0", count: 64)))
        #expect(
            await code { try await workspace.artifacts.copy(unknown, to: scratch.path("x")) }
                == .notFound)
        #expect(await code { try await workspace.artifacts.content(unknown) } == .notFound)
        #expect(
            await code { try await workspace.artifacts.manifest(of: file.digest) }
                == .invalidInput)
    }

    @Test("A copy can be written without touching the original")
    func copyIsOwn() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let content = try await workspace.artifacts.store(bytes: Array("hello".utf8))
        let path = scratch.path("copy")
        try await workspace.artifacts.copy(content.digest, to: path)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: Data("J".utf8))
        try file.close()
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
    }

    @Test("The cached copy is made once and shared by all who ask at the same time")
    func cache() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try scratch.write("in/a/b", Array("hello".utf8))
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { try await workspace.artifacts.cachedPath(of: content.digest) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        let path = try #require(paths.first)
        #expect(paths.count == 1)
        #expect(path.hasPrefix(scratch.workspacePath + "/cache/"))
        #expect(try scratch.contents(of: path) == ["a/b": Array("hello".utf8)])
        #expect(try scratch.contents(of: scratch.workspacePath + "/cache").count == 1)
    }

    @Test("A private copy of the workspace caches outside it")
    func cacheOfPrivateCopy() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let content = try await workspace.artifacts.store(bytes: Array("hello".utf8))
        try workspace.close()
        let before = try scratch.contents(of: scratch.workspacePath)
        let reader = try scratch.open(.privateCopy)
        let path = try await reader.artifacts.cachedPath(of: content.digest)
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == Array("hello".utf8))
        try reader.close()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try scratch.contents(of: scratch.workspacePath) == before)
    }

    @Test("Many tasks store equal and different content at once")
    func concurrent() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let bytes = Array("content \(number % 8)".utf8)
                    let content = try await workspace.artifacts.store(bytes: bytes)
                    try await workspace.artifacts.copy(
                        content.digest, to: scratch.path("copy\(number)"))
                }
            }
            try await group.waitForAll()
        }
        #expect(try scratch.contents(of: scratch.workspacePath + "/artifacts").count == 8)
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
    }

    @Test("Unfinished files of dead processes are swept, those of live ones stay")
    func sweeping() async throws {
        let scratch = try Scratch()
        let first = try scratch.create()
        _ = try await first.artifacts.store(bytes: [1])
        let me = try ProcessIdentity.current()
        let boot = me.bootID.replacing("/", with: "_")
        let folder = "workspace/artifacts/temporary/"
        let kept = ["\(boot).\(me.processID).\(me.startTicks).77.part", "notes.txt"]
        let swept = [
            "\(boot).\(me.processID).\(me.startTicks &- 1).1.part",
            "other-boot_1.\(me.processID).\(me.startTicks).2.part", "\(boot).4194999.5.3.part",
        ]
        for name in kept + swept { try scratch.write(folder + name, [1]) }
        _ = try scratch.open()
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path(folder))
        #expect(left.sorted() == kept.sorted())
    }

    @Test("A file that is the manifest of a stored folder is refused")
    func ambiguousDigest() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try scratch.write("in/a", [1])
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        let manifest = Array(
            try Data(contentsOf: URL(fileURLWithPath: scratch.blob(content.digest))))
        #expect(await code { try await workspace.artifacts.store(bytes: manifest) } == .conflict)
        #expect(try await workspace.artifacts.content(content.digest) == content)
    }

    @Test("A cancelled task stores and copies nothing more")
    func cancellation() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let failure = await code {
            try await withThrowingTaskGroup(of: StoredContent.self) { group in
                group.cancelAll()
                group.addTask { try await workspace.artifacts.store(bytes: [1]) }
                try await group.waitForAll()
            }
        }
        #expect(failure == .cancelled)
        #expect(
            try scratch.contents(of: scratch.workspacePath).keys
                .allSatisfy { !$0.hasPrefix("artifacts") })
    }
}
