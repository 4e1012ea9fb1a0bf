import Foundation
package import Workbench

/// A model runtime that a plugin provides.
package final class PluginRuntime: ModelRuntime {
    /// What the plugin says of it.
    package let declaration: RuntimeDeclaration
    private let host: PluginHost

    /// The runtime that `declaration` describes, done by the plugin of `host`.
    package init(_ declaration: RuntimeDeclaration, host: PluginHost) {
        self.declaration = declaration
        self.host = host
    }

    package func recognises(folder: String) -> Bool {
        declaration.recognises(folder: folder)
    }

    /// What of the plugin decides its answers.
    ///
    /// - Throws: `unavailable` when a file cannot be read; `unsupported` for too large a folder.
    package func fingerprint() throws(BancadaError) -> JSON {
        try PluginFingerprint.json(of: host.manifest)
    }

    package func load(
        folder: String, name: String, version: String
    ) async throws(BancadaError) -> any ServedModel {
        // The host's own, since several runtimes share its process.
        let number = await host.nextModelNumber()
        let path = folder.hasPrefix("/") ? folder : URL(fileURLWithPath: folder).path
        let call = ModelLoadCall(
            model: "\(declaration.format)-\(number)", format: declaration.format, path: path)
        let answer = try await host.answer(call)
        return PluginServedModel(
            metadata: ModelMetadata(
                name: name, version: version, platform: declaration.format,
                inputs: answer.inputs, outputs: answer.outputs),
            load: call, host: host)
    }
}

extension RuntimeDeclaration {
    /// Whether a folder holds a model of the format: a look at file names.
    package func recognises(folder: String) -> Bool {
        // A folder that cannot be listed holds no model of ours.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains { claims($0) }
    }
}
