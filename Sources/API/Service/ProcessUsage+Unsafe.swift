#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

/// What this process has used of the machine.
package struct ProcessUsage: Sendable {
    /// Processor time of all threads, user and system.
    package let cpuSeconds: Double
    /// Physical memory in use; nil where the system does not tell it simply.
    package let residentBytes: Int?

    /// The use with these amounts.
    package init(cpuSeconds: Double, residentBytes: Int?) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }

    /// The use until now.
    package static func current() -> ProcessUsage {
        var usage = rusage()
        // RUSAGE_SELF, which C declares with a type of its own on every system.
        let status = unsafe getrusage(0, &usage)
        // It cannot fail for the own process; 0 is the honest answer if it did.
        let cpu = status == 0 ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : 0
        return ProcessUsage(cpuSeconds: cpu, residentBytes: residentBytes())
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }

    private static func residentBytes() -> Int? {
        #if os(Linux)
            // The second number of /proc/self/statm is the resident set, in pages.
            let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var text = [UInt8](repeating: 0, count: 128)
            let count = unsafe text.withUnsafeMutableBytes {
                unsafe read(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return nil }
            let words = String(decoding: text.prefix(count), as: UTF8.self).split(separator: " ")
            guard words.count > 1, let pages = Int(words[1]) else { return nil }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        #else
            return nil
        #endif
    }
}
