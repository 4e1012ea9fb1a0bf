#if os(macOS)
    import Darwin
    package import Workbench

    extension ProcessIdentity {
        /// The marks of this process; start times are microseconds since 1970 here.
        package static func current() throws(BancadaError) -> ProcessIdentity {
            let processID = getpid()
            guard let boot = bootMark(), let start = startTicks(of: processID) else {
                throw BancadaError(.unavailable, "cannot ask the kernel about this process")
            }
            return ProcessIdentity(bootID: boot, processID: processID, startTicks: start)
        }

        /// Whether the process still runs; a zombie does not.
        package var isRunning: Bool {
            guard let here = Self.bootMark() else { return true }
            return here == bootID && Self.startTicks(of: processID) == startTicks
        }

        private static func bootMark() -> String? {
            var buffer = [UInt8](repeating: 0, count: 64)
            var size = buffer.count
            let result = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe sysctlbyname("kern.bootsessionuuid", bytes.baseAddress, &size, nil, 0)
            }
            guard result == 0 else { return nil }
            return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }

        private static func startTicks(of processID: Int32) -> UInt64? {
            var request: [Int32] = [CTL_KERN, KERN_PROC, KERN_PROC_PID, processID]
            var entry = unsafe kinfo_proc()
            var size = MemoryLayout<kinfo_proc>.stride
            let result = unsafe sysctl(&request, UInt32(request.count), &entry, &size, nil, 0)
            guard result == 0, size > 0, unsafe entry.kp_proc.p_stat != CChar(SZOMB) else {
                return nil
            }
            let start = unsafe entry.kp_proc.p_starttime
            return UInt64(start.tv_sec) * 1_000_000 + UInt64(start.tv_usec)
        }
    }
#endif
