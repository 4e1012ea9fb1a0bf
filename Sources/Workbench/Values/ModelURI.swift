/// Where a model is: `models:/NAME@ALIAS`, `models:/NAME/VERSION`, `models:/NAME/STAGE`,
/// `models:/NAME/latest`, `models:/m-ID`, `runs:/RUN/PATH`, `file:` or a plain path.
package enum ModelURI: Sendable, Equatable {
    case alias(name: String, alias: String)
    case version(name: String, version: Int)
    case stage(name: String, stage: ModelStage)
    case logged(LoggedModelID)
    case run(RunID, path: String)
    case path(String)

    /// The place that `text` names.
    ///
    /// - Throws: `invalidInput` when a `models:` or `runs:` URI is malformed.
    package init(parsing text: String) throws(BancadaError) {
        if let rest = text.removingPrefix("models:/") {
            self = try Self.parseModels(rest, text: text)
        } else if let rest = text.removingPrefix("runs:/") {
            self = try Self.parseRuns(rest, text: text)
        } else if let rest = text.removingPrefix("file:") {
            self = .path(rest.removingPrefix("//") ?? rest)
        } else if text.isEmpty {
            throw BancadaError(.invalidInput, "empty model URI", hint: Self.hint)
        } else {
            self = .path(text)
        }
    }

    private static let hint =
        "write models:/NAME@ALIAS, models:/NAME/VERSION, runs:/RUN/PATH or a folder's path"

    private static func parseModels(
        _ rest: String, text: String
    ) throws(BancadaError) -> ModelURI {
        if let id = LoggedModelID(rest) { return .logged(id) }
        if let at = rest.lastIndex(of: "@"), at != rest.startIndex {
            let alias = String(rest[rest.index(after: at)...])
            if !alias.isEmpty { return .alias(name: String(rest[..<at]), alias: alias) }
        } else if let slash = rest.lastIndex(of: "/"), slash != rest.startIndex {
            let name = String(rest[..<slash])
            let last = String(rest[rest.index(after: slash)...])
            if let number = Int(last), number > 0 { return .version(name: name, version: number) }
            if last.lowercased() == TrackingRules.latestAlias {
                return .alias(name: name, alias: TrackingRules.latestAlias)
            }
            if let stage = ModelStage.allCases.first(where: {
                $0.rawValue.lowercased() == last.lowercased()
            }) {
                return .stage(name: name, stage: stage)
            }
        }
        throw BancadaError(
            .invalidInput, "model URI \"\(text)\" names neither a version nor an alias",
            hint: rest.isEmpty || rest.contains("/") || rest.contains("@")
                ? hint
                : "write models:/\(rest)/VERSION, models:/\(rest)@ALIAS or models:/\(rest)/latest")
    }

    private static func parseRuns(_ rest: String, text: String) throws(BancadaError) -> ModelURI {
        let parts = rest.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let run = RunID(String(parts[0])) else {
            throw BancadaError(
                .invalidInput,
                "model URI \"\(text)\" is not runs:/RUN/PATH with a run of 32 hexadecimal digits",
                hint: hint)
        }
        return .run(run, path: String(parts[1]))
    }
}

extension String {
    /// The rest of the text after `prefix`; nil when it does not start with it.
    package func removingPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

extension ModelURI: CustomStringConvertible {
    package var description: String {
        switch self {
        case .alias(let name, let alias): "models:/\(name)@\(alias)"
        case .version(let name, let version): "models:/\(name)/\(version)"
        case .stage(let name, let stage): "models:/\(name)/\(stage.rawValue)"
        case .logged(let model): "models:/\(model.text)"
        case .run(let run, let path): "runs:/\(run.text)/\(path)"
        case .path(let path): path
        }
    }
}
