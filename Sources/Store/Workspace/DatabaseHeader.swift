import Workbench

/// The first bytes of an SQLite file, read before SQLite touches it: what is damaged, foreign or
/// newer is refused without changing a byte of the workspace.
struct DatabaseHeader: Sendable {
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let size = 100

    /// Bytes of a page.
    let pageSize: Int64
    /// Pages that the file should have, where the header vouches for the number.
    let pageCount: Int64?
    /// Our schema's number.
    let userVersion: Int
    /// Whose database it is.
    let applicationID: Int32

    /// Reads the header of the file at `path`.
    ///
    /// - Throws: `corrupt` for a file that is no SQLite database; `SystemError`.
    init(ofFile path: String) throws {
        let file = try OpenFile(path, .read)
        let facts = try file.facts()
        guard facts.kind == .file else {
            throw BancadaError(
                .corrupt, "\(path) is not a file", hint: "move it away to start a new workspace")
        }
        var bytes = [UInt8](repeating: 0, count: Self.size)
        let count = try file.read(into: &bytes)
        guard count > 0 else {
            throw BancadaError(
                .corrupt, "\(path) is empty",
                hint: "remove it to start a new workspace, or restore a copy")
        }
        guard count == Self.size, bytes.starts(with: Self.magic) else {
            throw BancadaError(
                .corrupt, "\(path) is not an SQLite database", hint: Self.hint)
        }
        func number(_ offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        let stored = Int64(bytes[16]) << 8 | Int64(bytes[17])
        pageSize = stored == 1 ? 65_536 : stored
        let isPowerOfTwo = pageSize >= 512 && pageSize & (pageSize - 1) == 0
        guard isPowerOfTwo else {
            throw BancadaError(
                .corrupt, "\(path) is damaged: its header has no page size", hint: Self.hint)
        }
        pageCount = number(24) == number(92) ? Int64(number(28)) : nil
        userVersion = Int(number(60))
        applicationID = Int32(bitPattern: number(68))
    }

    private static let hint = "restore a copy, such as the newest in backups/"

    /// Checks whose database it is and that its schema is not newer than `schema`.
    ///
    /// - Throws: `corrupt`.
    func check(_ path: String, against schema: Schema) throws(BancadaError) {
        try Self.check(
            applicationID: applicationID, version: userVersion, path: path, against: schema)
    }

    /// Checks the marks of a database, from its header or from SQLite.
    ///
    /// - Throws: `corrupt`.
    static func check(
        applicationID: Int32, version: Int, path: String, against schema: Schema
    ) throws(BancadaError) {
        guard applicationID == Schema.applicationID else {
            throw BancadaError(
                .corrupt, "\(path) is a database of another application",
                hint: "choose another folder for the workspace")
        }
        guard version <= schema.version else {
            throw BancadaError(
                .corrupt,
                "\(path) has schema \(version), written by a newer bancada; this one knows "
                    + "schemas up to \(schema.version)",
                hint: "use the newer bancada for this workspace")
        }
        guard version >= 1 else {
            throw BancadaError(
                .corrupt, "\(path) has no schema", hint: hint)
        }
    }

    /// Checks that the file has all its pages. While a log of commits exists, pages may be there
    /// instead.
    ///
    /// - Throws: `corrupt`.
    func checkSize(_ path: String, hasLog: Bool) throws {
        guard !hasLog, let pageCount, let size = try FileSystem.facts(path)?.size else { return }
        guard size >= pageCount * pageSize else {
            throw BancadaError(
                .corrupt,
                "\(path) is cut off: \(size) bytes of \(pageCount * pageSize)", hint: Self.hint)
        }
    }
}
