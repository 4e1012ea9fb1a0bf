import ArgumentParser
import Documents
import Foundation
import Workbench

/// `bancada init`
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a workspace folder with samples.",
        discussion: """
            Creates DIR (default: workspace) with its database, sample data, two pipelines and a
            study. What is there already is left as it is.

            EXAMPLES:
              bancada init
              bancada init ~/experiments --json
            """)

    @Argument(help: ArgumentHelp("The folder to create.", valueName: "dir"))
    var directory: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        if let directory, global.workspace != nil {
            throw ValidationError(
                "Give the folder once: as '\(directory)' or with --workspace, not both.")
        }
        let location = directory ?? global.workspace ?? "workspace"
        let existed = FileManager.default.fileExists(atPath: location + "/bancada.sqlite")
        let workspace = try OpenWorkspace.openOrCreate(at: location)
        defer { workspace.close() }
        let sample = try SampleFiles.place(in: location)
        if global.json {
            global.console.print(
                [
                    "workspace": .string(location), "created": .bool(!existed),
                    "sample": .string(sample.data),
                    "pipelines": .array(sample.pipelines.map(JSON.string)),
                    "studies": [.string(sample.study)],
                ] as JSON)
        } else {
            global.console.print(
                "\(existed ? "existing" : "created") workspace \(location)\n"
                    + "sample data  \(sample.data)\n"
                    + "pipelines    \(sample.pipelines.joined(separator: ", "))\n"
                    + "study        \(sample.study)\n\n"
                    + "next:\n"
                    + "  bancada train --data \(sample.data) --target species --holdout 0.2"
                    + "\(workspace.option)\n"
                    + "  bancada run \(sample.pipeline)\(workspace.option)")
        }
    }
}
