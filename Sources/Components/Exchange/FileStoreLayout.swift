import Documents
import Workbench

/// Where things are in the folder of MLflow's file store, and ours beside it.
///
/// Our archives have that folder as `mlruns`, so a real MLflow takes it in, and a folder `bancada`
/// for what it cannot say: `bancada/archive.json`, `bancada/extras/KEY.json` for the folders `KEY` of
/// it that need it, `bancada/traces/KEY/HASH.json` for the traces of the experiments `KEY`, with
/// their files in the folder `HASH`, and `bancada/contents/DIGEST` for contents that are below no run.
enum FileStoreLayout {
    /// The folder of MLflow's file store in our archives.
    static let runs = "mlruns"
    /// The folder for what that cannot say.
    static let own = "bancada"
    /// What an archive is, as the first file in it.
    static let marker = "bancada/archive.json"
    /// The version of the archive that is written.
    static let version: Int64 = 1
    /// Where deleted experiments are.
    static let trash = ".trash"
    /// The stage of a version that was deleted.
    static let deletedVersion = "Deleted_Internal"

    /// What our archives say of a folder of MLflow's beside its files.
    static func extras(of key: String) -> String { "\(own)/extras/\(key).json" }

    /// Where the traces of an experiment of ours are.
    static func traces(of key: String) -> String { "\(own)/traces/\(key)" }

    /// Where the files of a content are that is below no run.
    static func content(_ digest: ContentDigest) -> String { "\(own)/contents/\(digest.hex)" }

    /// MLflow's numbers of the statuses of runs, in order from 1.
    static let statuses: [RunStatus] = [.running, .scheduled, .finished, .failed, .killed]

    /// Which keys can be files: no part of a path longer than a file's name may be, and none both
    /// a file and a folder.
    static func fits(_ keys: [String]) -> [Bool] {
        let paths = keys.map { Array($0.utf8) }
        var folders: Set<[UInt8]> = []
        for path in paths {
            for (index, byte) in path.enumerated() where byte == 0x2F {
                folders.insert(Array(path[..<index]))
            }
        }
        return paths.map { path in
            !folders.contains(path) && !path.isEmpty
                && path.split(separator: 0x2F, omittingEmptySubsequences: false)
                    .allSatisfy {
                        (1...255).contains($0.count) && $0 != [0x2E] && $0 != [0x2E, 0x2E]
                    }
        }
    }

    /// The text of a `meta.yaml`: a line a member, in the order of the names.
    static func yaml(_ members: [(name: String, value: JSON)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in members.sorted(by: { $0.name < $1.name }) {
            bytes += Array("\(name): ".utf8)
            append(value, to: &bytes)
            bytes.append(0x0A)
        }
        return bytes
    }

    /// A value as a scalar, or as a mapping of texts on one line.
    private static func append(_ value: JSON, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text): append(quoted: text, to: &bytes)
        case .object(let members):
            bytes.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes += Array(", ".utf8) }
                append(quoted: member.name, to: &bytes)
                bytes += Array(": ".utf8)
                append(member.value, to: &bytes)
            }
            bytes.append(0x7D)
        default: bytes += value.compactBytes
        }
    }

    /// A double-quoted scalar of YAML, which every reader takes the same way: what is a line break
    /// or not printable in YAML 1.1 is escaped.
    private static func append(quoted text: String, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: bytes += Array("\\\"".utf8)
            case 0x5C: bytes += Array("\\\\".utf8)
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let hex = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: 4 - hex.utf8.count)
                bytes += Array("\\u\(zeros)\(hex)".utf8)
            default: bytes += Array(String(scalar).utf8)
            }
        }
        bytes.append(0x22)
    }
}
