import Workbench

/// Finds artifacts by the URI that a foreign store has of them.
///
/// What is not there is looked for by the tail of its path, `EXPERIMENT/RUN/artifacts` or
/// `EXPERIMENT/models/m-ID/artifacts`, below the folder of artifacts and beside the source: stores
/// are moved and keep the paths that they had.
struct ArtifactLocator: Sendable {
    /// What a URI names.
    enum Place: Sendable {
        /// A folder or file among some files.
        case files(any ExchangeFiles, path: String)
        /// A place that this build cannot read, with the reason.
        case elsewhere(String)
    }

    /// What was found at a URI.
    enum Finding: Sendable {
        /// A folder or file among some files.
        case files(any ExchangeFiles, path: String)
        /// Nothing, neither there nor in the other places.
        case nothing
        /// A place that this build cannot read, with the reason.
        case elsewhere(String)
    }

    /// Where `mlflow-artifacts:` leads.
    let artifacts: any ExchangeFiles
    /// Where relative paths start.
    let base: any ExchangeFiles
    /// The root folder of this machine.
    let disk: any ExchangeFiles

    /// What is at `uri`, or at the place that it has now.
    ///
    /// - Throws: `invalidInput` for what is there and cannot be read.
    func find(_ uri: String) throws(BancadaError) -> Finding {
        let files: any ExchangeFiles
        let path: String
        switch place(of: uri) {
        case .files(let found, let there): (files, path) = (found, there)
        case .elsewhere(let reason): return .elsewhere(reason)
        }
        var refusal: BancadaError?
        do throws(BancadaError) {
            if try files.entry(at: path) != nil { return .files(files, path: path) }
        } catch {
            refusal = error
        }
        let roots = [(artifacts, "")] + ["", "mlruns", "mlartifacts"].map { (base, $0) }
        for tail in Self.tails(of: path) {
            for (files, root) in roots {
                let place = FileStoreSource.join(root, tail)
                if try files.entry(at: place) != nil { return .files(files, path: place) }
            }
        }
        if let refusal { throw refusal }
        return .nothing
    }

    /// The ends of a path of artifacts, from `RUN/artifacts/...` or `m-ID/artifacts/...` on, and
    /// longer ones; none of other paths.
    private static func tails(of path: String) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        guard let start = owner(in: parts) else { return [] }
        return (0...start).reversed().map { parts[$0...].joined(separator: "/") }
    }

    /// Where the id of the run or logged model is that the artifacts are of.
    private static func owner(in parts: [String]) -> Int? {
        parts.indices.dropLast().last {
            parts[$0 + 1] == "artifacts"
                && (RunID(parts[$0]) != nil || LoggedModelID(parts[$0]) != nil)
        }
    }

    /// The folder of the store that `uri` is in; nil where it is in none of files.
    func store(of uri: String) -> (files: any ExchangeFiles, path: String)? {
        guard case .files(let files, let path) = place(of: uri) else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        let owner = Self.owner(in: parts) ?? parts.count
        let isModel = owner < parts.count && LoggedModelID(parts[owner]) != nil
        let above = max(0, owner - (isModel ? 2 : 1))
        return (files, parts[..<above].joined(separator: "/"))
    }

    /// What `uri` names.
    func place(of uri: String) -> Place {
        guard let colon = uri.firstIndex(of: ":"), Self.isScheme(uri[..<colon]) else {
            return path(uri)
        }
        let rest = String(uri[uri.index(after: colon)...])
        switch uri[..<colon].lowercased() {
        case "file":
            // `file:///a` and `file:/a`; a name of a machine is not looked at.
            if let slashes = rest.removingPrefix("//") {
                let start = slashes.firstIndex(of: "/") ?? slashes.startIndex
                return path(Self.decoded(String(slashes[start...])))
            }
            return path(Self.decoded(rest))
        case "mlflow-artifacts":
            var name = rest
            if let slashes = rest.removingPrefix("//") {
                name = String(slashes[(slashes.firstIndex(of: "/") ?? slashes.endIndex)...])
            }
            return .files(artifacts, path: Self.relative(Self.decoded(name)))
        default:
            return .elsewhere("\(uri) is not on this machine's disks and stays where it is")
        }
    }

    /// Whether clients find the artifacts there by themselves: on a server of files.
    static func isRemote(_ uri: String) -> Bool {
        guard let colon = uri.firstIndex(of: ":"), isScheme(uri[..<colon]) else { return false }
        return !["file", "mlflow-artifacts", "runs", "models"]
            .contains(uri[..<colon].lowercased())
    }

    private func path(_ text: String) -> Place {
        text.hasPrefix("/")
            ? .files(disk, path: Self.relative(text)) : .files(base, path: Self.relative(text))
    }

    /// Two letters or more, so that `C:` is none.
    private static func isScheme(_ text: Substring) -> Bool {
        text.count > 1
            && text.allSatisfy { $0.isASCII && ($0.isLetter || "+-.0123456789".contains($0)) }
    }

    private static func relative(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// The text with `%41` read as a byte.
    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == 0x25, digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
