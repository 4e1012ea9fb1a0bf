import Synchronization
import Workbench

/// Draws one progress line on the terminal for work that takes more than a second.
///
/// `progress` is called often and from any thread, so drawing is limited to ten times a second and
/// nothing is drawn where stderr is no terminal.
final class TerminalProgress: ProgressReporter {
    private struct State {
        let began: ContinuousClock.Instant
        var drawn: ContinuousClock.Instant?
    }

    private let console: Console
    private let enabled: Bool
    private let state: Mutex<State>

    /// A progress line on `console`.
    init(console: Console) {
        self.console = console
        enabled = console.isInteractive && !console.quiet
        state = Mutex(State(began: .now))
    }

    func progress(_ label: String, done: Int, total: Int?) {
        guard enabled else { return }
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            guard now - state.began > .seconds(1) else { return false }
            if let drawn = state.drawn, now - drawn < .milliseconds(100) { return false }
            state.drawn = now
            return true
        }
        if isDue { console.draw("\r\u{1B}[K" + Self.line(label, done: done, total: total)) }
    }

    /// Removes the line, if there is one.
    func clear() {
        let wasDrawn = state.withLock { state in
            defer { state.drawn = nil }
            return state.drawn != nil
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
