import Foundation
import Workbench

/// Numbers, times and sizes as people read them.
enum Format {
    /// A measurement with four significant decimals, without an exponent where it can be helped.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == value.rounded(), abs(value) < 1e12 { return String(Int64(value)) }
        let size = abs(value)
        if size >= 1e6 || size < 1e-4 { return String(format: "%.4g", value) }
        return String(format: size >= 1000 ? "%.1f" : "%.4f", value)
    }

    /// A path as it can be written here: relative to the current folder where it is below it.
    static func path(_ path: String) -> String {
        let folder = FileManager.default.currentDirectoryPath
        guard folder != "/", path.hasPrefix(folder + "/") else { return path }
        return String(path.dropFirst(folder.count + 1))
    }

    /// A duration in seconds or milliseconds.
    static func seconds(_ value: Double) -> String {
        value < 0.9995
            ? String(format: "%.1f ms", value * 1000) : String(format: "%.2f s", value)
    }

    /// A size in bytes, kB, MB or GB.
    static func bytes(_ value: Int64) -> String {
        switch value {
        case ..<1000: "\(value) B"
        case ..<1_000_000: String(format: "%.1f kB", Double(value) / 1e3)
        case ..<1_000_000_000: String(format: "%.1f MB", Double(value) / 1e6)
        default: String(format: "%.2f GB", Double(value) / 1e9)
        }
    }

    /// A moment in local time, to the second.
    static func time(_ moment: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        let seconds = Double(moment.milliseconds) / 1000
        return formatter.string(from: Date(timeIntervalSince1970: seconds))
    }

    /// A moment in UTC as ISO 8601, for JSON.
    static func iso(_ moment: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
