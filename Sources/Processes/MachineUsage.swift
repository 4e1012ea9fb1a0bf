#if os(Linux)
    import Glibc
#endif

/// What processes use of the machine at one moment.
package struct MachineUsage: Sendable, Equatable {
    /// Processor time so far, that of children that have been waited for included.
    package var cpuSeconds: Double
    /// Physical memory, what is shared counted for each.
    package var residentBytes: Int

    /// The use with these amounts.
    package init(cpuSeconds: Double, residentBytes: Int) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }
}

#if os(Linux)
    extension MachineUsage {
        /// The use of this process; nil where it cannot be seen.
        package static func own() -> MachineUsage? {
            Kernel.bytes(of: "/proc/self/stat", atMost: 4096).flatMap {
                member(stat: String(decoding: $0, as: UTF8.self))?.usage
            }
        }

        /// The use of process groups by their numbers; those without a living member are left out.
        ///
        /// - Complexity: reads a file for each process of the machine.
        package static func groups(_ groups: Set<Int32>) -> [Int32: MachineUsage] {
            if groups.isEmpty { return [:] }
            var uses: [Int32: MachineUsage] = [:]
            for process in Kernel.numbers(in: "/proc") {
                guard let bytes = Kernel.bytes(of: "/proc/\(process)/stat", atMost: 4096),
                    let member = member(stat: String(decoding: bytes, as: UTF8.self)),
                    groups.contains(member.group)
                else { continue }
                let known = uses[member.group] ?? MachineUsage(cpuSeconds: 0, residentBytes: 0)
                uses[member.group] = MachineUsage(
                    cpuSeconds: known.cpuSeconds + member.usage.cpuSeconds,
                    residentBytes: known.residentBytes + member.usage.residentBytes)
            }
            return uses
        }

        /// The memory of this machine; nil where it is not told.
        package static let memoryBytes: Int? = {
            let pages = sysconf(Int32(_SC_PHYS_PAGES))
            return pages > 0 ? pages * pageSize : nil
        }()

        /// How many processors work.
        package static let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

        private static let pageSize = max(1, sysconf(Int32(_SC_PAGESIZE)))
        private static let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

        /// The group and the use of a process from the text of its `stat`; see `ProcessEntry`.
        static func member(stat text: String) -> (group: Int32, usage: MachineUsage)? {
            guard let close = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard fields.count > 21, let group = Int32(fields[2]), let pages = Int(fields[21])
            else { return nil }
            // Its own in user and system mode, then that of its children.
            let time = fields[11...14].reduce(0.0) { $0 + (Double($1) ?? 0) }
            return (
                group,
                MachineUsage(cpuSeconds: time / ticks, residentBytes: pages * pageSize)
            )
        }
    }
#else
    extension MachineUsage {
        /// The use of this process, which this system does not tell simply.
        package static func own() -> MachineUsage? { nil }
        /// The use of process groups, which this system does not tell simply.
        package static func groups(_ groups: Set<Int32>) -> [Int32: MachineUsage] { [:] }
        /// The memory of this machine, which is not needed where nothing is sampled.
        package static let memoryBytes: Int? = nil
        /// How many processors work, which is not needed where nothing is sampled.
        package static let processors = 1
    }
#endif
