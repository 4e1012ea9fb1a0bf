import Workbench

/// Finds artifacts by the URI that a foreign store has of them.
struct ArtifactLocator: Sendable {
    /// What a URI names.
    enum Place: Sendable {
        /// A folder or file among some files.
        case files(any ExchangeFiles, path: String)
        /// A place that this build cannot read, with the reason.
        case elsewhere(String)
    }

    /// Where `mlflow-artifacts:` leads.
    let artifacts: any ExchangeFiles
    /// Where relative paths start.
    let base: any ExchangeFiles
    /// The root folder of this machine.
    let disk: any ExchangeFiles

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
