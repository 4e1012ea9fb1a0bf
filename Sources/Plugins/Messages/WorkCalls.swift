package import Documents
package import Workbench

/// `trainer.fit`: learn a model.
package struct TrainerFitCall: PluginCall, Equatable {
    package static let method = "trainer.fit"

    /// The trainer's name.
    package let trainer: String
    /// What to learn from, and where the model goes.
    package let request: TrainerRequest
    /// The folder for files of the work's own.
    package let work: String

    /// Lets `trainer` do `request`.
    package init(trainer: String, request: TrainerRequest, work: String) {
        self.trainer = trainer
        self.request = request
        self.work = work
    }

    package var params: JSON {
        [
            "trainer": .string(trainer), "table": .string(request.table),
            "target": .string(request.target), "parameters": .object(request.parameters),
            "seed": .seed(request.seed), "model": .string(request.model), "work": .string(work),
        ]
    }

    package func read(_ result: ObjectFields) throws(BancadaError) -> [JSON.Member] {
        try result.refuseUnknown(known: ["metrics"])
        return try result.numbers("metrics")
    }
}

/// `component.run`: execute a step.
package struct ComponentRunCall: PluginCall, Equatable {
    package static let method = "component.run"

    /// The component's name.
    package let component: String
    /// KFP's ExecutorInput.
    package let input: ExecutorInput
    /// The folder for files of the work's own.
    package let work: String
    /// What everything random is made from.
    package let seed: UInt64

    /// Lets `component` work on `input`.
    package init(component: String, input: ExecutorInput, work: String, seed: UInt64) {
        self.component = component
        self.input = input
        self.work = work
        self.seed = seed
    }

    package var params: JSON {
        [
            "component": .string(component), "executorInput": input.json, "work": .string(work),
            "seed": .seed(seed),
        ]
    }

    package func read(_ result: ObjectFields) throws(BancadaError) -> ExecutorOutput {
        try result.refuseUnknown(known: ["executorOutput"])
        return try ExecutorOutput(
            try result.required("executorOutput"), for: input, document: result.document)
    }
}

/// `reader.read`: turn a file into a dataset folder.
package struct ReaderReadCall: PluginCall, Equatable {
    package static let method = "reader.read"

    /// The reader's name.
    package let reader: String
    /// The file to read.
    package let path: String
    /// The folder to write `data.csv` and `schema.json` to.
    package let dataset: String
    /// The folder for files of the work's own.
    package let work: String

    /// Lets `reader` read the file at `path`.
    package init(reader: String, path: String, dataset: String, work: String) {
        self.reader = reader
        self.path = path
        self.dataset = dataset
        self.work = work
    }

    package var params: JSON {
        [
            "reader": .string(reader), "path": .string(path), "dataset": .string(dataset),
            "work": .string(work),
        ]
    }

    /// How many rows were written.
    package func read(_ result: ObjectFields) throws(BancadaError) -> Int {
        try result.refuseUnknown(known: ["rows"])
        let rows = try result.integer("rows")
        if rows < 0 { throw result.invalid("rows", "is below 0") }
        return rows
    }
}

/// `objective.evaluate`: judge an assignment.
package struct ObjectiveEvaluateCall: PluginCall, Equatable {
    package static let method = "objective.evaluate"

    /// The objective's name.
    package let objective: String
    /// The trial's number.
    package let trial: Int
    /// The values to judge.
    package let assignment: Assignment
    /// What everything random is made from.
    package let seed: UInt64
    /// The folder for files of the work's own.
    package let work: String
    /// What an answer with one bare value is called.
    package let metric: String

    /// Lets `objective` judge `assignment`; a bare value is the metric `metric`.
    package init(
        objective: String, trial: Int, assignment: Assignment, seed: UInt64, work: String,
        metric: String
    ) {
        self.objective = objective
        self.trial = trial
        self.assignment = assignment
        self.seed = seed
        self.work = work
        self.metric = metric
    }

    package var params: JSON {
        [
            "objective": .string(objective), "trial": JSON(trial), "params": assignment.json,
            "seed": .seed(seed), "work": .string(work),
        ]
    }

    package func read(_ result: ObjectFields) throws(BancadaError) -> [JSON.Member] {
        try result.refuseUnknown(known: ["value", "metrics"])
        guard result.optional("metrics") != nil else {
            return [JSON.Member(metric, .number(try result.double("value")))]
        }
        if result.optional("value") != nil {
            throw result.invalid("value", "is there beside \"metrics\"")
        }
        return try result.numbers("metrics")
    }
}

extension JSON {
    /// A seed as every language can read it: 63 bits, never negative.
    static func seed(_ seed: UInt64) -> JSON { .integer(Int64(seed & (.max >> 1))) }
}

extension ObjectFields {
    /// The members of the object `name`, each of which must be a number.
    func numbers(_ name: String) throws(BancadaError) -> [JSON.Member] {
        let fields = try object(name)
        var result: [JSON.Member] = []
        for member in fields.members {
            result.append(JSON.Member(member.name, .number(try fields.double(member.name))))
        }
        return result
    }
}
