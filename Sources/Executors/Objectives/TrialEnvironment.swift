import Documents
import Workbench

/// The variables of programs that evaluate trials.
enum TrialEnvironment {
    /// The inherited variables, and over them what is known of the study and the trial:
    /// `BANCADA_STUDY`, `BANCADA_TRIAL`, `TRIAL_NUMBER`, `BANCADA_PARAMETERS` (a JSON object),
    /// `PARAM_<NAME>` for each active parameter, `BANCADA_METRICS_FILE`, `BANCADA_SEED`.
    static func of(
        _ assignment: Assignment, context: TrialContext, study: String, metricsFile: String,
        inherited: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        var variables = base(study: study, inherited: inherited)
        variables += context.execution.environment
        variables += [
            ("BANCADA_TRIAL", String(context.number)), ("TRIAL_NUMBER", String(context.number)),
            ("BANCADA_PARAMETERS", assignment.json.compactText),
            ("BANCADA_METRICS_FILE", metricsFile),
            ("BANCADA_SEED", String(context.execution.seed)),
        ]
        for member in assignment.values {
            variables.append((variable(member.name), member.value.word))
        }
        return variables
    }

    /// What does not depend on the trial.
    static func base(
        study: String, inherited: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        // Python keeps lines back where it prints to a pipe; whoever sets it otherwise means it.
        let unbuffered = inherited.contains { $0.name == "PYTHONUNBUFFERED" }
        return (unbuffered ? [] : [("PYTHONUNBUFFERED", "1")]) + inherited
            + [("BANCADA_STUDY", study)]
    }

    private static func variable(_ name: String) -> String {
        let letters = name.unicodeScalars.map { scalar -> Character in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic
                    || ("0"..."9").contains(Character(scalar)))
            return isPlain ? Character(scalar) : "_"
        }
        return "PARAM_" + String(letters).uppercased()
    }
}

extension JSON {
    /// Texts as they are, everything else as JSON.
    var word: String {
        if case .string(let text) = self { return text }
        return compactText
    }
}
