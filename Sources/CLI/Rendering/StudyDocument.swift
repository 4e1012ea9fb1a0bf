import Components
import Documents
import Tuning
import Workbench

/// What `bancada tune` and `bancada studies` print.
enum StudyDocument {
    /// The document of `tune --json`: its fields are a contract.
    static func result(_ result: StudyResult, seconds: Double) -> JSON {
        [
            "study": .string(result.study.name), "trials": JSON(result.completed),
            "failed": JSON(result.failed), "metric": .string(result.study.objective.metric),
            "goal": .string(result.study.objective.goal.rawValue),
            "best": best(result.best), "end": .string(result.end.rawValue),
            "run_id": .string(result.study.run.text), "seconds": .number(seconds),
        ]
    }

    /// The same for people.
    static func text(_ result: StudyResult, seconds: Double) -> String {
        var lines = [
            "study     \(result.study.name)",
            "run       \(result.study.run.text)",
            "trials    \(counts(result.completed, result.failed)), "
                + "\(words(of: result.end)) in \(Format.seconds(seconds))",
        ]
        lines += leaders(result.trials, result.study.objective)
        return lines.joined(separator: "\n")
    }

    /// The document of `studies list --json`.
    static func list(_ studies: [Study]) -> JSON {
        ["studies": .array(studies.map { .object(summary($0)) })]
    }

    /// The document of `studies show --json`.
    static func whole(_ study: Study, trials: [Trial]) -> JSON {
        var members = summary(study)
        members.append(
            .init("best", best(StudyRanking.best(of: trials, goal: study.objective.goal))))
        // A specification of another version stays text.
        let specification = try? JSONParser.parse(
            Array(study.specification.utf8), document: "specification"
        ).json
        members.append(.init("specification", specification ?? .string(study.specification)))
        members.append(.init("all", .array(trials.map(whole))))
        return .object(members)
    }

    /// `studies show` for people.
    static func text(_ study: Study, trials: [Trial]) -> String {
        let objective = study.objective
        var lines = [
            "study     \(study.name)", "state     \(study.state.rawValue)",
            "run       \(study.run.text)", "made      \(Format.time(study.creationTime))",
            "searches  \(objective.goal.rawValue) \(objective.metric)"
                + (objective.target.map { ", target \(Format.number($0))" } ?? ""),
            "trials    \(counts(study.completed, study.failed))",
        ]
        lines += leaders(trials, objective)
        let failed = trials.filter { $0.state == .failed }
        if !failed.isEmpty {
            lines += ["", "failed trials:"]
            lines += failed.prefix(10).map { "  \($0.number)  \($0.message ?? "")" }
            if failed.count > 10 { lines.append("  and \(failed.count - 10) more") }
        }
        return lines.joined(separator: "\n")
    }

    /// The table of `studies list`.
    static func table(_ studies: [Study]) -> TextTable {
        var table = TextTable([
            ("study", .left), ("state", .left), ("searches", .left), ("complete", .right),
            ("failed", .right), ("made", .left),
        ])
        for study in studies {
            table.add([
                study.name, study.state.rawValue,
                "\(study.objective.goal.rawValue) \(study.objective.metric)",
                String(study.completed), String(study.failed), Format.time(study.creationTime),
            ])
        }
        return table
    }

    /// An assignment on one line.
    static func words(_ assignment: Assignment) -> String {
        assignment.values.map { "\($0.name)=\(word($0.value))" }.joined(separator: " ")
    }

    private static func word(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): Format.number(number)
        default: value.compactText
        }
    }

    /// The best trials, and the parameters of the best one with all their digits.
    private static func leaders(_ trials: [Trial], _ objective: StudyObjective) -> [String] {
        let ranked = StudyRanking.ranked(trials, goal: objective.goal)
        guard let best = ranked.first, let value = best.value else { return [] }
        var lines = [
            "best      \(objective.metric) \(Format.number(value)) in trial \(best.number)", "",
        ]
        for member in best.assignment.values {
            let text = member.value.compactText
            lines.append("  \(member.name) = \(text)")
        }
        guard ranked.count > 1 else { return lines }
        var table = TextTable([
            ("trial", .right), (objective.metric, .right), ("parameters", .left),
        ])
        for trial in ranked.prefix(10) {
            table.add([
                String(trial.number), Format.number(trial.value ?? .nan),
                words(trial.assignment),
            ])
        }
        return lines + ["", table.text]
    }

    private static func counts(_ completed: Int, _ failed: Int) -> String {
        "\(completed) complete" + (failed > 0 ? ", \(failed) failed" : "")
    }

    private static func words(of end: StudyStateMachine.End) -> String {
        switch end {
        case .trials: "all done"
        case .target: "target reached"
        case .failures: "too many failed"
        case .timeBudget: "time was up"
        case .cancelled: "stopped"
        }
    }

    private static func best(_ trial: Trial?) -> JSON {
        guard let trial, let value = trial.value else { return .null }
        return [
            "trial": JSON(trial.number), "value": .number(value),
            "params": trial.assignment.json,
        ]
    }

    private static func summary(_ study: Study) -> [JSON.Member] {
        [
            .init("study", .string(study.name)), .init("state", .string(study.state.rawValue)),
            .init("metric", .string(study.objective.metric)),
            .init("goal", .string(study.objective.goal.rawValue)),
            .init("target", study.objective.target.map(JSON.number) ?? .null),
            .init("run_id", .string(study.run.text)),
            .init("created", .string(Format.iso(study.creationTime))),
            .init("trials", JSON(study.completed)), .init("failed", JSON(study.failed)),
        ]
    }

    private static func whole(_ trial: Trial) -> JSON {
        [
            "trial": JSON(trial.number), "state": .string(trial.state.rawValue),
            "value": trial.value.map(JSON.number) ?? .null, "params": trial.assignment.json,
            "metrics": .object(trial.metrics), "message": JSON(trial.message),
            "run_id": JSON(trial.run?.text), "started": .string(Format.iso(trial.startTime)),
            "ended": JSON(trial.endTime.map(Format.iso)),
        ]
    }
}
