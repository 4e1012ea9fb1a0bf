import LinearAlgebra
package import Plugins
import Tabular
package import Workbench

extension DataLoader {
    /// Reads a file by the reader of a plugin, which writes it as a dataset folder.
    ///
    /// - Parameter path: the file, absolute.
    /// - Throws: `invalidInput` for a file that the reader cannot use; `pluginFailed`; `cancelled`.
    package func load(
        _ path: String, by reader: PluginReader, context: ExecutionContext
    ) async throws(BancadaError) -> LoadedData {
        let folder = "\(context.workFolder)/read-table"
        let rows = try await reader.read(path, into: folder, context: context)
        let file = "\(folder)/\(DatasetFolder.dataFile)"
        let table: Table
        do throws(BancadaError) {
            table = try CSVReader.read(
                path: file, options: CSVOptions(types: try DatasetFolder.types(in: folder)),
                parallel: Parallel(threads: context.threads), progress: context.progress)
        } catch {
            throw BancadaError(
                .pluginFailed,
                "reader \"\(reader.name)\" made no table of \(path): "
                    + error.message, hint: "check the plugin with 'bancada plugins check'",
                cause: error)
        }
        guard table.rowCount == rows else {
            throw BancadaError(
                .pluginFailed,
                "reader \"\(reader.name)\" read \(rows) rows of \(path) and wrote "
                    + "\(table.rowCount)", hint: "check the plugin with 'bancada plugins check'")
        }
        return LoadedData(
            table: table, reference: .file(path), uri: path, artifact: nil, path: file,
            fingerprint: nil)
    }
}
