import Documents
import LinearAlgebra
import ModelFormats
import Tabular
package import Workbench

/// A model is a folder with `model.json`, which says what it is, and `weights.safetensors`, which
/// has what was learned. Equal models have equal bytes.
extension TrainedModel {
    /// The version of the folder's format that is written, and the newest that is read.
    package static let formatVersion = 1
    /// The file that says what the model is.
    package static let descriptionFile = "model.json"
    /// The file that has what was learned.
    package static let weightsFile = "weights.safetensors"
    private static let format = "bancada-model"

    /// The contents of the folder's files by name.
    ///
    /// - Throws: never in practice; the tensors' names are fixed.
    package func files() throws(BancadaError) -> [(name: String, bytes: [UInt8])] {
        [
            (Self.descriptionFile, Array(json.prettyText.utf8)),
            (Self.weightsFile, try weights().bytes),
        ]
    }

    /// Writes the model's files to a folder, which is made where it is not there.
    ///
    /// - Throws: `unavailable` where it cannot be written, `conflict` where a file is in the way.
    package func write(to folder: String) throws(BancadaError) {
        let files = try files()
        try FileBytes.makeFolder(folder)
        for file in files { try FileBytes.write(file.bytes, to: "\(folder)/\(file.name)") }
    }

    /// Loads the model in a folder.
    ///
    /// - Throws: `notFound` where a file is missing; `invalidInput`, naming file and key, where
    ///   something is wrong or does not fit; `unsupported` for a newer format.
    package static func load(from folder: String) throws(BancadaError) -> TrainedModel {
        let description = "\(folder)/\(descriptionFile)"
        let weights = "\(folder)/\(weightsFile)"
        return try TrainedModel(
            description: try FileBytes.read(description), named: description,
            weights: try FileBytes.read(weights), named: weights)
    }

    /// The model of the contents of its two files; their names are for messages.
    ///
    /// - Throws: as `load(from:)`.
    package init(
        description: [UInt8], named document: String, weights: [UInt8], named weightsName: String
    ) throws(BancadaError) {
        let node = try JSONParser.parse(description, document: document)
        let root = try ObjectFields(node, document: document)
        try Self.checkVersion(root)
        try root.refuseUnknown(known: [
            "format", "version", "algorithm", "task", "target", "classes", "settings", "features",
            "training",
        ])
        let algorithmName = try root.string("algorithm")
        guard let algorithm = Algorithm(rawValue: algorithmName) else {
            throw BancadaError(
                .unsupported,
                "\(document): the algorithm \"\(algorithmName)\" is not known to this program",
                hint: "use a newer release")
        }
        guard let task = LearningTask(rawValue: try root.string("task")),
            algorithm.tasks.contains(task)
        else { throw root.invalid("task", "does not fit the algorithm \(algorithmName)") }
        let classes = task == .classification ? try Self.classes(root) : nil
        if classes == nil, root.optional("classes") != nil {
            throw root.invalid("classes", "is there for a regression")
        }
        let target = try root.string("target")
        let encoder = try Self.encoder(root, target: target)
        let outputs = classes.map { $0.count == 2 ? 1 : $0.count } ?? 1
        let tensors = try SafeTensors(weights, document: weightsName)
        let settings = try Settings(root.object("settings"), of: algorithm.parameters)
        self.init(
            algorithm: algorithm, target: target, classes: classes, settings: settings,
            encoder: encoder,
            state: try Self.state(
                of: algorithm, settings, tensors, inputs: encoder.width, outputs: outputs,
                weightsName),
            training: try TrainingRecord(root.object("training")))
    }

    private var json: JSON {
        var members: [JSON.Member] = [
            .init("format", .string(Self.format)), .init("version", JSON(Self.formatVersion)),
            .init("algorithm", .string(algorithm.rawValue)),
            .init("task", .string(task.rawValue)), .init("target", .string(target)),
        ]
        if let classes {
            members.append(
                .init(
                    "classes",
                    [
                        "type": .string(classes.type.rawValue),
                        "names": .array(classes.names.map(JSON.string)),
                    ]))
        }
        members.append(.init("settings", settings.json))
        members.append(.init("features", .array(features.map(\.json))))
        members.append(.init("training", training.json))
        return .object(members)
    }

    private func weights() throws(BancadaError) -> SafeTensors {
        switch state {
        case .linear(let linear):
            let coefficients = linear.coefficients
            return try SafeTensors(tensors: [
                SafeTensor(
                    name: "coefficients", shape: [coefficients.rows, coefficients.columns],
                    values: coefficients.values),
                SafeTensor(
                    name: "intercepts", shape: [coefficients.rows], values: linear.intercepts),
            ])
        case .network(let network):
            return try SafeTensors(
                tensors: network.layers.enumerated().flatMap { index, layer in
                    [
                        SafeTensor(
                            name: "layers.\(index).coefficients",
                            shape: [layer.coefficients.rows, layer.coefficients.columns],
                            values: layer.coefficients.values),
                        SafeTensor(
                            name: "layers.\(index).intercepts",
                            shape: [layer.coefficients.rows], values: layer.intercepts),
                    ]
                })
        }
    }

    // MARK: - Reading

    private static func checkVersion(_ root: ObjectFields) throws(BancadaError) {
        guard try root.string("format") == format else {
            throw root.invalid("format", "is not \"\(format)\"")
        }
        let version = try root.integer("version")
        guard version <= formatVersion else {
            throw BancadaError(
                .unsupported,
                "\(root.document) has version \(version), this program reads up to \(formatVersion)",
                hint: "use a newer release")
        }
        guard version >= 1 else { throw root.invalid("version", "is \(version), expected 1") }
    }

    private static func classes(_ root: ObjectFields) throws(BancadaError) -> ClassLabels {
        let object = try root.object("classes")
        try object.refuseUnknown(known: ["type", "names"])
        let typeName = try object.string("type")
        guard let type = ColumnType(rawValue: typeName) else {
            throw object.invalid("type", "is \"\(typeName)\", no type of column")
        }
        let names = try object.strings("names")
        guard (2...ClassLabels.maximumCount).contains(names.count) else {
            throw object.invalid(
                "names", "has \(names.count) classes, expected 2 to \(ClassLabels.maximumCount)")
        }
        let isAscending =
            switch type {
            case .text: zip(names, names.dropFirst()).allSatisfy { $0 < $1 }
            case .boolean: names == ["false", "true"]
            case .integer, .number:
                zip(names, names.dropFirst()).allSatisfy { first, second in
                    guard let low = Double(first), let high = Double(second) else { return false }
                    return low < high
                }
            }
        guard isAscending else {
            throw object.invalid("names", "are no classes of type \(typeName) in ascending order")
        }
        return ClassLabels(type: type, names: names)
    }

    private static func encoder(
        _ root: ObjectFields, target: String
    ) throws(BancadaError) -> FeatureEncoder {
        var features: [Feature] = []
        var names: Set<String> = [target]
        for object in try root.objects("features") {
            let feature = try Feature(object)
            guard names.insert(feature.name).inserted else {
                throw object.invalid("name", "is there twice, or the target's")
            }
            features.append(feature)
        }
        guard !features.isEmpty else { throw root.invalid("features", "is empty") }
        return try FeatureEncoder(features: features)
    }

    /// What the algorithm learned, from tensors of the shapes that its settings ask for.
    private static func state(
        of algorithm: Algorithm, _ settings: Settings, _ file: SafeTensors, inputs: Int,
        outputs: Int, _ document: String
    ) throws(BancadaError) -> ModelState {
        switch algorithm {
        case .logistic, .ridge:
            return .linear(try linear("", [outputs, inputs], file, document))
        case .mlp:
            let widths = MultilayerPerceptron.widths(settings, inputs: inputs, outputs: outputs)
            var layers: [LinearState] = []
            for (index, shape) in zip(widths, widths.dropFirst()).enumerated() {
                layers.append(
                    try linear("layers.\(index).", [shape.1, shape.0], file, document))
            }
            return .network(
                NetworkState(
                    layers: layers, activation: MultilayerPerceptron.activation(settings)))
        }
    }

    private static func linear(
        _ prefix: String, _ shape: [Int], _ file: SafeTensors, _ document: String
    ) throws(BancadaError) -> LinearState {
        let coefficients = try tensor("\(prefix)coefficients", shape, file, document)
        let intercepts = try tensor("\(prefix)intercepts", [shape[0]], file, document)
        return LinearState(
            coefficients: Matrix(rows: shape[0], columns: shape[1], values: coefficients),
            intercepts: intercepts)
    }

    private static func tensor(
        _ name: String, _ shape: [Int], _ file: SafeTensors, _ document: String
    ) throws(BancadaError) -> [Double] {
        guard let tensor = file[name] else {
            throw BancadaError(.invalidInput, "\(document) has no tensor \"\(name)\"")
        }
        guard tensor.shape == shape else {
            throw BancadaError(
                .invalidInput,
                "\(document): the tensor \"\(name)\" has shape \(tensor.shape), expected \(shape) "
                    + "by \(descriptionFile)")
        }
        guard let values = tensor.doubles, values.allSatisfy(\.isFinite) else {
            throw BancadaError(
                .invalidInput,
                "\(document): the tensor \"\(name)\" has elements that are no finite F64 numbers")
        }
        return values
    }
}

extension TrainingRecord {
    fileprivate var json: JSON {
        [
            "rows": JSON(rowCount), "dropped_rows": JSON(droppedRowCount),
            "iterations": JSON(iterations), "converged": .bool(isConverged),
            // A seed is 64 bits without sign, more than integers of JSON hold.
            "seed": .string(String(seed)), "dropped_columns": Self.json(droppedColumns),
            "notes": Self.json(notes),
        ]
    }

    fileprivate init(_ object: ObjectFields) throws(BancadaError) {
        try object.refuseUnknown(known: [
            "rows", "dropped_rows", "iterations", "converged", "seed", "dropped_columns", "notes",
        ])
        guard case .bool(let isConverged) = try object.required("converged").value else {
            throw object.invalid("converged", "is neither true nor false")
        }
        guard let seed = UInt64(try object.string("seed")) else {
            throw object.invalid("seed", "is no number of 64 bits")
        }
        self.init(
            rowCount: try object.integer("rows"),
            droppedRowCount: try object.integer("dropped_rows"),
            iterations: try object.integer("iterations"), isConverged: isConverged, seed: seed,
            droppedColumns: try Self.notes("dropped_columns", object),
            notes: try Self.notes("notes", object))
    }

    private static func json(_ notes: [ColumnNote]) -> JSON {
        .array(
            notes.map { ["column": .string($0.column), "message": .string($0.message)] })
    }

    private static func notes(
        _ name: String, _ object: ObjectFields
    ) throws(BancadaError) -> [ColumnNote] {
        var notes: [ColumnNote] = []
        for item in try object.objects(name) {
            notes.append(
                ColumnNote(
                    column: try item.string("column"), message: try item.string("message")))
        }
        return notes
    }
}
