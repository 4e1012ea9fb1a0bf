import Workbench

/// The limits of listings.
enum Limits {
    /// The most runs, experiments or points of a page.
    static let page = 50_000
    /// The most registered models of a page.
    static let models = 1000
    /// The most versions of registered models of a page.
    static let versions = 200_000

    /// - Throws: `invalidInput` for a limit outside 1...`most`.
    static func check(_ limit: Int, atMost most: Int) throws(BancadaError) {
        guard (1...most).contains(limit) else {
            throw BancadaError(
                .invalidInput, "a page of \(limit) rows, expected 1 to \(most)",
                hint: "ask for 1 to \(most) rows at a time")
        }
    }
}

extension Page {
    /// A page of at most `limit` of `rows`, of which there is one more where the listing goes on
    /// after the row that `key` is asked for.
    init(_ rows: [Element], limit: Int, key: (Element) -> PageKey) {
        guard rows.count > limit else {
            self.init(items: rows, next: nil)
            return
        }
        let items = Array(rows.prefix(limit))
        self.init(items: items, next: items.last.map { key($0).token })
    }
}

extension PageKey {
    /// A token with a valid checksum and the wrong fields.
    static var misread: BancadaError {
        BancadaError(
            .invalidInput, "the page token does not continue this list",
            hint: "start the listing again without a token")
    }
}

extension ViewType {
    /// The lifecycle stages that a listing shows.
    var stages: [LifecycleStage] {
        switch self {
        case .activeOnly: [.active]
        case .deletedOnly: [.deleted]
        case .all: [.active, .deleted]
        }
    }
}
