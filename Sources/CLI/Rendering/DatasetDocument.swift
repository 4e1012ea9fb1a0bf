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
