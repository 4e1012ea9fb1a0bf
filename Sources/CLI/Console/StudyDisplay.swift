import Components
import Documents
import Workbench

/// Shows how a study goes: a progress line on a terminal, a line for each trial with `-v`, and
/// remarks about failing trials.
struct StudyDisplay: StudyObserver {
    let console: Console
    let progress: TerminalProgress
    /// How many trials there may be.
    let trials: Int

    func began(_ study: Study, earlier: Int) {
        if earlier > 0 {
            console.note("note: study \"\(study.name)\" goes on after \(earlier) trials")
        }
    }

    func started(_ trial: Trial) {}

    func ended(_ trial: Trial, best: Trial?, finished: Int) {
        if console.verbose {
            let outcome = trial.value.map(Format.number) ?? "failed: \(trial.message ?? "")"
            progress.clear()
            console.note(
                "trial \(trial.number)  \(outcome)  \(StudyDocument.words(trial.assignment))")
        }
        let label = best?.value.map { "trials, best \(Format.number($0))" } ?? "trials"
        progress.progress(label, done: finished, total: trials)
    }
}
