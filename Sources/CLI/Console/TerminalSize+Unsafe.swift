import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How much room there is where the result goes.
enum TerminalSize {
    /// The width where nobody says one.
    static let standard = 80
    private static let range = 30...400

    /// The characters across: COLUMNS, else what the terminal on stdout says, else 80.
    static var columns: Int {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text) {
            return min(max(columns, range.lowerBound), range.upperBound)
        }
        var size = winsize()
        let answer = unsafe ioctl(1, UInt(TIOCGWINSZ), &size)
        guard answer == 0, size.ws_col > 0 else { return standard }
        return min(max(Int(size.ws_col), range.lowerBound), range.upperBound)
    }

    /// Whether text on stdout may have more than ASCII: the locale's character set is UTF-8.
    static var isUnicode: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        let name = locale?.lowercased() ?? ""
        return name.contains("utf-8") || name.contains("utf8")
    }
}
