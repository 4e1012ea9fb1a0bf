package import Plugins
package import Workbench

extension PythonEnvironment {
    /// What starts a plugin: its command, where Python is named by the interpreter of the
    /// environment that its requirements ask for, made on first use.
    ///
    /// - Parameter context: whose log hears pip, and whose processes it starts.
    /// - Throws: `notFound` for a missing list of requirements; as `executable`.
    package func arguments(
        of plugin: PluginManifest, context: ExecutionContext
    ) async throws(BancadaError) -> [String] {
        guard let list = plugin.requirements, let program = plugin.command.first,
            program == "python3" || program == "python"
        else { return plugin.command }
        let path = "\(plugin.folder)/\(list)"
        let bytes = try WorkFiles.bytes(path, limit: 1 << 20, name: path)
        let python = try await executable(
            requirements: [String(decoding: bytes, as: UTF8.self)], folder: plugin.folder,
            process: TaskProcess(task: plugin.name, context: context, inherited: variables))
        return [python] + plugin.command.dropFirst()
    }
}
