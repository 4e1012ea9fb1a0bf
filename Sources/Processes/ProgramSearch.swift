package import Workbench

/// Finds the file of a program as a shell would.
package enum ProgramSearch {
    /// The path of the program of `specification`: along the `PATH` of its variables, or as it is
    /// when it contains `/`.
    ///
    /// - Throws: `notFound` when there is none; `unavailable` when there is one that may not be run.
    package static func path(of specification: ProcessSpecification) throws(BancadaError) -> String
    {
        let name = specification.arguments.first ?? ""
        if name.contains("/") { return name }
        // What POSIX systems take without the variable.
        let search =
            specification.environment.last { $0.name == "PATH" }?.value ?? "/usr/bin:/bin"
        var denied: String?
        for part in search.split(separator: ":", omittingEmptySubsequences: false) {
            let folder = part.isEmpty ? specification.folder : String(part)
            let file = absolute("\(folder)/\(name)", in: specification.folder)
            switch Kernel.runnable(file) {
            case .program: return file
            case .denied: denied = denied ?? file
            case .folder, .missing: continue
            }
        }
        if let denied {
            throw BancadaError(
                .unavailable, "cannot run \(denied): permission denied",
                hint: "make it executable with 'chmod +x'")
        }
        throw BancadaError(
            .notFound, "program \"\(name)\" not found on PATH (\(search))",
            hint: "install it, or give its path")
    }

    /// The child enters its folder before it starts the program.
    private static func absolute(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder == "." || folder.isEmpty || path.hasPrefix(folder + "/")
            ? path : "\(folder)/\(path)"
    }
}
