import Workbench
import Yams

/// Makes a `Node` of the parser's tree: places in bytes, scalars by the core schema, aliases within
/// bounds.
struct YAMLBuilder {
    private let text: YAMLText
    private var near = YAMLPosition()
    private var count = 0
    private var anchors: [String: Anchored] = [:]

    /// What an alias stands for.
    private struct Anchored {
        let node: Node
        /// Values in it, itself included.
        let count: Int
        /// Levels below it.
        let height: Int
    }

    /// A builder for one document of `text`.
    init(text: YAMLText) {
        self.text = text
    }

    /// The document's tree.
    mutating func build(_ root: Yams.Node) throws(BancadaError) -> Node {
        try node(root, depth: 0).node
    }

    private mutating func node(
        _ source: Yams.Node, depth: Int
    ) throws(BancadaError) -> (node: Node, height: Int) {
        switch source {
        case .scalar(let scalar):
            let place = text.location(scalar.mark, after: &near)
            if let name = alias(scalar) {
                return try expand(name, at: place, depth: depth)
            }
            try use(1, depth: depth, at: place)
            let value = try YAMLScalar.value(restored(scalar), tag: scalar.tag.rawValue) {
                text.error($0, at: place, hint: $1)
            }
            var written: Node.TextPlace?
            if case .string(let string) = value {
                written = text.place(of: string, style: scalar.style, at: place)
            }
            let result = Node(value, at: place, text: written)
            return remember(result, scalar.anchor, since: count - 1, height: 0)
        case .sequence(let sequence):
            let place = text.location(sequence.mark, after: &near)
            let start = count
            try use(1, depth: depth, at: place)
            try refuse(sequence.tag, but: "tag:yaml.org,2002:seq", at: place)
            var items: [Node] = []
            var height = 0
            items.reserveCapacity(sequence.count)
            for item in sequence {
                let built = try node(item, depth: depth + 1)
                items.append(built.node)
                height = max(height, built.height + 1)
            }
            let result = Node(.array(items), at: place)
            return remember(result, sequence.anchor, since: start, height: height)
        case .mapping(let mapping):
            let place = text.location(mapping.mark, after: &near)
            let start = count
            try use(1, depth: depth, at: place)
            try refuse(mapping.tag, but: "tag:yaml.org,2002:map", at: place)
            let (members, height) = try members(mapping, depth: depth)
            let result = Node(.object(members), at: place)
            return remember(result, mapping.anchor, since: start, height: height)
        case .alias(let alias):
            let place = text.location(alias.mark, after: &near)
            return try expand(alias.anchor.rawValue, at: place, depth: depth)
        }
    }

    private mutating func members(
        _ mapping: Yams.Node.Mapping, depth: Int
    ) throws(BancadaError) -> (members: [Node.Member], height: Int) {
        var members: [Node.Member] = []
        var merged: [Node.Member] = []
        var places: [String: SourceLocation] = [:]
        var height = 0
        members.reserveCapacity(mapping.count)
        for (key, value) in mapping {
            let (name, place, isMerge) = try keyName(key, depth: depth)
            let built = try node(value, depth: depth + 1)
            height = max(height, built.height + 1)
            if isMerge {
                merged += try mergedMembers(built.node)
                continue
            }
            if let first = places.updateValue(place, forKey: name) {
                throw text.duplicate(name, at: place, first: first)
            }
            members.append(Node.Member(name: name, location: place, value: built.node))
        }
        // What a mapping says itself comes before what it takes over, and the first of those wins.
        for member in merged where places.updateValue(member.location, forKey: member.name) == nil {
            members.append(member)
        }
        return (members, height)
    }

    private mutating func keyName(
        _ key: Yams.Node, depth: Int
    ) throws(BancadaError) -> (name: String, place: SourceLocation, isMerge: Bool) {
        guard case .scalar(let scalar) = key else {
            let place = text.location(key.mark, after: &near)
            throw text.error(
                "a key is a list or an object, expected a text", at: place,
                hint: "write the key as text, in quotes where it holds brackets or braces")
        }
        let place = text.location(scalar.mark, after: &near)
        guard let alias = alias(scalar) else {
            let name = restored(scalar)
            if let anchor = scalar.anchor, text.aliasMark != nil {
                anchors[anchor.rawValue] = Anchored(
                    node: Node(.string(name.string), at: place), count: 1, height: 0)
            }
            return (name.string, place, name.isPlain && name.string == "<<")
        }
        let node = try expand(alias, at: place, depth: depth).node
        switch node.value {
        case .string(let name): return (name, place, false)
        case .integer, .number, .bool: return (node.json.compactText, place, false)
        default:
            throw text.error(
                "the key *\(alias) is \(node.kind), expected a text", at: place)
        }
    }

    private func mergedMembers(_ node: Node) throws(BancadaError) -> [Node.Member] {
        switch node.value {
        case .object(let members): return members
        case .array(let items):
            var all: [Node.Member] = []
            for item in items {
                guard case .object(let members) = item.value else { break }
                all += members
            }
            if items.allSatisfy({ if case .object = $0.value { true } else { false } }) {
                return all
            }
        default: break
        }
        throw text.error(
            "\"<<\" takes over the members of \(node.kind), expected an object or a list of objects",
            at: node.location)
    }

    // MARK: - Aliases

    /// The name that a scalar refers to; nil when it is no alias.
    private func alias(_ scalar: Yams.Node.Scalar) -> String? {
        guard let mark = text.aliasMark, scalar.style == .plain,
            scalar.string.unicodeScalars.first == mark
        else { return nil }
        return String(scalar.string.unicodeScalars.dropFirst())
    }

    private func restored(_ scalar: Yams.Node.Scalar) -> YAMLScalar {
        let isPlain = scalar.style == .plain
        guard let mark = text.aliasMark, scalar.string.unicodeScalars.contains(mark) else {
            return YAMLScalar(string: scalar.string, isPlain: isPlain)
        }
        let scalars = scalar.string.unicodeScalars.map { $0 == mark ? "*" : $0 }
        return YAMLScalar(string: String(String.UnicodeScalarView(scalars)), isPlain: isPlain)
    }

    private mutating func expand(
        _ name: String, at place: SourceLocation, depth: Int
    ) throws(BancadaError) -> (node: Node, height: Int) {
        guard let anchored = anchors[name] else {
            if name.contains(where: { $0.isWhitespace }) {
                throw text.error(
                    "text follows an alias in \"*\(name.prefix(60))\"", at: place,
                    hint: "put texts that start with * in quotes")
            }
            throw text.error(
                "the alias *\(name.prefix(60)) has no anchor before it", at: place,
                hint: NearestName.of(name, among: anchors.keys.sorted()).map { "write *\($0)" }
                    ?? "put texts that start with * in quotes")
        }
        try use(anchored.count, depth: depth + anchored.height, at: place)
        return (anchored.node, anchored.height)
    }

    private mutating func remember(
        _ node: Node, _ anchor: @autoclosure () -> Anchor?, since start: Int, height: Int
    ) -> (node: Node, height: Int) {
        if text.aliasMark != nil, let anchor = anchor() {
            anchors[anchor.rawValue] = Anchored(
                node: node, count: count - start, height: height)
        }
        return (node, height)
    }

    // MARK: - Bounds

    private mutating func use(
        _ added: Int, depth: Int, at place: SourceLocation
    ) throws(BancadaError) {
        count += added
        if count > YAMLParser.maximumNodes {
            throw text.error(
                "more than \(YAMLParser.maximumNodes) values, aliases counted in full", at: place)
        }
        if depth > YAMLParser.maximumDepth {
            throw text.error("nested deeper than \(YAMLParser.maximumDepth) levels", at: place)
        }
    }

    private func refuse(
        _ tag: Yams.Tag, but allowed: String, at place: SourceLocation
    ) throws(BancadaError) {
        let name = tag.rawValue
        guard name.isEmpty || name == "!" || name == allowed else {
            throw text.error(YAMLScalar.unknownTag(name), at: place, hint: "leave the tag out")
        }
    }
}
