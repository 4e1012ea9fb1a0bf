#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One number for every kernel, eight at a time.
struct KernelVector: Sendable {
    /// The numbers; what the last group has too many is padding.
    var groups: [SIMD8<Double>]

    /// The numbers, filled up with `padding`.
    init(_ values: [Double], padding: Double = 0) {
        groups = []
        groups.reserveCapacity((values.count + 7) / 8)
        var index = 0
        while index < values.count {
            var group = SIMD8<Double>(repeating: padding)
            for lane in 0..<min(8, values.count - index) { group[lane] = values[index + lane] }
            groups.append(group)
            index += 8
        }
    }

    /// Adds another one of the same size.
    mutating func add(_ other: KernelVector) {
        for index in groups.indices { groups[index] += other.groups[index] }
    }

    /// The logarithm of the sum of the exponentials; -infinity of -infinities alone.
    var logSumExp: Double {
        var greatest = SIMD8<Double>(repeating: -.infinity)
        for group in groups { greatest.replace(with: group, where: group .> greatest) }
        var top = greatest[0]
        for lane in 1..<8 { top = max(top, greatest[lane]) }
        guard top.isFinite else { return top }
        var sum = 0.0
        for group in groups {
            let rest = group - top
            // What is e^-40 times the greatest changes no digit that matters.
            guard any(rest .> -40) else { continue }
            for lane in 0..<8 where rest[lane] > -40 { sum += exp(rest[lane]) }
        }
        return top + log(sum)
    }
}
