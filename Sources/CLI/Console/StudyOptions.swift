import ArgumentParser
import Components
import Documents
import Training
import Tuning
import Workbench

/// What to search and for how long, over what a study file says.
struct StudyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The sampler: \(SamplerCatalogue.names.joined(separator: ", ")) or a plugin's; "
                + "default: tpe.",
            valueName: "name"))
    var sampler: String?

    @Option(
        parsing: .unconditional,
        help: "How many trials, failed ones included; default: 100.")
    var trials: Int?

    @Option(parsing: .unconditional, help: "How many trials run at once; default: 1.")
    var parallel: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "After this time no trial is started, such as 90s or 1h30m.", valueName: "time"))
    var timeBudget: String?

    @Flag(
        name: .customLong("async"),
        help: "Start a trial as soon as a place is free; the study then does not repeat.")
    var isAsynchronous = false

    @Option(
        parsing: .unconditional,
        help: "What everything random is made from, 0 or greater; default: 0.")
    var seed: UInt64?

    @Option(help: "The study's name; default: the file's, or data, target and algorithm.")
    var name: String?

    @Option(help: "The experiment that the runs belong to; made where there is none.")
    var experiment: String?

    /// Puts what the flags say over a specification.
    ///
    /// - Throws: `invalidInput` for numbers out of range. Names of samplers are looked at later:
    ///   plugins have some.
    func apply(to study: inout StudySpecification) throws(BancadaError) {
        if let sampler {
            if sampler != study.sampler.name { study.sampler.settings = [] }
            study.sampler.name = sampler
            study.sampler.place = ""
            if SamplerCatalogue.names.contains(sampler) {
                _ = try SamplerCatalogue.sampler(named: sampler, settings: study.sampler.settings)
            }
        }
        if let seed { study.sampler.seed = seed }
        if let trials {
            study.trials = try Self.checked(
                trials, "--trials", 1...StudySpecification.maximumTrials)
        }
        if let parallel {
            study.parallel = try Self.checked(
                parallel, "--parallel", 1...StudySpecification.maximumParallel)
        }
        if let timeBudget {
            guard let budget = DurationText.duration(timeBudget), budget > .zero else {
                throw BancadaError(
                    .invalidInput, "--time-budget is \"\(timeBudget)\", expected a length of time",
                    hint: "write it like 90s, 10m or 1h30m")
            }
            study.timeBudget = budget
        }
        if isAsynchronous { study.isAsynchronous = true }
        if let name { study.name = name }
    }

    private static func checked(
        _ value: Int, _ flag: String, _ range: ClosedRange<Int>
    ) throws(BancadaError) -> Int {
        guard range.contains(value) else {
            throw BancadaError(
                .invalidInput,
                "\(flag) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

/// A training to search the settings of, without a study file.
struct SearchedTraining: ParsableArguments {
    @Option(help: "Search settings for this CSV file or dataset:NAME, instead of a study file.")
    var data: String?

    @Option(help: ArgumentHelp("The column to learn.", valueName: "column"))
    var target: String?

    @Option(
        help: ArgumentHelp(
            "One algorithm, or several to choose from: A,B; default: what the target asks for.",
            valueName: "algorithm"))
    var algorithm: String?

    @Option(help: "classification or regression; default: what the target's type says.")
    var task: String?

    @Option(parsing: .unconditional, help: "Folds of the cross-validation; default: 5.")
    var folds: Int?

    @Option(
        help: "The metric to search the best value of; default: accuracy, or rmse of a regression.")
    var metric: String?

    /// The study that the flags describe; nil without `--data`.
    ///
    /// - Throws: `invalidInput` where the target is missing.
    func study(folder: String) throws(BancadaError) -> StudySpecification? {
        guard let data else { return nil }
        guard let target else {
            throw BancadaError(
                .invalidInput, "--data needs --target", hint: "name the column to learn")
        }
        let reference = try DataReference(parsing: data)
        let algorithms = algorithm?.split(separator: ",").map(String.init) ?? []
        let folds = folds ?? StudySpecification.Training.standardFolds
        guard (2...1000).contains(folds) else {
            throw BancadaError(.invalidInput, "--folds is \(folds), expected 2 to 1000")
        }
        let words = [reference.stem, target] + algorithms
        return StudySpecification(
            name: words.joined(separator: "-"),
            objective: metric.map {
                StudyObjective(metric: $0, goal: TrainObjective.goal(of: $0))
            }, space: nil,
            evaluation: .train(
                .init(
                    data: data, target: target, algorithms: algorithms, folds: folds, task: task)))
    }

    /// The flags that were given, for messages.
    var given: [String] {
        var names: [String] = []
        if data != nil { names.append("--data") }
        if target != nil { names.append("--target") }
        if algorithm != nil { names.append("--algorithm") }
        if task != nil { names.append("--task") }
        if folds != nil { names.append("--folds") }
        if metric != nil { names.append("--metric") }
        return names
    }
}
