import Components
import Documents
import Synchronization
import Workbench

/// A stage that has ended, as tables and `--json` show it.
struct StageRecord: Sendable {
    /// Its name.
    let name: String
    /// KFP's state: SUCCEEDED or FAILED.
    let state: String
    /// How long it took.
    let seconds: Double
    /// The facts it reported.
    let outputs: [JSON.Member]

    /// The facts as `name value`, for people.
    var summary: String {
        outputs.map { "\($0.name) \(Self.plain($0.value))" }.joined(separator: "  ")
    }

    private static func plain(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): Format.number(number)
        default: value.compactText
        }
    }
}

/// Times stages and shows them as they happen: on a terminal one line that is drawn again, else a
/// line for each stage that ends.
final class StageDisplay: StageObserver {
    private struct State {
        var began = ContinuousClock.now
        var records: [StageRecord] = []
    }

    private let console: Console
    private let shows: Bool
    private let state = Mutex(State())

    /// A display on `console`; with `shows` false it only keeps times.
    init(console: Console, shows: Bool) {
        self.console = console
        self.shows = shows && !console.quiet
    }

    /// The stages that have ended, in order.
    var records: [StageRecord] { state.withLock(\.records) }

    /// How long the stage `name` took; 0 if it did not run.
    func seconds(of name: String) -> Double {
        records.first { $0.name == name }?.seconds ?? 0
    }

    func began(_ name: String) {
        state.withLock { $0.began = .now }
        if shows, console.isInteractive { console.draw("  ...  \(name)") }
    }

    func ended(_ name: String, outputs: [JSON.Member]) {
        finish(name, state: "SUCCEEDED", outputs: outputs)
    }

    func failed(_ name: String) {
        finish(name, state: "FAILED", outputs: [])
    }

    private func finish(_ name: String, state outcome: String, outputs: [JSON.Member]) {
        let record = state.withLock { state in
            let seconds = (ContinuousClock.now - state.began).inSeconds
            let record = StageRecord(
                name: name, state: outcome, seconds: seconds, outputs: outputs)
            state.records.append(record)
            return record
        }
        guard shows else { return }
        let mark = outcome == "SUCCEEDED" ? "ok" : "FAILED"
        let start = console.isInteractive ? "\r\u{1B}[K" : ""
        let padded = name + String(repeating: " ", count: max(0, 9 - name.count))
        console.draw("\(start)  \(mark)  \(padded) \(Format.seconds(record.seconds))\n")
    }
}
