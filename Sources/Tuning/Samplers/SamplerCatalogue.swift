import Documents
package import Workbench

/// The built-in samplers by the names that study files use.
package enum SamplerCatalogue {
    /// Their names.
    package static let names = ["tpe", "random"]

    /// The sampler with a name and settings.
    ///
    /// - Throws: `invalidInput` for an unknown name or setting, with the nearest one as the hint.
    package static func sampler(
        named name: String, settings: [JSON.Member] = []
    ) throws(BancadaError) -> any Sampler {
        switch name {
        case "tpe": return TPESampler(try TPESettings(settings))
        case "random":
            if let first = settings.first {
                throw SamplerSetting(first, sampler: "random").unknown(among: [])
            }
            return RandomSampler()
        default:
            throw BancadaError(
                .invalidInput, "unknown sampler \"\(name)\"",
                hint: NearestName.of(name, among: names).map { "use \"\($0)\"" }
                    ?? "use one of \(names.joined(separator: ", "))")
        }
    }
}
