import Foundation
import Workbench

/// Passes what a plugin says on to the execution it works for: progress to the reporter, remarks,
/// measurements and stderr to the log. An actor: it owns the log's file.
actor ExecutionObserver: PluginObserver {
    /// How many bytes one execution may add to its log.
    static let logLimit = 16 << 20

    private let context: ExecutionContext
    private let label: String
    private var written = 0
    private var latest: [(key: String, value: Double)] = []

    /// An observer for `context`; progress is reported as `label`.
    init(_ context: ExecutionContext, label: String) {
        self.context = context
        self.label = label
    }

    /// The last value of each measurement, in the order of their first.
    var metrics: [(key: String, value: Double)] { latest }

    func progress(done: Int, total: Int?) {
        context.progress.progress(label, done: done, total: total)
    }

    func metric(_ metric: PluginMetric) {
        if let place = latest.firstIndex(where: { $0.key == metric.key }) {
            latest[place].value = metric.value
        } else {
            latest.append((metric.key, metric.value))
        }
        append("\(metric.key)=\(metric.value) step=\(metric.step)")
    }

    func log(_ level: PluginLog.Level?, _ message: String) {
        append(level.map { "\($0.rawValue): \(message)" } ?? message)
    }

    private func append(_ line: String) {
        guard written <= Self.logLimit else { return }
        var bytes = Data((line + "\n").utf8)
        written += bytes.count
        if written > Self.logLimit {
            bytes = Data(
                "[more than \(Self.logLimit >> 20) MiB of log: the rest is left out]\n".utf8)
        }
        let path = context.logPath
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        // A log that cannot be written must not fail the work it tells of.
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        defer { try? file.close() }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: bytes)
    }
}

extension PluginCallContext {
    /// The surroundings of a request that works for `context`.
    init(_ context: ExecutionContext, observer: any PluginObserver) {
        self.init(
            limit: context.timeout, cancellation: context.cancellation, observer: observer)
        isCallersLimit = context.timeout != nil
    }
}

extension PluginHost {
    /// A failure that an adapter found in what the plugin did.
    nonisolated func fault(_ what: String) -> BancadaError {
        BancadaError(
            .pluginFailed, "plugin \"\(manifest.name)\" failed in \(what)",
            hint: "check it with 'bancada plugins check \(manifest.folder)'")
    }
}
