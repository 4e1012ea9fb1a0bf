import Documents
import Tabular
import Workbench

/// Datasets and their columns as JSON and as tables.
enum DatasetDocument {
    /// A dataset version.
    static func members(_ dataset: DatasetVersion) -> [JSON.Member] {
        [
            .init("name", .string(dataset.name)), .init("version", JSON(dataset.version)),
            .init("uri", .string(dataset.uri)), .init("rows", JSON(dataset.rows)),
            .init("columns", JSON(dataset.columns)),
            .init("digest", .string(dataset.artifact.content.digest.hex)),
            .init("source", .string(dataset.source)),
            .init("creation_time", .integer(dataset.creationTime.milliseconds)),
        ]
    }

    /// What a column looks like.
    static func column(_ summary: ColumnSummary) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(summary.name)), .init("type", .string(summary.type.rawValue)),
            .init("count", JSON(summary.count)), .init("missing", JSON(summary.missing)),
            .init("distinct", JSON(summary.distinct)),
        ]
        if let numbers = summary.numbers {
            members += [
                .init("mean", .number(numbers.mean)),
                .init("std", .number(numbers.standardDeviation)),
                .init("min", .number(numbers.minimum)),
                .init("p25", .number(numbers.lowerQuartile)),
                .init("median", .number(numbers.median)),
                .init("p75", .number(numbers.upperQuartile)),
                .init("max", .number(numbers.maximum)),
            ]
        } else {
            let top = summary.top.map { JSON.Member($0.value, JSON($0.count)) }
            members.append(.init("top", .object(top)))
        }
        return .object(members)
    }

    /// The columns for people.
    static func table(_ summaries: [ColumnSummary]) -> TextTable {
        var table = TextTable([
            ("column", .left), ("type", .left), ("missing", .right), ("distinct", .right),
            ("mean", .right), ("std", .right), ("min", .right), ("median", .right),
            ("max", .right), ("most frequent", .left),
        ])
        for summary in summaries {
            var cells = [
                summary.name, summary.type.rawValue, String(summary.missing),
                String(summary.distinct),
            ]
            if let numbers = summary.numbers {
                cells += [
                    numbers.mean, numbers.standardDeviation, numbers.minimum, numbers.median,
                    numbers.maximum,
                ].map(Format.number)
            } else {
                let top = summary.top.prefix(3).map { "\($0.value) (\($0.count))" }
                cells += ["", "", "", "", "", top.joined(separator: ", ")]
            }
            table.add(cells)
        }
        return table
    }
}
