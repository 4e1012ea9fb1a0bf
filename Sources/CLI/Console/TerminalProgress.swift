import Synchronization
import Workbench

/// Draws one progress line on the terminal for work that takes more than a second.
///
/// `progress` is called often and from any thread, so drawing is limited to ten times a second and
/// nothing is drawn where stderr is no terminal.
final class TerminalProgress: ProgressReporter {
    private let console: Console
    private let enabled: Bool
    private let began = ContinuousClock.now
    private let drawn = Mutex<ContinuousClock.Instant?>(nil)

    /// A progress line on `console`.
    init(console: Console) {
        self.console = console
        enabled = console.isInteractive && !console.quiet
    }

    func progress(_ label: String, done: Int, total: Int?) {
        let now = ContinuousClock.now
        guard enabled, now - began > .seconds(1) else { return }
        let isDue = drawn.withLock { drawn in
            if let last = drawn, now - last < .milliseconds(100) { return false }
            drawn = now
            return true
        }
        if isDue { console.draw("\r\u{1B}[K" + Self.line(label, done: done, total: total)) }
    }

    /// Removes the line, if there is one.
    func clear() {
        let wasDrawn = drawn.withLock { drawn in
            defer { drawn = nil }
            return drawn != nil
        }
        if wasDrawn { console.draw("\r\u{1B}[K") }
    }

    static func line(_ label: String, done: Int, total: Int?) -> String {
        guard let total, total > 0 else { return "\(label) \(done)" }
        let width = 24
        let filled = min(width, done * width / total)
        let bar =
            String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "\(label) [\(bar)] \(done)/\(total)"
    }
}
