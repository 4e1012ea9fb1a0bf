import CAssets

/// A file that travels inside the executable.
enum EmbeddedAsset {
    /// Palmer Penguins as CSV (CC0-1.0).
    case penguins
    /// The licences of what is linked.
    case licenses
    /// A file of a shipped plugin, by its place in `pluginFiles`.
    case pluginFile(Int)

    /// A file of the sample workspace, by its place in `sampleFiles`.
    case sampleFile(Int)

    /// The paths of the sample workspace's files beside the data, in the order of the assets.
    static let sampleFiles = [
        "pipelines/penguins.yaml",
        "pipelines/islands.yaml",
        "pipelines/islands.py",
        "studies/curve.yaml",
        "studies/curve.py",
    ]

    /// The paths of the shipped plugins' files, below `Plugins/`, in the order of the assets.
    static let pluginFiles = [
        "summary/README.md",
        "summary/main.py",
        "summary/plugin.yaml",
        "sklearn/README.md",
        "sklearn/main.py",
        "sklearn/mlmodel.py",
        "sklearn/plugin.yaml",
        "sklearn/report.py",
        "sklearn/requirements.txt",
        "sklearn/rpc.py",
        "sklearn/serving.py",
        "sklearn/tables.py",
        "sklearn/training.py",
    ]

    /// The file's bytes.
    var bytes: [UInt8] {
        let index: Int32 =
            switch self {
            case .penguins: Int32(BANCADA_ASSET_PENGUINS.rawValue)
            case .licenses: Int32(BANCADA_ASSET_LICENSES.rawValue)
            case .sampleFile(let place):
                Int32(BANCADA_ASSET_SAMPLE_PENGUINS_YAML.rawValue) + Int32(place)
            case .pluginFile(let place):
                Int32(BANCADA_ASSET_PLUGIN_SUMMARY_README_MD.rawValue) + Int32(place)
            }
        return (0..<bancada_asset_size(index)).map { bancada_asset_byte(index, $0) }
    }
}
