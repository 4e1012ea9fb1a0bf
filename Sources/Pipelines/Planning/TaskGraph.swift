import Workbench

/// What comes before what.
struct TaskGraph {
    let dependencies: [[Int]]
    let dependents: [[Int]]
    let order: [Int]
    let levels: [[Int]]

    /// Orders tasks after those that they wait for (Kahn 1962, "Topological sorting of large
    /// networks"), the first of the file first.
    ///
    /// - Throws: `invalidInput` naming a circle.
    init(_ pipeline: Pipeline, _ dependencies: [[Int]]) throws(BancadaError) {
        let count = dependencies.count
        var dependents = [[Int]](repeating: [], count: count)
        for task in 0..<count {
            for before in dependencies[task] { dependents[before].append(task) }
        }
        var waiting = dependencies.map(\.count)
        var ready = LeastFirst()
        for task in 0..<count where waiting[task] == 0 { ready.insert(task) }
        var order: [Int] = []
        order.reserveCapacity(count)
        var level = [Int](repeating: 0, count: count)
        while let task = ready.removeLeast() {
            order.append(task)
            for next in dependents[task] {
                level[next] = max(level[next], level[task] + 1)
                waiting[next] -= 1
                if waiting[next] == 0 { ready.insert(next) }
            }
        }
        guard order.count == count else {
            throw Self.circle(pipeline, dependencies, waiting)
        }
        var levels = [[Int]](repeating: [], count: (level.max() ?? -1) + 1)
        for task in 0..<count { levels[level[task]].append(task) }
        self.dependencies = dependencies
        self.dependents = dependents
        self.order = order
        self.levels = levels
    }

    /// The error for tasks that wait for each other: following what they wait for from the first
    /// one leads around.
    private static func circle(
        _ pipeline: Pipeline, _ dependencies: [[Int]], _ waiting: [Int]
    ) -> BancadaError {
        var path: [Int] = []
        var places: [Int: Int] = [:]
        var next = waiting.firstIndex { $0 > 0 }
        while let task = next, places[task] == nil {
            places[task] = path.count
            path.append(task)
            next = dependencies[task].first { waiting[$0] > 0 }
        }
        let start = next.flatMap { places[$0] } ?? 0
        var circle = Array(path[start...])
        // It starts with the first of the file.
        if let least = circle.min(), let index = circle.firstIndex(of: least) {
            circle = Array(circle[index...] + circle[..<index])
        }
        let first = pipeline.tasks[circle[0]]
        var names = (circle + [circle[0]]).map { pipeline.tasks[$0].name }
        if names.count > 20 {
            names.replaceSubrange(10..<(names.count - 9), with: ["(\(names.count - 19) more)"])
        }
        return BancadaError(
            .invalidInput,
            "\(pipeline.position(first.location))tasks wait for each other in a circle: "
                + names.joined(separator: " -> "),
            hint: "remove one of the references or \"needs\" between them")
    }
}

/// Numbers of which the least is always at hand: a binary heap.
private struct LeastFirst {
    private var items: [Int] = []

    mutating func insert(_ item: Int) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[(child - 1) / 2] > items[child] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeLeast() -> Int? {
        guard let least = items.first, let last = items.popLast() else { return nil }
        if items.isEmpty { return least }
        items[0] = last
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < items.count else { return least }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            if items[parent] <= items[child] { return least }
            items.swapAt(parent, child)
            parent = child
        }
    }
}
