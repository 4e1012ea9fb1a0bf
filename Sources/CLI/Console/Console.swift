import Documents
import Foundation
import Workbench

/// Where the command line writes: the result to stdout, everything else to stderr.
struct Console: Sendable {
    /// Whether progress and notes are left out.
    let quiet: Bool
    /// Whether causes of errors and details are shown.
    let verbose: Bool

    /// Whether stderr is a terminal that understands cursor movements.
    var isInteractive: Bool {
        isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether text on stdout may carry colour.
    var hasColour: Bool {
        isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    /// A line of the result.
    func print(_ text: String) {
        write(Array((text + "\n").utf8), to: .standardOutput)
    }

    /// Bytes of the result.
    func print(bytes: [UInt8]) {
        write(bytes, to: .standardOutput)
    }

    /// The one document of `--json`.
    func print(_ json: JSON) {
        write(Array(json.prettyText.utf8), to: .standardOutput)
    }

    /// A line of progress or a remark, on stderr unless quiet.
    func note(_ text: String) {
        if !quiet { write(Array((text + "\n").utf8), to: .standardError) }
    }

    /// A warning, on stderr also when quiet.
    func warn(_ text: String) {
        write(Array("warning: \(text)\n".utf8), to: .standardError)
    }

    /// Terminal control and partial lines, on stderr unless quiet.
    func draw(_ text: String) {
        if !quiet { write(Array(text.utf8), to: .standardError) }
    }

    /// An error with its hint; with `-v` also what lies beneath it.
    func report(_ error: BancadaError) {
        write("error: " + error.message, hint: error.hint)
        if verbose, let cause = error.cause {
            write(Array("cause: \(cause)\n".utf8), to: .standardError)
        }
    }

    /// An error's text and a hint below it, on stderr.
    func write(_ message: String, hint: String?) {
        let tail = hint.map { "\nhint: \($0)" } ?? ""
        write(Array((message + tail + "\n").utf8), to: .standardError)
    }

    private func write(_ bytes: [UInt8], to file: FileHandle) {
        do {
            try file.write(contentsOf: Data(bytes))
        } catch {
            let isResult = file === FileHandle.standardOutput
            // A reader that went away (`| head`) is no error of ours; a message that cannot be
            // told leaves nobody to tell.
            guard isResult, !Self.isClosedPipe(error) else { return }
            write("error: cannot write the result to stdout", hint: "check the free space")
            exit(ExitStatus.unavailable.rawValue)
        }
    }

    private static func isClosedPipe(_ error: any Error) -> Bool {
        let cause =
            (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return cause.domain == NSPOSIXErrorDomain && cause.code == Int(EPIPE)
    }
}
