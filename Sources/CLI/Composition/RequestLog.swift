import API
import Documents
import Foundation
import Workbench

/// The log of a server's requests, on stderr.
enum RequestLog {
    /// How a line is written.
    enum Form: String, CaseIterable {
        case json
        case text
    }

    /// Writes one line, at once and whole.
    static func write(_ request: AnsweredRequest, _ form: Form) {
        // A log that nobody can read any more must not stop the server.
        try? FileHandle.standardError.write(contentsOf: Data((line(request, form) + "\n").utf8))
    }

    /// `{"time","method","path","status","milliseconds","bytes"}`, or the same as words.
    static func line(_ request: AnsweredRequest, _ form: Form) -> String {
        let time = Format.iso(request.time)
        // To a microsecond: the rest is noise.
        let milliseconds = (request.milliseconds * 1000).rounded() / 1000
        switch form {
        case .json:
            return
                ([
                    "time": .string(time), "method": .string(request.method),
                    "path": .string(request.path), "status": JSON(request.status),
                    "milliseconds": .number(milliseconds), "bytes": JSON(request.bytes),
                ] as JSON).compactText
        case .text:
            let path = request.path.isEmpty ? "-" : plain(request.path)
            let method = request.method.isEmpty ? "-" : plain(request.method)
            return "\(time) \(method) \(path) \(request.status) \(milliseconds) ms "
                + "\(request.bytes) B"
        }
    }

    /// A text without what would move a terminal or end the line.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x21 || $0.value == 0x7F ? "?" : $0 }))
    }
}
