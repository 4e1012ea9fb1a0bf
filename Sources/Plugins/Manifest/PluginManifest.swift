import Documents
package import Workbench

/// What `plugin.yaml` says: who the plugin is, how it is started and what it can do.
package struct PluginManifest: Sendable, Equatable {
    /// The name of the file in a plugin's folder.
    package static let file = "plugin.yaml"
    /// The largest file that is read.
    package static let maximumSize = 1 << 20

    /// The plugin's folder, absolute: its working directory.
    package let folder: String
    /// Its name.
    package let name: String
    /// Its version; part of the cache key of its components.
    package let version: String
    /// What it is for, in a sentence.
    package let description: String
    /// The program and its arguments.
    package let command: [String]
    /// The file of Python requirements in its folder; nil where there is none.
    package let requirements: String?
    /// What it can train.
    package var trainers: [TrainerDeclaration] = []
    /// What it can serve.
    package var runtimes: [RuntimeDeclaration] = []
    /// The steps it can execute.
    package var components: [ComponentSpecification] = []
    /// The samplers it has.
    package var samplers: [SamplerDeclaration] = []
    /// The objectives it has.
    package var objectives: [ObjectiveDeclaration] = []
    /// The files it can read.
    package var readers: [ReaderDeclaration] = []

    private static let keys = [
        "name", "version", "description", "protocol", "command", "requirements", "provides",
    ]
    private static let capabilities = [
        "trainers", "runtimes", "components", "samplers", "objectives", "readers",
    ]

    /// Reads the text of a `plugin.yaml`.
    ///
    /// - Parameter document: its path in messages.
    /// - Throws: `invalidInput` with line and column; `unsupported` for another protocol.
    package init(
        parsing bytes: [UInt8], document: String, folder: String
    ) throws(BancadaError) {
        let fields = try ObjectFields(
            try YAMLParser.parse(bytes, document: document), document: document)
        try fields.refuseUnknown(known: Self.keys)
        self.folder = folder
        name = try fields.string("name")
        guard PluginName.isPlugin(name) else {
            throw fields.invalid(
                "name", "is \"\(name)\", expected small letters, digits, - and _, a letter first")
        }
        version = try fields.text("version")
        description = fields.optional("description") == nil ? "" : try fields.string("description")
        let version = try fields.integer("protocol")
        guard version == PluginProtocol.version else {
            let error = fields.invalid(
                "protocol", "is \(version), this build speaks \(PluginProtocol.version)")
            throw BancadaError(
                .unsupported, error.message,
                hint: "use a version of the plugin for protocol \(PluginProtocol.version)")
        }
        command = try fields.strings("command")
        if command.isEmpty || command.contains(where: \.isEmpty) {
            throw fields.invalid("command", "must name a program and its arguments")
        }
        requirements =
            fields.optional("requirements") == nil ? nil : try fields.fileName("requirements")
        try readCapabilities(try fields.object("provides"))
    }

    private mutating func readCapabilities(_ provides: ObjectFields) throws(BancadaError) {
        try provides.refuseUnknown(known: Self.capabilities)
        for fields in try provides.list("trainers") { trainers.append(try .init(fields)) }
        for fields in try provides.list("runtimes") { runtimes.append(try .init(fields)) }
        for fields in try provides.list("components") {
            components.append(try .init(fields, version: version))
        }
        for fields in try provides.list("samplers") { samplers.append(try .init(fields)) }
        for fields in try provides.list("objectives") { objectives.append(try .init(fields)) }
        for fields in try provides.list("readers") { readers.append(try .init(fields)) }
        if capabilityNames.isEmpty {
            throw BancadaError(
                .invalidInput, "\(provides.document): the plugin provides nothing",
                hint: "list one of \(Self.capabilities.joined(separator: ", ")) under provides")
        }
        var seen: Set<String> = []
        for (kind, name) in capabilityNames where !seen.insert("\(kind) \(name)").inserted {
            throw provides.invalid(kind + "s", "has two \(kind)s \"\(name)\"")
        }
    }

    /// Every capability: its kind in the singular, such as `trainer`, and its name.
    package var capabilityNames: [(kind: String, name: String)] {
        trainers.map { ("trainer", $0.name) } + runtimes.map { ("runtime", $0.format) }
            + components.map { ("component", $0.name) } + samplers.map { ("sampler", $0.name) }
            + objectives.map { ("objective", $0.name) } + readers.map { ("reader", $0.name) }
    }
}

/// The rules of names.
enum PluginName {
    /// Whether `name` may name a plugin.
    static func isPlugin(_ name: String) -> Bool {
        isWord(name, extra: [UInt8(ascii: "-"), UInt8(ascii: "_")])
    }

    /// Whether `name` may name a capability: `sklearn.svc`.
    static func isCapability(_ name: String) -> Bool {
        isWord(name, extra: [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")])
            && !name.hasSuffix(".") && !name.contains("..")
    }

    private static func isWord(_ name: String, extra: [UInt8]) -> Bool {
        let bytes = name.utf8
        guard (1...64).contains(bytes.count), let first = bytes.first else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return letters.contains(first)
            && bytes.allSatisfy {
                letters.contains($0) || digits.contains($0) || extra.contains($0)
            }
    }
}
