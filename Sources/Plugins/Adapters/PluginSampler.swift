import Documents
package import Workbench

/// A sampler that a plugin provides.
package struct PluginSampler: Sampler {
    /// What the plugin says of it.
    package let declaration: SamplerDeclaration
    private let host: PluginHost
    private let settings: [JSON.Member]

    /// The sampler that `declaration` describes, with these settings.
    ///
    /// - Throws: `invalidInput` for unknown settings or values of another kind.
    package init(
        _ declaration: SamplerDeclaration, settings: [JSON.Member], host: PluginHost
    ) throws(BancadaError) {
        self.declaration = declaration
        self.host = host
        self.settings = try ParameterDeclaration.resolve(
            settings, by: declaration.settings, of: "sampler \"\(declaration.name)\"")
    }

    package var name: String { declaration.name }

    /// What of the plugin decides its proposals.
    ///
    /// - Throws: `unavailable` when a file cannot be read; `unsupported` for too large a folder.
    package func fingerprint() throws(BancadaError) -> JSON {
        try PluginFingerprint.json(of: host.manifest)
    }

    package func suggest(_ request: SuggestRequest) async throws(BancadaError) -> Assignment {
        let proposed = try await host.answer(
            SamplerSuggestCall(sampler: name, settings: settings, request: request))
        var values: [String: JSON] = [:]
        var active: [JSON.Member] = []
        for dimension in request.space.dimensions {
            let value = proposed[dimension.name]
            if let condition = dimension.condition,
                try !Expression(parsing: condition).holds(ExpressionScope(values))
            {
                // Katib knows no conditions: a value for what is not active is left out.
                values[dimension.name] = .null
                continue
            }
            guard let value else {
                throw host.fault(
                    "\"sampler.suggest\": sampler \"\(name)\" proposed no \"\(dimension.name)\"")
            }
            values[dimension.name] = value
            active.append(JSON.Member(dimension.name, value))
        }
        for constraint in request.space.constraints
        where try !Expression(parsing: constraint).holds(ExpressionScope(values)) {
            throw host.fault(
                "\"sampler.suggest\": sampler \"\(name)\" proposed "
                    + "\(JSON.object(active).compactText), which breaks \"\(constraint)\"")
        }
        return Assignment(active)
    }
}
