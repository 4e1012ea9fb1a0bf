import CAssets

/// A file that travels inside the executable.
enum EmbeddedAsset {
    /// Palmer Penguins as CSV (CC0-1.0).
    case penguins
    /// The licences of what is linked.
    case licenses

    /// The file's bytes.
    var bytes: [UInt8] {
        let index: Int32 =
            switch self {
            case .penguins: Int32(BANCADA_ASSET_PENGUINS.rawValue)
            case .licenses: Int32(BANCADA_ASSET_LICENSES.rawValue)
            }
        return (0..<bancada_asset_size(index)).map { bancada_asset_byte(index, $0) }
    }
}
