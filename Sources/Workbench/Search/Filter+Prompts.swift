/// MLflow keeps prompts as registered models with a mark; searches of the registry hide them.
extension SearchField {
    /// The mark of a prompt.
    package static let promptMark = SearchField(.tag, "mlflow.prompt.is_prompt")
}

extension Sequence<Tag> {
    /// Whether they mark a prompt.
    package var markPrompt: Bool {
        contains { $0.key == SearchField.promptMark.key && $0.value.lowercased() == "true" }
    }
}

extension RegisteredModel {
    /// Whether it is a prompt, which has no files to serve.
    package var isPrompt: Bool { tags.markPrompt }
}

extension Filter {
    /// The condition without prompts, unless one of its clauses is about their mark.
    package var hidingPrompts: Filter {
        if clauses.contains(where: { $0.field == .promptMark }) { return self }
        let clause = Clause(.promptMark, .text(.notEqual, "true"), acceptsMissing: true)
        return Filter(clauses + [clause])
    }
}
