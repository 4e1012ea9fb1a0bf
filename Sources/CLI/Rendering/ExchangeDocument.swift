import Components
import Workbench

/// The summary of an export or an import.
struct ExchangeDocument {
    let summary: ExchangeSummary
    /// The archive, or the source.
    let target: String

    private var kinds: [(kind: ExchangeSummary.Kind, count: ExchangeSummary.Count)] {
        ExchangeSummary.Kind.allCases.compactMap { kind in
            summary.counts[kind].map { (kind, $0) }
        }
    }

    /// What was left out or changed, a line each.
    var notes: [String] {
        summary.notes.map { note in
            "\(note.isFailure ? "failed" : "note"): \(note.subject): \(note.reason)"
        }
    }

    /// The table for people.
    func text(reads: Bool) -> String {
        var table = TextTable([
            ("kind", .left), ("read", .right), ("written", .right), ("present", .right),
            ("skipped", .right), ("failed", .right),
        ])
        for (kind, count) in kinds {
            table.add([
                kind.rawValue, String(count.read), String(count.written), String(count.present),
                String(count.skipped), String(count.failed),
            ])
        }
        let end = reads ? "imported \(target)" : "exported to \(target)"
        return ([table.text] + notes + [end]).joined(separator: "\n")
    }

    /// The document of `--json`.
    var json: JSON {
        [
            "path": .string(target),
            "counts": .object(
                kinds.map { kind, count in
                    JSON.Member(
                        kind.rawValue.replacing(" ", with: "_"),
                        [
                            "read": JSON(count.read), "written": JSON(count.written),
                            "present": JSON(count.present), "skipped": JSON(count.skipped),
                            "failed": JSON(count.failed),
                        ])
                }),
            "notes": .array(
                summary.notes.map {
                    [
                        "subject": .string($0.subject), "reason": .string($0.reason),
                        "failure": .bool($0.isFailure),
                    ]
                }),
        ]
    }
}
