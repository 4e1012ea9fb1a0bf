import Foundation
import Testing

/// What travels inside the executable is what stands in the checkout: a file that was added to
/// `Plugins/` or to the sample workspace must be in CAssets and EmbeddedAsset as well.
@Suite struct EmbeddedFilesTests {
    @Test("Every file of Plugins/ is unpacked, byte for byte, and nothing else")
    func plugins() throws {
        try Scratch.withFolder { folder in
            let outcome = try Executable.shell(
                "XDG_CACHE_HOME=$PWD/cache XDG_DATA_HOME=$PWD/data bancada plugins list --quiet",
                in: folder)
            try #require(outcome.code == 0, "\(outcome.stderr)")
            let cache = folder.appending(path: "cache/bancada/plugins")
            let digests = try FileManager.default.contentsOfDirectory(atPath: cache.path)
            let unpacked = cache.appending(path: try #require(digests.first))
            try compare(unpacked, Executable.root.appending(path: "Plugins"))
        }
    }

    @Test(
        "Every file of the sample workspace is written by init, byte for byte",
        arguments: ["pipelines", "studies"])
    func samples(part: String) throws {
        try Scratch.withFolder { folder in
            let outcome = try Executable.shell("bancada init made --quiet", in: folder)
            try #require(outcome.code == 0, "\(outcome.stderr)")
            try compare(
                folder.appending(path: "made/\(part)"),
                Executable.root.appending(path: "workspace/\(part)"))
        }
    }

    @Test("The sample data is written by init, byte for byte")
    func data() throws {
        try Scratch.withFolder { folder in
            let outcome = try Executable.shell("bancada init made --quiet", in: folder)
            try #require(outcome.code == 0, "\(outcome.stderr)")
            let sample = Executable.root.appending(path: "workspace/data")
            for name in try files(in: sample) where name.hasSuffix(".csv") {
                let written = folder.appending(path: "made/data/\(name)")
                #expect(
                    try Data(contentsOf: written)
                        == Data(contentsOf: sample.appending(path: name)), "\(name)")
            }
        }
    }

    private func compare(_ made: URL, _ source: URL) throws {
        let expected = try files(in: source)
        #expect(try files(in: made) == expected)
        for name in expected {
            let written = FileManager.default.contents(atPath: made.appending(path: name).path)
            let tracked = try Data(contentsOf: source.appending(path: name))
            #expect(written == tracked, "\(name) is embedded with other bytes")
        }
    }

    /// The paths of the files below a folder; what Python and the system leave is none of ours.
    private func files(in folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { name in
            let path = folder.appending(path: name).path
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            let parts = name.split(separator: "/")
            return facts[.type] as? FileAttributeType == .typeRegular
                && !parts.contains { $0 == "__pycache__" || $0.hasPrefix(".") }
        }.sorted()
    }
}
