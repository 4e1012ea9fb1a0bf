package import Documents
package import Workbench

/// A pipeline as a value: what a native file or another format becomes.
package struct Pipeline: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// What it is for.
    package var description: String
    /// What a run may set, in order.
    package var parameters: [PipelineParameter]
    /// Its tasks in the order of the file; names are unique.
    package var tasks: [PipelineTask]
    /// What a run gives, in order.
    package var outputs: [NamedTemplate]
    /// What runs when all else has ended, however it ended.
    package var onExit: PipelineTask?
    /// The document it was read from, as messages name it.
    package var document: String
    /// The folder that its relative paths start from.
    package var folder: String

    /// A pipeline.
    package init(
        name: String, description: String = "", parameters: [PipelineParameter] = [],
        tasks: [PipelineTask], outputs: [NamedTemplate] = [], onExit: PipelineTask? = nil,
        document: String = "", folder: String = "."
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.tasks = tasks
        self.outputs = outputs
        self.onExit = onExit
        self.document = document
        self.folder = folder
    }
}

/// A parameter of a pipeline.
package struct PipelineParameter: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// What it takes: values, or an artifact, which only a pipeline that calls this one can pass.
    package let type: PortType
    /// Its value where a run sets none; nil where a run must.
    package let defaultValue: JSON?
    /// What it is for.
    package let description: String
    /// Where it stands.
    package let location: SourceLocation

    /// A parameter.
    package init(
        name: String, type: PortType, defaultValue: JSON? = nil, description: String = "",
        location: SourceLocation = SourceLocation(line: 1, column: 1)
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.description = description
        self.location = location
    }

    /// A parameter that takes values.
    package init(
        name: String, type: ParameterType, defaultValue: JSON? = nil, description: String = "",
        location: SourceLocation = SourceLocation(line: 1, column: 1)
    ) {
        self.init(
            name: name, type: .parameter(type), defaultValue: defaultValue,
            description: description, location: location)
    }
}

/// A value with expressions in it, under a name.
package struct NamedTemplate: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The value.
    package let template: Template
    /// Where it stands.
    package let location: SourceLocation

    /// A value under a name.
    package init(
        _ name: String, _ template: Template,
        location: SourceLocation = SourceLocation(line: 1, column: 1)
    ) {
        self.name = name
        self.template = template
        self.location = location
    }
}

/// A node of a pipeline.
package struct PipelineTask: Sendable, Equatable {
    /// Its name, unique in its pipeline.
    package var name: String
    /// What it executes.
    package var action: TaskAction
    /// What it passes to its inputs (`with`; for a shell step the expressions of its script).
    package var inputs: [NamedTemplate]
    /// The tasks that must have succeeded before, beside those that it refers to.
    package var needs: [String]
    /// It runs only where this holds (`when`).
    package var condition: Expression?
    /// It runs once for each element of this list (`for_each`), in order of the list.
    package var forEach: Template?
    /// How many elements run at the same time; nil is as many as there are places.
    package var maxParallel: Int?
    /// How failed attempts are repeated.
    package var retry: RetryPolicy
    /// How long one attempt may take.
    package var timeout: Duration?
    /// Variables of its process.
    package var environment: [NamedTemplate]
    /// Whether an earlier result may be used.
    package var isCached: Bool
    /// Where it stands.
    package var location: SourceLocation
    /// The folder that relative paths among its inputs start from; see `Pipeline.anchored`.
    package var folder = "."

    /// A task.
    package init(
        name: String, action: TaskAction, inputs: [NamedTemplate] = [], needs: [String] = [],
        condition: Expression? = nil, forEach: Template? = nil, maxParallel: Int? = nil,
        retry: RetryPolicy = .none, timeout: Duration? = nil,
        environment: [NamedTemplate] = [], isCached: Bool = true,
        location: SourceLocation = SourceLocation(line: 1, column: 1)
    ) {
        self.name = name
        self.action = action
        self.inputs = inputs
        self.needs = needs
        self.condition = condition
        self.forEach = forEach
        self.maxParallel = maxParallel
        self.retry = retry
        self.timeout = timeout
        self.environment = environment
        self.isCached = isCached
        self.location = location
    }
}

/// What a task executes.
package indirect enum TaskAction: Sendable, Equatable {
    /// A component by name: built in, or of a plugin.
    case component(String)
    /// A shell script.
    case shell(ShellStep)
    /// A function of a Python file.
    case python(PythonStep)
    /// Another pipeline.
    case pipeline(Pipeline)

    /// What it is, for people.
    package var title: String {
        switch self {
        case .component(let name): name
        case .shell: "shell"
        case .python(let step): "\(step.file):\(step.function)"
        case .pipeline(let pipeline): "pipeline \(pipeline.name)"
        }
    }
}

/// A script for `sh`. Each `${{ expression }}` of the file has become a variable: values never
/// become part of the script's text.
package struct ShellStep: Sendable, Equatable {
    /// The script, with `${BANCADA_1}` where the first expression stood, and so on. The values are
    /// the task's inputs of the names `BANCADA_1` ...
    package var script: String
    /// What it writes to `$OUT/NAME`, in order.
    package var outputs: [OutputSpecification]
    /// The folder it starts in: that of the pipeline's file.
    package var folder: String

    /// A script.
    package init(script: String, outputs: [OutputSpecification] = [], folder: String = ".") {
        self.script = script
        self.outputs = outputs
        self.folder = folder
    }
}

/// A function of a Python file; its signature gives inputs and outputs, as in KFP.
package struct PythonStep: Sendable, Equatable {
    /// The file, as the pipeline names it.
    package var file: String
    /// The function's name.
    package var function: String
    /// What pip installs for it, a requirement each.
    package var requirements: [String]
    /// The folder that `file` is relative to.
    package var folder: String

    /// A function.
    package init(
        file: String, function: String, requirements: [String] = [], folder: String = "."
    ) {
        self.file = file
        self.function = function
        self.requirements = requirements
        self.folder = folder
    }
}

/// How failed attempts of a task are repeated.
package struct RetryPolicy: Sendable, Equatable {
    /// How many further attempts there are.
    package let limit: Int
    /// The pause before the first of them; it doubles with each.
    package let backoff: Duration
    /// The longest pause.
    package let maximumBackoff: Duration

    /// No further attempt.
    package static let none = RetryPolicy(limit: 0, backoff: .zero)

    /// A policy.
    package init(limit: Int, backoff: Duration, maximumBackoff: Duration = .seconds(3600)) {
        self.limit = limit
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
    }

    /// The pause before attempt `attempt` (2, 3 ...).
    package func pause(before attempt: Int) -> Duration {
        guard attempt > 2 else { return min(backoff, maximumBackoff) }
        var pause = backoff
        for _ in 2..<attempt where pause < maximumBackoff { pause *= 2 }
        return min(pause, maximumBackoff)
    }
}
