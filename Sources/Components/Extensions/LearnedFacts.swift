import Documents
import ModelFormats
package import Tabular
package import Training
package import Workbench

/// What is known of a model that a plugin's trainer learned: the file `bancada.json` beside the
/// plugin's own files. It says which columns the model takes and what its answers mean.
package struct LearnedFacts: Sendable, Equatable {
    /// The file in a model's folder.
    package static let file = "bancada.json"
    /// The format's name in the file.
    private static let format = "bancada-plugin-model"
    /// The format's version.
    private static let version = 1

    /// A column that the model was shown, with its type.
    package struct Feature: Sendable, Equatable {
        /// The column's name.
        package let name: String
        /// Its type.
        package let type: ColumnType
    }

    /// The trainer, such as `sklearn.svc`.
    package let trainer: String
    /// The plugin's name.
    package let plugin: String
    /// The plugin's version.
    package let pluginVersion: String
    /// The trainer's settings, defaults included.
    package let settings: [JSON.Member]
    /// What was learned.
    package let task: LearningTask
    /// The column that was learned.
    package let target: String
    /// The classes of a classifier, in the order of its probabilities.
    package let classes: ClassLabels?
    /// The columns beside the target that have values, in order.
    package let features: [Feature]
    /// The rows that have a target.
    package let rowCount: Int
    /// What everything random was made from.
    package let seed: UInt64

    /// The facts of a training of `target` on `table`.
    package init(
        trainer: String, plugin: (name: String, version: String), settings: [JSON.Member],
        target: Target, table: Table, seed: UInt64
    ) {
        self.trainer = trainer
        self.plugin = plugin.name
        pluginVersion = plugin.version
        self.settings = settings
        task = target.task
        self.target = target.name
        classes = target.classes
        features = table.columns.filter {
            $0.name != target.name && $0.missingCount < $0.count
        }.map { Feature(name: $0.name, type: $0.type) }
        rowCount = table[target.name].map { $0.count - $0.missingCount } ?? 0
        self.seed = seed
    }

    /// Writes the file into a model's folder.
    ///
    /// - Throws: `unavailable`.
    package func write(to folder: String) throws(BancadaError) {
        try FileBytes.write(Array(json.prettyText.utf8), to: "\(folder)/\(Self.file)")
    }

    private var json: JSON {
        let classes: JSON =
            self.classes.map { classes in
                [
                    "type": .string(classes.type.rawValue),
                    "names": .array(classes.names.map(JSON.string)),
                ]
            } ?? .null
        return [
            "format": .string(Self.format), "version": JSON(Self.version),
            "trainer": .string(trainer), "plugin": .string(plugin),
            "plugin_version": .string(pluginVersion), "settings": .object(settings),
            "task": .string(task.rawValue), "target": .string(target), "classes": classes,
            "columns": .array(
                features.map { ["name": .string($0.name), "type": .string($0.type.rawValue)] }),
            "rows": JSON(rowCount), "seed": .string(String(seed)),
        ]
    }

    /// Reads the file of a model's folder.
    ///
    /// - Throws: `unsupported` where there is none, or one of a newer version; `corrupt`.
    package init(folder: String) throws(BancadaError) {
        let path = "\(folder)/\(Self.file)"
        let bytes: [UInt8]
        do throws(BancadaError) {
            bytes = try FileBytes.read(path)
        } catch {
            guard error.code == .notFound else { throw error }
            throw BancadaError(
                .unsupported,
                "the model in \(folder) has no \(Self.file): its columns and classes are not known",
                hint: "serve it with 'bancada serve', or train it with 'bancada train'")
        }
        do throws(BancadaError) {
            let fields = try ObjectFields(JSONParser.parse(bytes, document: path), document: path)
            try self.init(fields)
        } catch {
            if error.code == .unsupported { throw error }
            throw BancadaError(
                .corrupt, "\(path) cannot be read: \(error.message)",
                hint: "train the model again", cause: error)
        }
    }

    private init(_ fields: ObjectFields) throws(BancadaError) {
        guard try fields.string("format") == Self.format else {
            throw fields.invalid("format", "is not \"\(Self.format)\"")
        }
        let version = try fields.integer("version")
        guard version <= Self.version else {
            throw BancadaError(
                .unsupported,
                "\(fields.document) has version \(version), this program reads "
                    + "\(Self.version)", hint: "use a newer bancada")
        }
        trainer = try fields.string("trainer")
        plugin = try fields.string("plugin")
        pluginVersion = try fields.string("plugin_version")
        guard case .object(let settings) = try fields.required("settings").json else {
            throw fields.invalid("settings", "is no object")
        }
        self.settings = settings
        guard let task = LearningTask(rawValue: try fields.string("task")) else {
            throw fields.invalid("task", "is neither classification nor regression")
        }
        self.task = task
        target = try fields.string("target")
        if task == .classification {
            let classes = try fields.object("classes")
            self.classes = ClassLabels(
                type: try Self.type(classes), names: try classes.strings("names"))
        } else {
            classes = nil
        }
        var features: [Feature] = []
        for column in try fields.objects("columns") {
            features.append(
                Feature(name: try column.string("name"), type: try Self.type(column)))
        }
        self.features = features
        rowCount = try fields.integer("rows")
        seed = UInt64(try fields.string("seed")) ?? 0
    }

    private static func type(_ fields: ObjectFields) throws(BancadaError) -> ColumnType {
        guard let type = ColumnType(rawValue: try fields.string("type")) else {
            throw fields.invalid("type", "is no type of a column")
        }
        return type
    }
}
