import ArgumentParser
import Documents
import Store
import Workbench

/// `bancada version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of this executable.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let document: JSON = [
            "version": .string(BuildInfo.version), "platform": .string(BuildInfo.platform),
            "swift": .string(BuildInfo.swift),
        ]
        if global.json {
            global.console.print(document)
        } else {
            global.console.print("bancada \(BuildInfo.version) (\(BuildInfo.platform))")
        }
    }
}
