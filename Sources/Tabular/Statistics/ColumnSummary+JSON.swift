import Documents
package import Workbench

extension ColumnSummary {
    /// The summary as a JSON object; what is not a number is null.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("type", .string(type.rawValue)),
            .init("count", JSON(count)), .init("missing", JSON(missing)),
            .init("distinct", JSON(distinct)),
        ]
        if let numbers {
            for (key, value) in [
                ("mean", numbers.mean), ("std", numbers.standardDeviation),
                ("min", numbers.minimum), ("p25", numbers.lowerQuartile),
                ("p50", numbers.median), ("p75", numbers.upperQuartile),
                ("max", numbers.maximum),
            ] {
                members.append(.init(key, value.isNaN ? .null : .number(value)))
            }
        }
        if !top.isEmpty {
            members.append(
                .init(
                    "top",
                    .array(top.map { ["value": .string($0.value), "count": JSON($0.count)] })))
        }
        return .object(members)
    }
}
