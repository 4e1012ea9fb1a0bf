import Foundation
import Workbench

/// The files of one execution: bounded reads, and errors that name the file.
enum WorkFiles {
    /// What is at a path; links are followed.
    enum Kind {
        case missing, file, folder, other
    }

    static func kind(_ path: String) -> Kind {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        // What has no facts is not there.
        let facts = try? FileManager.default.attributesOfItem(atPath: real)
        switch facts?[.type] as? FileAttributeType {
        case nil: return .missing
        case .typeRegular?: return .file
        case .typeDirectory?: return .folder
        default: return .other
        }
    }

    /// The path from the root, for processes that work in another folder.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }

    /// The bytes of a regular file of at most `limit` bytes.
    static func bytes(_ path: String, limit: Int, name: String) throws(BancadaError) -> [UInt8] {
        switch kind(path) {
        case .missing: throw BancadaError(.notFound, "\(name) not found", hint: "check the path")
        case .folder: throw BancadaError(.invalidInput, "\(name) is a folder, expected a file")
        case .other: throw BancadaError(.invalidInput, "\(name) is no regular file")
        case .file: break
        }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Closing a file that was only read cannot lose anything.
            defer { try? file.close() }
            let data = try file.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else {
                throw BancadaError(
                    .invalidInput, "\(name) is longer than \(limit) bytes",
                    hint: "pass large values as artifacts")
            }
            return Array(data)
        } catch {
            throw failure(error, "cannot read \(name)")
        }
    }

    /// Writes a file of this execution.
    static func write(_ bytes: [UInt8], to path: String) throws(BancadaError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw failure(error, "cannot write \(path)")
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(BancadaError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw failure(error, "cannot make the folder \(path)")
        }
    }

    /// Makes the folder that `path` lies in.
    static func makeParent(of path: String) throws(BancadaError) {
        try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Removes what is at a path, if anything is.
    static func remove(_ path: String) throws(BancadaError) {
        // A link to nothing is there as well.
        guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw failure(error, "cannot remove \(path)")
        }
    }

    /// Moves a file or folder to a path where nothing is.
    static func move(_ path: String, to target: String) throws(BancadaError) {
        guard path != target else { return }
        try makeParent(of: target)
        try remove(target)
        do {
            try FileManager.default.moveItem(atPath: path, toPath: target)
        } catch {
            throw failure(error, "cannot move \(path) to \(target)")
        }
    }

    /// The last lines of a text file: at most `lines`, of at most 4 KiB together; empty when there
    /// is none.
    static func tail(_ path: String, lines: Int) -> [String] {
        // What is shown beside another error must not hide that error.
        guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)),
            let end = try? file.seekToEnd()
        else { return [] }
        defer { try? file.close() }
        let start = end > 4096 ? end - 4096 : 0
        guard (try? file.seek(toOffset: start)) != nil,
            let data = try? file.read(upToCount: 4096)
        else { return [] }
        var found = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        // The first of them may be the end of a line.
        if start > 0, found.count > 1 { found.removeFirst() }
        return Array(found.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(lines))
    }

    private static func failure(_ error: any Error, _ what: String) -> BancadaError {
        if let known = error as? BancadaError { return known }
        // Foundation's words with the system's reason in them.
        let reason = (error as NSError).localizedDescription
        return BancadaError(
            .unavailable, "\(what): \(reason)", hint: "check the disk and its permissions",
            cause: error)
    }
}
