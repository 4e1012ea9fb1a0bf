/// A Python that was found.
package struct PythonInterpreter: Sendable, Equatable {
    /// The program itself, not a script that looks for it (`sys.executable`).
    package let path: String
    /// Its version, such as `3.11.7`.
    package let version: String
    /// Implementation and version of compiled code, such as `cpython-311`, with the platform: what
    /// installed packages depend on.
    package let tag: String
    /// The folders of the packages that all its users have.
    package let packageFolders: [String]
}
