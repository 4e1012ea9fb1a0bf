package import Workbench

/// Files that are written at once.
package enum WholeFile {
    /// Writes a file that appears under its name only when it is whole, in place of one that was
    /// there.
    ///
    /// - Throws: `notFound` where the folder is missing, `unavailable` where it cannot be written,
    ///   `invalidInput` where the name is taken by something else than a file.
    package static func write(_ bytes: [UInt8], to path: String) throws(BancadaError) {
        let file = try FileSink(path: path)
        try file.write(bytes)
        try file.commit()
    }
}
