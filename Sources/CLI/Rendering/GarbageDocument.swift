import Store
import Workbench

/// What was removed for good, as JSON and for people.
enum GarbageDocument {
    /// The most names of a kind that people are shown.
    private static let shown = 20

    /// `{"dry_run","runs":[{"id","name"}],..,"contents":{"count","bytes"},..,"kept":[..],"bytes"}`.
    static func json(_ report: GarbageReport, isDryRun: Bool) -> JSON {
        [
            "dry_run": .bool(isDryRun),
            "runs": entries(report.runs),
            "experiments": entries(report.experiments),
            "logged_models": entries(report.loggedModels),
            "artifacts": JSON(report.artifacts),
            "contents": amount(report.contents),
            "leftover_files": amount(report.leftovers),
            "caches": amount(report.caches),
            "folders": amount(report.folders),
            "waiting": amount(report.waiting),
            "kept": .array(
                report.kept.map {
                    [
                        "id": .string($0.id), "name": .string($0.name),
                        "reason": .string($0.reason),
                    ]
                }),
            "bytes": .integer(report.bytes),
        ]
    }

    private static func entries(_ list: [GarbageReport.Entry]) -> JSON {
        .array(list.map { ["id": .string($0.id), "name": .string($0.name)] })
    }

    private static func amount(_ amount: GarbageReport.Amount) -> JSON {
        ["count": JSON(amount.count), "bytes": .integer(amount.bytes)]
    }

    /// A line for each kind, names first.
    static func text(_ report: GarbageReport, isDryRun: Bool) -> String {
        var lines = names("run", report.runs) + names("experiment", report.experiments)
        lines += names("logged model", report.loggedModels)
        let amounts: [(String, GarbageReport.Amount)] = [
            ("unused contents", report.contents), ("leftover files", report.leftovers),
            ("stale copies", report.caches), ("folders of runs", report.folders),
        ]
        for (title, amount) in amounts where amount.count > 0 {
            lines.append(
                "\(title.padding(to: 16))\(amount.count)  \(Format.bytes(amount.bytes))")
        }
        for entry in report.kept.prefix(shown) {
            lines.append("kept            \(entry.id.prefix(8))  \(entry.name): \(entry.reason)")
        }
        if report.kept.count > shown {
            lines.append("kept            \(report.kept.count - shown) more")
        }
        if report.waiting.count > 0 {
            lines.append(
                "waiting         \(report.waiting.count) contents that may still be wanted, "
                    + "try again in an hour")
        }
        let verb = isDryRun ? "would free" : "freed"
        lines.append(
            report.isEmpty ? "nothing to remove" : "\(verb) \(Format.bytes(report.bytes))")
        return lines.joined(separator: "\n")
    }

    private static func names(_ kind: String, _ entries: [GarbageReport.Entry]) -> [String] {
        var lines = entries.prefix(shown).map {
            "\(kind.padding(to: 16))\($0.id.prefix(8))  \($0.name)"
        }
        if entries.count > shown {
            lines.append("\(kind.padding(to: 16))\(entries.count - shown) more")
        }
        return lines
    }
}
