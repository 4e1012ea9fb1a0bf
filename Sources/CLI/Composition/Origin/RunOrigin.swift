import Documents
import Foundation
import LinearAlgebra
import Workbench

/// What a run is started from, as tags: MLflow's names where it has one.
enum RunOrigin {
    /// The tags of a run whose code is in `folder`, by default the current one.
    static func tags(folder: String?) -> [Tag] {
        var tags = [
            Tag(
                key: "bancada.command",
                value: CommandText.of(CommandLine.arguments)),
            Tag(key: "bancada.environment", value: environment),
        ]
        let start = folder ?? FileManager.default.currentDirectoryPath
        guard let checkout = GitCheckout(above: start), let commit = checkout.commit else {
            return tags
        }
        tags.append(Tag(key: "mlflow.source.git.commit", value: commit))
        if let branch = checkout.branch {
            tags.append(Tag(key: "mlflow.source.git.branch", value: branch))
        }
        return tags
    }

    /// What everything here is executed with, as JSON; looked at once.
    private static let environment: String = {
        let machine = ProcessInfo.processInfo
        let facts: JSON = [
            "bancada": .string(BuildInfo.version), "swift": .string(BuildInfo.swift),
            "platform": .string(BuildInfo.platform),
            "system": .string(machine.operatingSystemVersionString),
            "processor": JSON(processor), "processors": JSON(machine.activeProcessorCount),
            "memory_bytes": .integer(Int64(clamping: machine.physicalMemory)),
            "blas": .string(BLAS.libraryName.trimmingCharacters(in: .whitespaces)),
        ]
        return facts.compactText
    }()

    /// The processor's name, where the system tells it.
    private static var processor: String? {
        // Where there is no such file, nothing is told.
        guard let file = FileHandle(forReadingAtPath: "/proc/cpuinfo"),
            let start = try? file.read(upToCount: 4096)
        else { return nil }
        let line = String(decoding: start, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("model name") }
        guard let line, let colon = line.firstIndex(of: ":") else { return nil }
        return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
}
