import ArgumentParser
import Components
import Foundation
import Store
import Workbench

/// `bancada gc`
struct GCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove for good what is in the bin, and unused bytes.",
        discussion: """
            Runs, experiments and logged models that were deleted go, with what they
            logged and the files that nothing else refers to. What stays: runs that
            made a registered model, that something else reads or is a part of, that a
            process works on, or with the tag bancada.pinned; every file of a model,
            dataset, run or cached result that stays. Other commands and servers may
            use the workspace meanwhile.

            EXAMPLES:
              bancada gc --dry-run
              bancada gc --older-than 30d --yes
            """)

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Only what has been in the bin for so long, such as 30d.", valueName: "time"))
    var olderThan: String?

    @Flag(
        name: .shortAndLong,
        help: "Remove without asking; needed where there is no terminal to ask at.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var settings = GarbageSettings(isDryRun: true)
        if let olderThan {
            settings.olderThan = try Waiting.duration(olderThan, flag: "--older-than")
        }
        try await OpenWorkspace.changing(global) { workspace in
            if !dryRun, !yes {
                let plan = try await workspace.store.collectGarbage(settings)
                if plan.isEmpty { return show(plan) }
                guard try agrees(to: plan) else { return }
            }
            settings.isDryRun = dryRun
            show(try await workspace.store.collectGarbage(settings))
        }
    }

    private func show(_ report: GarbageReport) {
        if global.json {
            global.console.print(GarbageDocument.json(report, isDryRun: dryRun))
        } else {
            global.console.print(GarbageDocument.text(report, isDryRun: dryRun))
        }
    }

    /// Asks at a terminal; elsewhere somebody must have said yes before.
    private func agrees(to plan: GarbageReport) throws -> Bool {
        guard isatty(0) == 1, isatty(2) == 1, !global.json else {
            global.console.report(
                BancadaError(
                    .invalidInput, "gc removes things for good, and nobody can be asked here",
                    hint: "add --yes, or --dry-run to see what would go"))
            throw ExitStatus.usage.exit
        }
        let question = GarbageDocument.text(plan, isDryRun: true) + "\nremove this for good? [y/N] "
        global.console.write(question, hint: nil)
        let answer = readLine()?.lowercased() ?? ""
        if ["y", "yes"].contains(answer) { return true }
        global.console.note("nothing was removed")
        return false
    }
}
