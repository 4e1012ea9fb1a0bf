import Workbench

/// What this build is.
enum BuildInfo {
    /// The release, as `bancada version` prints it.
    static let version = "0.1.0"

    /// The compiler's language version that built it.
    static let swift: String = {
        #if compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }()

    /// Operating system and processor, such as `linux-x86_64`.
    static let platform: String = {
        #if os(Linux)
            let system = "linux"
        #else
            let system = "macos"
        #endif
        #if arch(x86_64)
            return system + "-x86_64"
        #else
            return system + "-arm64"
        #endif
    }()
}
