package import Workbench
import Yams

/// Reads YAML 1.2 into a tree with places.
///
/// Scalars follow the core schema: `null`, `~` and nothing are null; `true` and `false` are
/// booleans; integers, also `0x` and `0o`; floats, also `.inf` and `.nan`; everything else is text
/// (`yes`, `on` and dates too), and what is quoted is text always. Keys become text. Merge keys
/// (`<<`) are honoured. Duplicate keys and tags beyond the core schema are refused.
///
/// Bounded: 64 MiB, `maximumSeparators`, nesting of `maximumDepth`, and `maximumNodes` values with
/// every alias counted as often as it is used, so no input can exhaust stack or memory.
package enum YAMLParser {
    /// The deepest nesting that is accepted.
    package static let maximumDepth = 128
    /// The most values of one document, aliases counted in full.
    package static let maximumNodes = 1_000_000
    /// The most lines and commas of a text, also inside of longer texts.
    package static let maximumSeparators = 3_000_000
    /// The longest text that is accepted, in bytes.
    package static let maximumBytes = 64 << 20

    /// Reads a text that holds exactly one document; empty ones beside it do not count.
    ///
    /// - Parameter document: its name in messages.
    /// - Throws: `invalidInput` naming line and column.
    package static func parse(_ bytes: [UInt8], document: String) throws(BancadaError) -> Node {
        let nodes = try parseAll(bytes, document: document)
        guard let first = nodes.first else {
            throw BancadaError(
                .invalidInput, "\(document) is empty, expected a YAML document",
                hint: "name another file, or write one")
        }
        if nodes.count > 1 {
            let place = nodes[1].location
            throw BancadaError(
                .invalidInput,
                "\(document):\(place.line):\(place.column): a second document starts here, "
                    + "expected one",
                hint: "put each document into a file of its own")
        }
        return first
    }

    /// Reads one document, as of bytes.
    ///
    /// - Throws: `invalidInput` naming line and column.
    package static func parse(_ text: String, document: String) throws(BancadaError) -> Node {
        try parse(Array(text.utf8), document: document)
    }

    /// Reads every document of a text, in order; empty ones are left out.
    ///
    /// - Throws: `invalidInput` naming line and column.
    package static func parseAll(
        _ bytes: [UInt8], document: String
    ) throws(BancadaError) -> [Node] {
        let text = try YAMLText(bytes, document: document)
        var nodes: [Node] = []
        do {
            let parser = try Yams.Parser(yaml: text.source, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                if case .scalar(let scalar) = root, scalar.string.isEmpty, scalar.style == .plain {
                    continue
                }
                var builder = YAMLBuilder(text: text)
                nodes.append(try builder.build(root))
            }
            // The names of anchors live as long as the parser.
            withExtendedLifetime(parser) {}
        } catch let error as BancadaError {
            throw error
        } catch let error as YamlError {
            throw text.failure(error)
        } catch {
            throw BancadaError(.internal, "\(document): \(error)", cause: error)
        }
        return nodes
    }
}
