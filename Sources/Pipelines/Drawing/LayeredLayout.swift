/// Places boxes of a graph in layers, edges going down.
///
/// Goals, in this order: edges are readable (few crossings, long ones straight), the picture is
/// compact, the same graph gives the same picture. After Sugiyama, Tagawa and Toda (1981), "Methods
/// for visual understanding of hierarchical system structures": layers by the longest path, a
/// point in every layer that an edge passes, order by barycentres, and places by least squares with
/// the gaps kept (isotonic regression by pooling, Ayer et al. 1955).
struct LayeredLayout {
    /// A size or a place.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// The middle of the upper side of each box.
    private(set) var tops: [Point] = []
    /// The points of each edge from box to box.
    private(set) var routes: [[Point]] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    private static let gap = Point(x: 28, y: 44)
    private static let edgeGap = 14.0
    /// The most points that edges pass; with more, long edges are drawn straight.
    private static let maximumPoints = 20_000

    /// What stands in a layer: a box, or a point of an edge.
    private struct Item {
        let box: Int?
        let width: Double
        var x = 0.0
        var above: [Int] = []
        var below: [Int] = []
    }

    private var items: [Item] = []
    private var layers: [[Int]]
    /// The items of each edge, its boxes first and last.
    private var chains: [[Int]] = []

    /// A layout of boxes of these sizes; edges that do not lead to a later level are drawn as they
    /// fall.
    init(sizes: [Point], edges: [(from: Int, to: Int)], levels: [[Int]]) {
        layers = levels
        items = sizes.indices.map { Item(box: $0, width: sizes[$0].x) }
        var level = [Int](repeating: 0, count: sizes.count)
        for (number, members) in levels.enumerated() {
            for box in members { level[box] = number }
        }
        addChains(edges, level)
        for sweep in 0..<12 { order(down: sweep.isMultiple(of: 2)) }
        for layer in layers { pack(layer) }
        for sweep in 0..<16 { place(down: sweep.isMultiple(of: 2)) }
        gather()
        finish(sizes)
    }

    private mutating func addChains(_ edges: [(from: Int, to: Int)], _ level: [Int]) {
        let points = edges.reduce(0) { $0 + max(0, level[$1.to] - level[$1.from] - 1) }
        for edge in edges {
            var chain = [edge.from]
            let passed = level[edge.from] + 1..<max(level[edge.from] + 1, level[edge.to])
            if points <= Self.maximumPoints {
                for layer in passed {
                    chain.append(items.count)
                    layers[layer].append(items.count)
                    items.append(Item(box: nil, width: Self.edgeGap))
                }
            }
            chain.append(edge.to)
            chains.append(chain)
            guard level[edge.to] > level[edge.from] else { continue }
            for (upper, lower) in zip(chain, chain.dropFirst()) {
                items[upper].below.append(lower)
                items[lower].above.append(upper)
            }
        }
    }

    // MARK: - Order

    /// Orders each layer by the mean position of its neighbours in the one before.
    private mutating func order(down: Bool) {
        var position = [Double](repeating: 0, count: items.count)
        for layer in layers {
            for (index, item) in layer.enumerated() {
                position[item] = (Double(index) + 0.5) / Double(layer.count)
            }
        }
        for number in down ? Array(layers.indices) : layers.indices.reversed() {
            let layer = layers[number]
            let sorted = layer.enumerated().map { index, item in
                let near = down ? items[item].above : items[item].below
                let mean =
                    near.isEmpty
                    ? position[item] : near.reduce(0) { $0 + position[$1] } / Double(near.count)
                return (item: item, mean: mean, index: index)
            }.sorted { ($0.mean, $0.index) < ($1.mean, $1.index) }
            layers[number] = sorted.map(\.item)
            for (index, item) in layers[number].enumerated() {
                position[item] = (Double(index) + 0.5) / Double(layer.count)
            }
        }
    }

    // MARK: - Places

    private func distance(_ left: Int, _ right: Int) -> Double {
        let isBetweenBoxes = items[left].box != nil || items[right].box != nil
        return (items[left].width + items[right].width) / 2
            + (isBetweenBoxes ? Self.gap.x : Self.edgeGap)
    }

    private mutating func pack(_ layer: [Int]) {
        var x = 0.0
        for (index, item) in layer.enumerated() {
            if index > 0 { x += distance(layer[index - 1], item) }
            items[item].x = x
        }
        let middle = x / 2
        for item in layer { items[item].x -= middle }
    }

    /// Moves every layer as near as the gaps allow to the means of the neighbours.
    private mutating func place(down: Bool) {
        for layer in down ? layers : layers.reversed() {
            var offset = 0.0
            var offsets: [Double] = []
            // Blocks of items that touch, with the mean of what they want and their weight.
            var blocks: [(mean: Double, weight: Double, count: Int)] = []
            for (index, item) in layer.enumerated() {
                if index > 0 { offset += distance(layer[index - 1], item) }
                offsets.append(offset)
                let near = down ? items[item].above : items[item].below
                let wanted =
                    near.isEmpty
                    ? items[item].x : near.reduce(0) { $0 + items[$1].x } / Double(near.count)
                let weight = near.isEmpty ? 0.2 : items[item].box == nil ? 6 : 1
                var block = (mean: wanted - offset, weight: weight, count: 1)
                while let last = blocks.last, last.mean > block.mean {
                    let sum = last.weight + block.weight
                    let mean = (last.mean * last.weight + block.mean * block.weight) / sum
                    block = (mean, sum, last.count + block.count)
                    blocks.removeLast()
                }
                blocks.append(block)
            }
            var index = 0
            for block in blocks {
                for _ in 0..<block.count {
                    items[layer[index]].x = block.mean + offsets[index]
                    index += 1
                }
            }
        }
    }

    // MARK: - Parts that nothing joins

    /// Moves the parts of the graph that no edge joins together, as far as the gaps allow: the
    /// sweeps push them apart and nothing draws them back.
    private mutating func gather() {
        let parts = self.parts()
        guard parts.count > 1 else { return }
        var owner = [Int](repeating: 0, count: items.count)
        for (number, part) in parts.enumerated() {
            for item in part { owner[item] = number }
        }
        var left = [Int?](repeating: nil, count: items.count)
        var right = left
        for layer in layers {
            for (first, second) in zip(layer, layer.dropFirst()) {
                left[second] = first
                right[first] = second
            }
        }
        let largest = parts.max { $0.count < $1.count } ?? []
        let centre = middle(largest)
        // From the centre outwards, so that each finds its inner neighbours at their places.
        let order = parts.indices.map { ($0, abs(middle(parts[$0]) - centre)) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        for (number, _) in order {
            let wanted = centre - middle(parts[number])
            var room = abs(wanted)
            for item in parts[number] {
                let neighbour = wanted < 0 ? left[item] : right[item]
                guard let neighbour, owner[neighbour] != number else { continue }
                let (first, second) = wanted < 0 ? (neighbour, item) : (item, neighbour)
                room = min(room, items[second].x - items[first].x - distance(first, second))
            }
            let shift = wanted < 0 ? -max(0, room) : max(0, room)
            for item in parts[number] { items[item].x += shift }
        }
    }

    private func middle(_ part: [Int]) -> Double {
        let left = part.map { items[$0].x - items[$0].width / 2 }.min() ?? 0
        let right = part.map { items[$0].x + items[$0].width / 2 }.max() ?? 0
        return (left + right) / 2
    }

    /// The items that edges join, part by part.
    private func parts() -> [[Int]] {
        var isFound = [Bool](repeating: false, count: items.count)
        var parts: [[Int]] = []
        for start in items.indices where !isFound[start] {
            isFound[start] = true
            var part = [start]
            var next = 0
            while next < part.count {
                for item in items[part[next]].above + items[part[next]].below where !isFound[item] {
                    isFound[item] = true
                    part.append(item)
                }
                next += 1
            }
            parts.append(part)
        }
        return parts
    }

    private mutating func finish(_ sizes: [Point]) {
        let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
        width = (items.map { $0.x + $0.width / 2 }.max() ?? 0) - left
        tops = sizes.map { _ in Point(x: 0, y: 0) }
        var places = [(x: Double, top: Double, bottom: Double)](
            repeating: (0, 0, 0), count: items.count)
        var y = 0.0
        for layer in layers {
            let tallest = layer.compactMap { items[$0].box.map { sizes[$0].y } }.max() ?? 0
            for item in layer {
                let x = items[item].x - left
                guard let box = items[item].box else {
                    places[item] = (x, y, y + tallest)
                    continue
                }
                tops[box] = Point(x: x, y: y)
                places[item] = (x, y, y + sizes[box].y)
            }
            y += tallest + Self.gap.y
        }
        height = max(0, y - Self.gap.y)
        routes = chains.map { chain in
            var points: [Point] = []
            for (index, item) in chain.enumerated() {
                if index > 0 { points.append(Point(x: places[item].x, y: places[item].top)) }
                if index < chain.count - 1 {
                    points.append(Point(x: places[item].x, y: places[item].bottom))
                }
            }
            return points
        }
    }
}
