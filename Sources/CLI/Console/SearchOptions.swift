import ArgumentParser
import Workbench

/// What a search asks for.
struct SearchOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "What must hold, such as \"metrics.accuracy > 0.9 AND params.lr = '0.1'\".",
            valueName: "filter"))
    var filter = ""

    @Option(
        help: ArgumentHelp(
            "What to order by, such as \"metrics.accuracy DESC\"; may be repeated.",
            valueName: "field"))
    var order: [String] = []

    /// The condition, for what is searched.
    func filter(for subject: SearchSubject) throws(BancadaError) -> Filter {
        try Filter(parsing: filter, for: subject)
    }

    /// The order, for what is searched.
    func order(for subject: SearchSubject) throws(BancadaError) -> [OrderKey] {
        try OrderKey.parse(order, for: subject)
    }
}

/// Tags to set and to remove.
struct TagOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Tags to set.", valueName: "key=value"))
    var tags: [String] = []

    @Option(help: ArgumentHelp("A tag to remove; may be repeated.", valueName: "key"))
    var delete: [String] = []

    func validate() throws {
        if tags.isEmpty, delete.isEmpty {
            throw ValidationError("Give at least one KEY=VALUE or --delete KEY.")
        }
    }

    /// The tags to set.
    func parsed() throws(BancadaError) -> [Tag] {
        try tags.map { text throws(BancadaError) in
            let pair = try KeyValue(parsing: text)
            return Tag(key: pair.key, value: pair.value)
        }
    }
}

extension NameSpecification {
    /// How every listing names the flag that says how many to show.
    static let limit: NameSpecification = [.customShort("n"), .customShort("l"), .long]
}
