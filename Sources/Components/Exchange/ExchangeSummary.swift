import Synchronization
import Workbench

/// What an export or an import came to.
package struct ExchangeSummary: Sendable {
    /// What there is to count, in the order in which it is shown.
    package enum Kind: String, Sendable, CaseIterable {
        case experiments
        case runs
        case metrics = "metric points"
        case artifacts = "artifact files"
        case loggedModels = "logged models"
        case links = "model links"
        case traces
        case models = "registered models"
        case versions = "model versions"
    }

    /// What became of the things of one kind.
    package struct Count: Sendable, Equatable {
        /// Those that were there.
        package var read = 0
        /// Those that were written.
        package var written = 0
        /// Those that were here already, equal.
        package var present = 0
        /// Those that were left out, each with a note.
        package var skipped = 0
        /// Those that could not be taken in, each with a note.
        package var failed = 0
    }

    /// Why something was not written, or not as it was.
    package struct Note: Sendable {
        /// What it is, in words: a kind and a name.
        package let subject: String
        /// Why.
        package let reason: String
        /// Whether it counts as a failure.
        package let isFailure: Bool
    }

    /// The counts of each kind.
    package var counts: [Kind: Count] = [:]
    /// What was not written, by name.
    package var notes: [Note] = []

    /// Nothing yet.
    package init() {}

    /// Whether something could not be taken in.
    package var hasFailures: Bool { notes.contains(where: \.isFailure) }
}

/// Collects a summary from many tasks.
final class ExchangeTally: Sendable {
    private let state = Mutex(ExchangeSummary())
    /// Files that several things name, as bytes of their paths.
    private let seen = Mutex<Set<[UInt8]>>([])

    /// Changes the count of a kind.
    func add(
        _ kind: ExchangeSummary.Kind,
        _ part: any WritableKeyPath<ExchangeSummary.Count, Int> & Sendable, _ number: Int = 1
    ) {
        state.withLock { $0.counts[kind, default: .init()][keyPath: part] += number }
    }

    /// Says why something was left out, or changed on the way.
    func note(_ subject: String, _ reason: String, isFailure: Bool = false) {
        state.withLock {
            $0.notes.append(.init(subject: subject, reason: reason, isFailure: isFailure))
        }
    }

    /// Counts an artifact file that several things may name, the first time.
    func addOnce(
        _ path: String,
        _ part: any WritableKeyPath<ExchangeSummary.Count, Int> & Sendable
    ) {
        guard seen.withLock({ $0.insert(Array(path.utf8)).inserted }) else { return }
        add(.artifacts, \.read)
        add(.artifacts, part)
    }

    /// Says what could not be taken in.
    func fail(_ kind: ExchangeSummary.Kind, _ subject: String, _ error: BancadaError) {
        add(kind, \.failed)
        note(subject, error.message, isFailure: true)
    }

    /// Says what was left out.
    func skip(_ kind: ExchangeSummary.Kind, _ subject: String, _ reason: String) {
        add(kind, \.skipped)
        note(subject, reason)
    }

    /// What came together, notes in the order of their text.
    var summary: ExchangeSummary {
        var summary = state.withLock { $0 }
        summary.notes.sort { ($0.subject, $0.reason) < ($1.subject, $1.reason) }
        return summary
    }
}
