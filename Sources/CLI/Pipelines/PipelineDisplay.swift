import Components
import Synchronization
import Workbench

/// Shows a pipeline run as it happens: on a terminal a line for every task that ended and below them
/// one for each that runs, drawn again ten times a second; elsewhere plain lines.
final class PipelineDisplay: PipelineObserver {
    private struct Running {
        let path: String
        let component: String
        let began: ContinuousClock.Instant
    }

    private struct State {
        var running: [Running] = []
        var drawnLines = 0
        var ended = 0
        var cached = 0
    }

    private let console: Console
    private let isLive: Bool
    private let state = Mutex(State())

    /// A display on `console`.
    init(console: Console) {
        self.console = console
        isLive = console.isInteractive && !console.quiet
    }

    func began(_ path: String, component: String, attempt: Int) {
        let name = attempt > 1 ? "\(path) (attempt \(attempt))" : path
        state.withLock {
            $0.running.append(Running(path: path, component: component, began: .now))
        }
        if !isLive { console.note("  start      \(name)  \(component)") }
    }

    func ended(_ task: TaskReport) {
        state.withLock { state in
            state.running.removeAll { $0.path == task.path }
            state.ended += 1
            if task.isCached { state.cached += 1 }
        }
        guard !task.isComposite else { return }
        show(Self.line(task))
    }

    func willRetry(_ path: String, message: String, pause: Duration) {
        state.withLock { state in state.running.removeAll { $0.path == path } }
        let seconds = Format.seconds(pause.inSeconds)
        show("  retry      \(path)  in \(seconds): \(PipelineDocument.brief(message))")
    }

    /// Draws the running tasks again and again until it is cancelled.
    func refresh() async {
        guard isLive else { return }
        while !Task.isCancelled {
            draw(above: nil)
            // Ends early when the run has ended.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Removes what is drawn of running tasks.
    func clear() {
        state.withLock { state in
            guard state.drawnLines > 0 else { return }
            console.draw(Self.erase(state.drawnLines))
            state.drawnLines = 0
        }
    }

    private func show(_ line: String) {
        if isLive { draw(above: line) } else { console.note(line) }
    }

    /// Writes a line that stays, and the running tasks below it.
    private func draw(above line: String?) {
        state.withLock { state in
            var text = Self.erase(state.drawnLines)
            if let line { text += line + "\n" }
            let now = ContinuousClock.now
            for task in state.running.prefix(16) {
                let seconds = Format.seconds((now - task.began).inSeconds)
                text += "  running    \(task.path)  \(task.component)  \(seconds)\n"
            }
            state.drawnLines = min(16, state.running.count)
            if !text.isEmpty { console.draw(text) }
        }
    }

    private static func erase(_ lines: Int) -> String {
        lines == 0 ? "" : "\u{1B}[\(lines)A\u{1B}[J"
    }

    private static func line(_ task: TaskReport) -> String {
        let word =
            switch task.state {
            case .succeeded: task.isCached ? "cached" : "ok"
            case .failed: "FAILED"
            case .cancelled: "cancelled"
            case .skipped: "skipped"
            case .notTriggered: "not run"
            case .pending, .running: "running"
            }
        var line = "  " + word + String(repeating: " ", count: max(1, 11 - word.count)) + task.path
        if task.seconds > 0 { line += "  " + Format.seconds(task.seconds) }
        if let message = task.message { line += "  " + PipelineDocument.brief(message) }
        return line
    }
}
