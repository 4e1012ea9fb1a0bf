#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The logarithm of the C library.
enum NaturalLogarithm {
    /// log(x), in nats.
    static func of(_ x: Double) -> Double { log(x) }
}
