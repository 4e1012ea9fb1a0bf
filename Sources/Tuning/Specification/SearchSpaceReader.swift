import Documents
import Workbench

/// Reads `parameters` and `constraints` of a study file.
enum SearchSpaceReader {
    /// The search space; nil where there are no parameters.
    static func space(_ fields: ObjectFields) throws(BancadaError) -> SearchSpace? {
        var constraints: [String] = []
        if fields.optional("constraints") != nil { constraints = try fields.strings("constraints") }
        guard fields.optional("parameters") != nil else {
            if !constraints.isEmpty {
                throw fields.invalid("constraints", "needs \"parameters\"")
            }
            return nil
        }
        let parameters = try fields.object("parameters")
        var dimensions: [SearchSpace.Dimension] = []
        for member in parameters.members {
            dimensions.append(try dimension(member.name, parameters))
        }
        let space = SearchSpace(dimensions: dimensions, constraints: constraints)
        if let problem = space.firstProblem() {
            let place: SourceLocation
            switch problem.part {
            case .whole: place = parameters.location
            case .dimension(let index): place = parameters.members[index].location
            case .constraint(let index):
                place = try fields.array("constraints")[index].location
            }
            throw problem.error.prefixed("\(fields.document):\(place.line):\(place.column): ")
        }
        return space
    }

    private static let types = ["float", "int", "categorical", "discrete"]

    private static func dimension(
        _ name: String, _ parameters: ObjectFields
    ) throws(BancadaError) -> SearchSpace.Dimension {
        let fields = try parameters.object(name)
        let type = try fields.string("type")
        let domain: SearchSpace.Domain
        switch type {
        case "float": domain = try float(fields)
        case "int": domain = try integer(fields)
        case "categorical":
            try fields.refuseUnknown(known: ["type", "choices", "when"])
            var choices: [JSON] = []
            for node in try fields.array("choices") { choices.append(node.json) }
            domain = .categorical(choices)
        case "discrete":
            try fields.refuseUnknown(known: ["type", "choices", "when"])
            domain = .discrete(try numbers(fields))
        default:
            let hint = NearestName.of(type, among: types).map { "write \"\($0)\"" }
            throw BancadaError(
                .invalidInput,
                fields.invalid("type", "is \"\(type)\", expected \(types.joined(separator: ", "))")
                    .message, hint: hint)
        }
        let condition = fields.optional("when") != nil ? try fields.string("when") : nil
        return SearchSpace.Dimension(name, domain, condition: condition)
    }

    private static func float(_ fields: ObjectFields) throws(BancadaError) -> SearchSpace.Domain {
        try fields.refuseUnknown(
            known: ["type", "low", "high", "log", "step", "distribution", "when"])
        let isLog = try fields.boolean("log") ?? false
        var scale: SearchSpace.Scale = isLog ? .log : .linear
        if fields.optional("distribution") != nil {
            let name = try fields.string("distribution")
            switch name {
            case "uniform": break
            case "log_uniform": scale = .log
            case "normal": scale = isLog ? .logNormal : .normal
            case "log_normal": scale = .logNormal
            default:
                throw fields.invalid(
                    "distribution",
                    "is \"\(name)\", expected uniform, log_uniform, normal or log_normal")
            }
        }
        let step = fields.optional("step") != nil ? try fields.double("step") : nil
        return .float(
            low: try fields.double("low"), high: try fields.double("high"), scale: scale,
            step: step)
    }

    private static func integer(_ fields: ObjectFields) throws(BancadaError) -> SearchSpace.Domain {
        try fields.refuseUnknown(known: ["type", "low", "high", "log", "step", "when"])
        return .int(
            low: try fields.integer("low"), high: try fields.integer("high"),
            log: try fields.boolean("log") ?? false,
            step: fields.optional("step") != nil ? try fields.integer("step") : 1)
    }

    private static func numbers(_ fields: ObjectFields) throws(BancadaError) -> [Double] {
        var numbers: [Double] = []
        for node in try fields.array("choices") {
            guard let number = node.double else {
                throw fields.invalid(
                    "choices", "has \(node.json.compactText), expected numbers alone")
            }
            numbers.append(number)
        }
        return numbers
    }
}
