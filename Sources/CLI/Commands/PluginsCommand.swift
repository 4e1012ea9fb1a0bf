import ArgumentParser
import Documents
import Foundation
import Plugins
import Workbench

/// `bancada plugins`
struct PluginsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "List plugins, show what one provides, check that one works.",
        discussion: """
            Plugins are looked for in --plugin DIR, the workspace's plugins/, the user's
            data directory, and the executable itself; of two with one name the first wins.

            EXAMPLES:
              bancada plugins list
              bancada plugins describe sklearn
              bancada plugins check my-plugin/
            """,
        subcommands: [PluginsList.self, PluginsDescribe.self, PluginsCheck.self],
        defaultSubcommand: PluginsList.self)
}

/// `bancada plugins list`
struct PluginsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plugins that can be used.")

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let catalog = try PluginPlaces.catalog(places.plugin, global)
        if global.json {
            global.console.print(
                [
                    "plugins": .array(catalog.plugins.map(PluginDocument.summary)),
                    "remarks": .array(catalog.remarks.map(PluginDocument.remark)),
                ] as JSON)
            return
        }
        var table = TextTable([
            ("plugin", .left), ("version", .left), ("provides", .left), ("folder", .left),
        ])
        for plugin in catalog.plugins {
            let names = plugin.capabilityNames.map(\.name)
            table.add([
                plugin.name, plugin.version, names.joined(separator: " "), plugin.folder,
            ])
        }
        global.console.print(table.text)
        for remark in catalog.remarks { global.console.warn(remark.message) }
    }
}

/// `bancada plugins describe`
struct PluginsDescribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show what a plugin provides, with every setting.")

    @Argument(help: "A plugin's name or folder.")
    var plugin: String

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let manifest = try PluginArgument.manifest(plugin, places, global)
        if global.json {
            global.console.print(PluginDocument.description(manifest))
        } else {
            global.console.print(PluginText.description(manifest))
        }
    }
}

/// `bancada plugins check`
struct PluginsCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Start a plugin and check that it keeps the protocol and does what it declares.",
        discussion: """
            Exit code 4 when a check fails.

            EXAMPLES:
              bancada plugins check my-plugin/
              bancada plugins check sklearn --seconds 120 --json
            """)

    @Argument(help: "A plugin's folder or name.")
    var plugin: String

    @Option(help: "How long one answer may take, in seconds.")
    var seconds = 60

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if !(1...86_400).contains(seconds) {
            throw ValidationError("--seconds is \(seconds), expected 1 to 86400.")
        }
    }

    func run() async throws {
        let manifest = try PluginArgument.manifest(plugin, places, global)
        var generator = SystemRandomNumberGenerator()
        let run = RunID(using: &generator)
        var start = PluginPlaces.settings(run: run, groups: UnrecordedProcessGroups())
        start.startLimit = .seconds(seconds)
        start.answerLimit = .seconds(seconds)
        start.workLimit = .seconds(seconds)
        let settings = start
        let scratch = NSTemporaryDirectory() + "/bancada-check-" + run.text
        defer {
            // What stays is a leftover in the system's temporary folder.
            try? FileManager.default.removeItem(atPath: scratch)
        }
        let checks = try await interruptibly {
            try await PluginConformance.check(manifest, scratch: scratch, settings: settings)
        }
        let failures = checks.filter { $0.outcome == .failed }.count
        if global.json {
            global.console.print(PluginDocument.checks(checks, of: manifest))
        } else {
            for check in checks { global.console.print(PluginText.line(check)) }
            global.console.print(
                "plugin \"\(manifest.name)\": \(checks.count) checks, \(failures) failed")
        }
        if failures > 0 { throw ExitCode(ExitStatus.pluginFailed.rawValue) }
    }

    /// Runs the checks; Ctrl-C ends them, and the plugin with them.
    private func interruptibly(
        _ checks: @escaping @Sendable () async throws -> [ConformanceCheck]
    ) async throws -> [ConformanceCheck] {
        let (interruptions, interrupt) = AsyncStream<Void>.makeStream()
        var result: [ConformanceCheck]?
        try await Interruption.draining({ interrupt.yield() }) {
            try await withThrowingTaskGroup(of: [ConformanceCheck]?.self) { group in
                group.addTask { try await checks() }
                group.addTask {
                    for await _ in interruptions { return nil }
                    return nil
                }
                result = try await group.next() ?? nil
                group.cancelAll()
            }
        }
        guard let result else { throw CancellationError() }
        return result
    }
}

/// The plugin that an argument names.
enum PluginArgument {
    /// The plugin in the folder `text`, else the one with this name.
    static func manifest(
        _ text: String, _ places: PluginOptions, _ global: GlobalOptions
    ) throws(BancadaError) -> PluginManifest {
        if text.contains("/") || FileManager.default.fileExists(atPath: text) {
            return try PluginCatalog.manifest(in: text)
        }
        return try PluginPlaces.catalog(places.plugin, global).plugin(named: text)
    }
}
