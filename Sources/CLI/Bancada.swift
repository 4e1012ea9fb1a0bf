import ArgumentParser
import Documents
import Foundation
import LinearAlgebra
import Workbench

/// The command line's only entry.
package enum Bancada {
    /// Runs the command that the process's arguments name and exits with its code.
    package static func main() async -> Never {
        let code = await run(Array(CommandLine.arguments.dropFirst()))
        exit(code)
    }

    /// Runs one command and returns the exit code of DESIGN section 4.
    static func run(_ arguments: [String]) async -> Int32 {
        let console = Console(
            quiet: false, verbose: arguments.contains { $0 == "-v" || $0 == "--verbose" })
        do {
            try checkProcessor()
            var command = try RootCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.done
        } catch let error as BancadaError {
            console.report(error)
            return ExitStatus(error.code).rawValue
        } catch is CancellationError {
            console.report(BancadaError(.cancelled, "interrupted"))
            return ExitStatus.interrupted.rawValue
        } catch {
            return report(error, arguments: arguments, console: console)
        }
    }

    /// Prints what the argument parser throws: help on stdout, usage errors on stderr.
    private static func report(
        _ error: any Error, arguments: [String], console: Console
    ) -> Int32 {
        let code = RootCommand.exitCode(for: error)
        let message = RootCommand.fullMessage(for: error)
        if code.isSuccess {
            console.print(message)
            return ExitStatus.done
        }
        if let exit = error as? ExitCode { return exit.rawValue }
        if code == .validationFailure {
            console.write(message, hint: commandHint(arguments))
            return ExitStatus.usage.rawValue
        }
        console.report(BancadaError(.internal, "unexpected error: \(error)", cause: error))
        return ExitStatus.failed.rawValue
    }

    /// The subcommand that somebody probably meant.
    private static func commandHint(_ arguments: [String]) -> String? {
        let names = RootCommand.configuration.subcommands.map { $0._commandName }
        guard let first = arguments.first, !first.hasPrefix("-"), !names.contains(first),
            let near = NearestName.of(first, among: names)
        else { return nil }
        return "run 'bancada \(near)'"
    }

    private static func checkProcessor() throws(BancadaError) {
        guard BLAS.processorIsSupported else {
            throw BancadaError(
                .unsupported, "this processor has no AVX2 and FMA, which this build needs",
                hint: "use a processor of the x86-64-v3 level (2013 or newer), or arm64")
        }
    }
}
