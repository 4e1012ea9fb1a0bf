import ArgumentParser
import Workbench

/// What a command searches.
protocol Searched {
    /// Its fields.
    static var subject: SearchSubject { get }
}

/// Runs are searched.
enum SearchedRuns: Searched {
    static var subject: SearchSubject { .runs }
}

/// Experiments are searched.
enum SearchedExperiments: Searched {
    static var subject: SearchSubject { .experiments }
}

/// Registered models are searched.
enum SearchedModels: Searched {
    static var subject: SearchSubject { .registeredModels }
}

/// Model versions are searched.
enum SearchedVersions: Searched {
    static var subject: SearchSubject { .modelVersions }
}

/// What a search asks for.
struct SearchOptions<What: Searched>: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "What must hold, such as \(What.subject.example).", valueName: "filter"))
    var filter = ""

    @Option(
        help: ArgumentHelp(
            "What to order by, such as \"\(What.subject.orderExample)\"; may be repeated.",
            valueName: "field"))
    var order: [String] = []

    /// The condition.
    func parsedFilter() throws(BancadaError) -> Filter {
        try Filter(parsing: filter, for: What.subject)
    }

    /// The order.
    func parsedOrder() throws(BancadaError) -> [OrderKey] {
        try OrderKey.parse(order, for: What.subject)
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
