import ArgumentParser
import Documents
import Workbench

/// `bancada licenses`
struct LicensesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licenses",
        abstract: "Print what the executable contains and links, and under which licences.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let bytes = EmbeddedAsset.licenses.bytes
        if global.json {
            global.console.print(
                ["licenses": .string(String(decoding: bytes, as: UTF8.self))] as JSON)
        } else {
            global.console.print(bytes: bytes)
        }
    }
}
