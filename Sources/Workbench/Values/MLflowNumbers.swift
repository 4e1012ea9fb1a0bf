/// Columns of a run from before MLflow 1.0, which are tags since.
package enum OldRunFields {
    /// `tags` with those that the old columns say and that are not there, ordered by key.
    package static func tags(
        _ tags: [Tag], source: String?, version: String?, entryPoint: String?
    ) -> [Tag] {
        let old = [
            ("mlflow.source.name", source), ("mlflow.source.git.commit", version),
            ("mlflow.project.entryPoint", entryPoint),
        ]
        var all = tags
        for case (let key, let value?) in old
        where !value.isEmpty && !tags.contains(where: { $0.key == key }) {
            all.append(Tag(key: key, value: value))
        }
        return all.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension LoggedModelStatus {
    /// The status of MLflow's number for it; 0, which says nothing, is pending.
    package init(number: Int64) {
        switch number {
        case 2: self = .ready
        case 3: self = .failed
        default: self = .pending
        }
    }

    /// MLflow's number for it.
    package var number: Int64 {
        switch self {
        case .pending: 1
        case .ready: 2
        case .failed: 3
        }
    }
}

extension LoggedModelID {
    /// The logged model of `models:/m-ID`, also with a path behind it; nil for other URIs.
    package static func ofSource(_ source: String) -> LoggedModelID? {
        guard let rest = source.removingPrefix("models:/") else { return nil }
        return LoggedModelID(String(rest.split(separator: "/").first ?? ""))
    }
}
