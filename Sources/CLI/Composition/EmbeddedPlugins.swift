import Foundation
import Store
import Workbench

/// The plugins that travel inside the executable.
enum EmbeddedPlugins {
    /// The folder that holds them, unpacked where that has not been done: the user's cache, by the
    /// digest of their bytes, so that another build has a folder of its own.
    ///
    /// - Throws: `unavailable` when it cannot be written.
    static func folder() throws(BancadaError) -> String {
        let files = EmbeddedAsset.pluginFiles.enumerated().map { place, path in
            (path: path, bytes: EmbeddedAsset.pluginFile(place).bytes)
        }
        var everything: [UInt8] = []
        for file in files {
            everything += file.path.utf8
            everything.append(0)
            everything += file.bytes
            everything.append(0)
        }
        let folder =
            UserFolders.cache + "/plugins/" + ContentDigest.sha256(everything).hex.prefix(16)
        do {
            for file in files { try place(file.bytes, at: folder + "/" + file.path) }
        } catch {
            throw BancadaError(
                .unavailable, "cannot unpack the shipped plugins to \(folder)",
                hint: "check the folder's permissions and the free space", cause: error)
        }
        return folder
    }

    /// Writes a file in one step unless it is there as it should be.
    private static func place(_ bytes: [UInt8], at path: String) throws {
        let data = Data(bytes)
        if FileManager.default.contents(atPath: path) == data { return }
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url, options: .atomic)
    }
}

/// The user's folders, as the system's conventions name them.
enum UserFolders {
    /// What can be made again: `XDG_CACHE_HOME/bancada`, on macOS `~/Library/Caches/bancada`.
    static var cache: String {
        #if os(macOS)
            NSHomeDirectory() + "/Library/Caches/bancada"
        #else
            folder("XDG_CACHE_HOME", else: ".cache")
        #endif
    }

    /// What the user has put there: `XDG_DATA_HOME/bancada`, on macOS
    /// `~/Library/Application Support/bancada`.
    static var data: String {
        #if os(macOS)
            NSHomeDirectory() + "/Library/Application Support/bancada"
        #else
            folder("XDG_DATA_HOME", else: ".local/share")
        #endif
    }

    private static func folder(_ variable: String, else fallback: String) -> String {
        // The convention asks to ignore relative paths.
        if let path = ProcessInfo.processInfo.environment[variable], path.hasPrefix("/") {
            return path + "/bancada"
        }
        return NSHomeDirectory() + "/" + fallback + "/bancada"
    }
}
