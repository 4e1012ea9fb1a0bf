import Components
import Foundation
import Store
import Testing
import Workbench

@Suite struct TarTests {
    private static let time = Timestamp(milliseconds: 1_700_000_000_000)

    private func archive(
        _ body: (inout TarWriter) throws -> Void
    ) throws -> [UInt8] {
        let sink = MemorySink()
        var tar = TarWriter(sink)
        try body(&tar)
        try tar.finish()
        return sink.bytes
    }

    private func reading(_ bytes: [UInt8]) throws -> TarFiles {
        try TarFiles("a.tar", in: MemoryFiles(bytes: ["a.tar": bytes]))
    }

    private static let names = [
        "a", "dir/b.txt", "ü/ö 日本 🙂.bin", String(repeating: "x", count: 100),
        String(repeating: "p", count: 150) + "/" + String(repeating: "n", count: 99),
        String(repeating: "long/", count: 60) + "end", String(repeating: "y", count: 250),
    ]

    @Test("What is written is read back", arguments: names)
    func roundTrip(name: String) throws {
        let content = Array("content of \(name)".utf8)
        let bytes = try archive { tar in
            try tar.folder("folder", at: Self.time)
            try tar.file(name, content, at: Self.time)
            try tar.file("last", [], at: Self.time)
        }
        #expect(bytes.count % 512 == 0)
        let files = try reading(bytes)
        #expect(try files.contents(of: name) == content)
        #expect(try files.entry(at: "last")?.size == 0)
        #expect(try files.entry(at: "folder")?.size == nil)
        #expect(try files.entries(in: "folder").isEmpty)
        #expect(try files.entry(at: "other") == nil)
    }

    @Test("GNU tar and Python's tarfile read what is written")
    func foreignReaders() throws {
        let folder = NSTemporaryDirectory() + "bancada-tar-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bytes = try archive { tar in
            for name in Self.names { try tar.file(name, Array(name.utf8), at: Self.time) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/a.tar"))
        let script = """
            import sys, tarfile
            for m in tarfile.open(sys.argv[1]):
                assert tarfile.open(sys.argv[1]).extractfile(m).read() == m.name.encode(), m.name
                print(m.name)
            """
        let python = try Self.run("/usr/bin/env", "python3", "-c", script, folder + "/a.tar")
        #expect(python.split(separator: "\n").map(String.init) == Self.names)
        _ = try Self.run("/bin/tar", "xf", folder + "/a.tar", "-C", folder)
        for name in Self.names {
            let found = FileManager.default.contents(atPath: folder + "/" + name)
            #expect(found == Data(name.utf8), "\(name)")
        }
    }

    @Test(
        "What GNU tar and Python's tarfile write is read",
        arguments: ["gnu", "pax", "ustar", "python-gnu", "python-pax"])
    func foreignWriters(format: String) throws {
        let folder = NSTemporaryDirectory() + "bancada-tar-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let names = format == "ustar" ? Array(Self.names.prefix(3)) : Self.names
        for name in names {
            let path = URL(fileURLWithPath: folder + "/in/" + name)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(name.utf8).write(to: path)
        }
        if format.hasPrefix("python") {
            let form = format == "python-gnu" ? "GNU_FORMAT" : "PAX_FORMAT"
            let script = """
                import sys, tarfile
                with tarfile.open(sys.argv[1], 'w', format=tarfile.\(form)) as tar:
                    tar.add(sys.argv[2], '.')
                """
            _ = try Self.run(
                "/usr/bin/env", "python3", "-c", script, folder + "/a.tar", folder + "/in")
        } else {
            _ = try Self.run(
                "/bin/tar", "--format", format, "-cf", folder + "/a.tar", "-C", folder + "/in", ".")
        }
        let files = try TarFiles("a.tar", in: FolderFiles(folder))
        for name in names { #expect(try files.contents(of: name) == Array(name.utf8), "\(name)") }
        #expect(try files.allFiles(below: "").count == names.count)
    }

    @Test(
        "Refuses links, devices and paths that lead out",
        arguments: [
            ("SYMTYPE", "a", "symbolic link"), ("LNKTYPE", "a", "hard link"),
            ("CHRTYPE", "a", "device"), ("FIFOTYPE", "a", "pipe"), ("REGTYPE", "/a", "unsafe"),
            ("REGTYPE", "a/../../b", "unsafe"), ("DIRTYPE", "..", "unsafe"),
        ])
    func unsafe(type: String, path: String, word: String) throws {
        let script = """
            import io, sys, tarfile
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode='w') as tar:
                info = tarfile.TarInfo(sys.argv[1])
                info.type = tarfile.\(type)
                info.linkname = '/etc/passwd'
                tar.addfile(info)
            sys.stdout.buffer.write(out.getvalue())
            """
        let bytes = try Self.bytes("/usr/bin/env", "python3", "-c", script, path)
        let error = #expect(throws: BancadaError.self) { try reading(bytes) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test("Refuses an archive that is cut short or changed anywhere in a header")
    func damage() throws {
        let bytes = try archive { tar in
            try tar.file("a", [UInt8](repeating: 65, count: 700), at: Self.time)
            try tar.file("ü", [66], at: Self.time)
        }
        for length in [0, 1, 511, 512, 600, 1200, 1536, bytes.count - 1024] {
            #expect(throws: BancadaError.self, "\(length)") {
                try reading(Array(bytes.prefix(length)))
            }
        }
        for index in 0..<512 {
            var changed = bytes
            changed[index] ^= 0x41
            #expect(throws: BancadaError.self, "\(index)") { try reading(changed) }
        }
        #expect(throws: BancadaError.self) { try reading([0x1F, 0x8B] + bytes) }
    }

    @Test("A file that grows or shrinks while it is written is an error")
    func wrongSize() throws {
        #expect(throws: BancadaError.self) {
            try archive { tar in
                try tar.begin("a", size: 2, at: Self.time)
                try tar.write([1])
                try tar.end()
            }
        }
        #expect(throws: BancadaError.self) {
            try archive { tar in
                try tar.begin("a", size: 0, at: Self.time)
                try tar.write([1])
            }
        }
    }

    private static func run(_ program: String, _ arguments: String...) throws -> String {
        String(decoding: try output(program, arguments), as: UTF8.self)
    }

    private static func bytes(_ program: String, _ arguments: String...) throws -> [UInt8] {
        Array(try output(program, arguments))
    }

    private static func output(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return data
    }
}
