import ArgumentParser
import Components
import Documents
import Workbench

/// `bancada studies`
struct StudiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "studies", abstract: "List studies, or show one with its trials.",
        discussion: """
            EXAMPLES:
              bancada studies list
              bancada studies show curve
            """,
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    /// `bancada studies list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List studies, newest first.")

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let studies = try await workspace.services.studies.studies()
                if global.json {
                    global.console.print(StudyDocument.list(studies))
                } else {
                    global.console.print(StudyDocument.table(studies).text)
                }
            }
        }
    }

    /// `bancada studies show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one study: its best trials, and with --json all of them.")

        @Argument(help: "The study's name.")
        var study: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let studies = workspace.services.studies
                let study: Study
                do throws(BancadaError) {
                    study = try await studies.study(named: self.study)
                } catch {
                    guard error.code == .notFound,
                        let near = NearestName.of(
                            self.study, among: try await studies.studies().map(\.name))
                    else { throw error }
                    throw BancadaError(
                        .notFound, error.message, hint: "run 'bancada studies show \(near)'")
                }
                let trials = try await studies.trials(of: study.name)
                if global.json {
                    global.console.print(StudyDocument.whole(study, trials: trials))
                } else {
                    global.console.print(StudyDocument.text(study, trials: trials))
                }
            }
        }
    }
}
