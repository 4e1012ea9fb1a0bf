import Documents
import Testing
import Tuning
import Workbench

@Suite struct StudySpecificationTests {
    private func read(_ text: String) throws -> StudySpecification {
        try StudySpecification(
            YAMLParser.parse(text, document: "study.yaml"), document: "study.yaml")
    }

    private static let whole = """
        name: tune-mlp
        objective: {metric: accuracy, goal: maximize, target: 0.99}
        sampler: {name: tpe, seed: 1, settings: {gamma: 0.25}}
        trials: 100
        parallel: 4
        max_failed: 5
        time_budget: 10m
        parameters:
          lr: {type: float, low: 1e-4, high: 1e-1, log: true}
          layers: {type: int, low: 1, high: 4}
          optimizer: {type: categorical, choices: [sgd, adam]}
          momentum: {type: float, low: 0.0, high: 0.99, when: optimizer == 'sgd'}
          width: {type: discrete, choices: [16, 32, 64]}
        constraints: [lr * width < 1.0]
        evaluate:
          command: [python3, train.py, "--lr=${{ parameters.lr }}"]
        """

    @Test("Reads everything that a study file may say")
    func reads() throws {
        let study = try read(Self.whole)
        #expect(study.name == "tune-mlp")
        #expect(
            study.objective == StudyObjective(metric: "accuracy", goal: .maximize, target: 0.99))
        #expect(study.sampler.name == "tpe")
        #expect(study.sampler.seed == 1)
        #expect(study.sampler.settings == [.init("gamma", 0.25)])
        #expect(study.trials == 100 && study.parallel == 4 && study.maxFailed == 5)
        #expect(study.timeBudget == .seconds(600))
        #expect(!study.isAsynchronous)
        #expect(
            study.space?.dimensions.map(\.name)
                == ["lr", "layers", "optimizer", "momentum", "width"])
        #expect(
            study.space?.dimensions[0].domain
                == .float(low: 1e-4, high: 0.1, scale: .log, step: nil))
        #expect(study.space?.dimensions[3].condition == "optimizer == 'sgd'")
        #expect(study.space?.dimensions[4].domain == .discrete([16, 32, 64]))
        #expect(study.space?.constraints == ["lr * width < 1.0"])
        guard case .command(let words) = study.evaluation else {
            Issue.record("no command")
            return
        }
        #expect(words.count == 3)
    }

    @Test("A training needs no parameters")
    func training() throws {
        let study = try read(
            """
            name: s
            objective: {metric: accuracy, goal: maximize}
            evaluate:
              train: {data: p.csv, target: species, algorithm: [mlp, logistic], folds: 3}
            """)
        #expect(study.space == nil)
        #expect(study.sampler == .init(name: "tpe", seed: 0))
        #expect(study.trials == 100 && study.parallel == 1)
        #expect(
            study.evaluation
                == .train(
                    .init(
                        data: "p.csv", target: "species", algorithms: ["mlp", "logistic"], folds: 3)
                ))
    }

    private static let head = "name: s\nobjective: {metric: y, goal: minimize}\n"
    private static let tail = "\nevaluate: {evaluator: [run]}\n"
    private static let x = "parameters: {x: {type: float, low: 0, high: 1}}"

    @Test(
        "Mistakes are told with their place and the nearest name",
        arguments: [
            (
                head + "trails: 3\n" + x + tail, "study.yaml:3:1: unknown key \"trails\"",
                "write \"trials\""
            ),
            (head + "trials: 0\n" + x + tail, "\"trials\" is 0, expected an integer from 1", nil),
            ("objective: {metric: y, goal: minimize}\n" + x + tail, "missing \"name\"", nil),
            (
                "name: s\nobjective: {metric: y, goal: least}\n" + x + tail,
                "expected maximize or minimize", nil
            ),
            (
                head + "parameters: {x: {type: flaot, low: 0, high: 1}}" + tail, "is \"flaot\"",
                "write \"float\""
            ),
            (
                head + "parameters: {x: {type: float, low: 0, hihg: 1}}" + tail,
                "unknown key \"parameters.x.hihg\"", "write \"high\""
            ),
            (
                head + "parameters: {x: {type: float, low: 2, high: 1}}" + tail,
                "study.yaml:3:14: the parameter \"x\" has low 2.0 above high 1.0", nil
            ),
            (
                head + x + "\nconstraints: [\"x < 1\", \"z < 1\"]" + tail,
                "study.yaml:4:24: the constraint \"z < 1\" asks for \"z\"", "use one of x"
            ),
            (
                head + "sampler: {name: tpe, settings: {gama: 1}}\n" + x + tail,
                "has no setting \"gama\"", "write \"gamma\""
            ),
            (head + "time_budget: soon\n" + x + tail, "expected a length of time", nil),
            (
                head + x + "\nevaluate: {command: [a], plugin: b}\n",
                "\"evaluate\" has command and plugin, expected exactly one", nil
            ),
            (head + x + "\nevaluate: {command: []}\n", "names no program", nil),
            (
                head + x + "\nevaluate: {command: [a, \"${{ parameters.y }}\"]}\n",
                "\"y\" is no parameter of the study", "use one of x"
            ),
            (
                head + x + "\nevaluate: {command: [a, \"${{ params.x }}\"]}\n",
                "unknown name \"params.x\"", "use parameters.NAME, trial.number or study.name"
            ),
            (
                head + tail, "missing \"parameters\"",
                "write \"parameters\"; only \"train\" has a default one"
            ),
        ] as [(String, String, String?)])
    func mistakes(text: String, message: String, hint: String?) {
        let error = #expect(throws: BancadaError.self) { try read(text) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        if let hint { #expect(error?.hint == hint) }
    }

    @Test(
        "What is not supported is refused by name",
        arguments: [
            "pruner: {name: medianstop}", "objectives: [{metric: y, goal: minimize}]",
        ])
    func unsupported(line: String) {
        let error = #expect(throws: BancadaError.self) {
            try read(Self.head + line + "\n" + Self.x + Self.tail)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("study.yaml:3:1: \"\(line.prefix { $0 != ":" })\"") == true)
    }

    @Test("The canonical text says the same for the same study, and nothing of how long it goes on")
    func canonical() throws {
        let study = try read(Self.whole)
        var longer = study
        longer.trials = 7
        longer.timeBudget = nil
        longer.maxFailed = nil
        #expect(longer.canonicalText == study.canonicalText)
        let other = try read(Self.whole.replacing("parallel: 4", with: "parallel: 5"))
        #expect(other.canonicalText != study.canonicalText)
        let spaced = try read(
            Self.whole.replacing("${{ parameters.lr }}", with: "${{parameters.lr}}"))
        #expect(spaced.canonicalText == study.canonicalText)
        let node = try JSONParser.parse(Array(study.canonicalText.utf8), document: "canonical")
        #expect(
            node["evaluate"]?["command"]?.json
                == ["python3", "train.py", "--lr=${{ parameters.lr }}"])
        #expect(
            node["parameters"]?.json.compactText.contains(
                #"{"name":"momentum","type":"float","low":0.0,"high":0.99,"when":"optimizer == 'sgd'"}"#
            )
                == true)
    }
}
