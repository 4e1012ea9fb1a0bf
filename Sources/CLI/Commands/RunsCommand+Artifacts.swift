import ArgumentParser
import Components
import Documents
import Workbench

extension RunsCommand {
    /// `bancada runs artifacts`
    struct Artifacts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "artifacts", abstract: "List the files of a run, or copy them out.",
            discussion: """
                What clients uploaded, what the run recorded, and the files of the models
                that it logged. With --output the file or folder at PATH, or everything,
                is copied into a folder, which is made where there is none; nothing that
                is there is overwritten.

                EXAMPLES:
                  bancada runs artifacts 3f2a
                  bancada runs artifacts 3f2a plots/roc.svg --output out
                  bancada runs artifacts 3f2a model --output out
                """)

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @Argument(help: "A file or folder of it; everything where it is left out.")
        var path = ""

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Copy into this folder instead.", valueName: "dir"))
        var output: String?

        @Option(name: .limit, parsing: .unconditional, help: "How many files to show.")
        var limit = 1000

        @OptionGroup var global: GlobalOptions

        func validate() throws {
            if limit < 1 { throw ValidationError("Show at least one file.") }
        }

        func run() async throws {
            let path = try ArtifactPath(path)
            try await OpenWorkspace.reading(global) { workspace in
                let run = try await workspace.run(named: run)
                let artifacts = try await RunArtifacts(of: run, services: workspace.services)
                if let output {
                    let copy = ArtifactCopy(
                        artifacts: artifacts, run: run.id, services: workspace.services)
                    show(try await copy.copy(path, into: output), run)
                } else {
                    try await list(path, artifacts, run)
                }
            }
        }

        private func list(
            _ path: ArtifactPath, _ artifacts: RunArtifacts, _ run: Run
        ) async throws {
            let found = try await artifacts.files(below: path, limit: limit)
            var files = found.files
            if files.isEmpty, let file = try await artifacts.file(at: path) {
                files = [RunArtifacts.File(path: path, size: file.size)]
            }
            if files.isEmpty, !path.parts.isEmpty {
                throw ArtifactCopy.missing(path, run.id)
            }
            if global.json {
                global.console.print(
                    [
                        "run_id": .string(run.id.text), "path": .string(path.text),
                        "files": .array(files.map(RunDocument.file)), "more": .bool(!found.areAll),
                        "elsewhere": JSON(artifacts.elsewhere),
                    ] as JSON)
                return
            }
            var table = TextTable([("file", .left), ("size", .right)])
            for file in files { table.add([file.path.text, Format.bytes(file.size)]) }
            global.console.print(table.text)
            if !found.areAll { global.console.note("more files: raise --limit") }
            if let place = artifacts.elsewhere {
                global.console.note("the run's client keeps its files at \(place)")
            }
        }

        private func show(_ written: ArtifactCopy.Written, _ run: Run) {
            if global.json {
                global.console.print(
                    [
                        "run_id": .string(run.id.text), "path": .string(path),
                        "written": .array(written.paths.map { .string($0) }),
                        "files": JSON(written.fileCount), "bytes": .integer(written.byteCount),
                    ] as JSON)
                return
            }
            for path in written.paths { global.console.print(path) }
            let files = "\(written.fileCount) \(written.fileCount == 1 ? "file" : "files")"
            global.console.note("\(files), \(Format.bytes(written.byteCount))")
        }
    }
}
