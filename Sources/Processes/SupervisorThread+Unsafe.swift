import CProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that may block, which those of Swift's concurrency must not: one for each child while it
/// runs. They hear no signals, and writing to a closed pipe is an error on them and no more.
enum SupervisorThread {
    /// Runs `body` on a new thread; false when the system has none left (`body` is not run then).
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return false }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        // Its buffers are on the heap.
        unsafe pthread_attr_setstacksize(&attributes, 512 * 1024)
        let context = unsafe Unmanaged.passRetained(Body(run: body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = unsafe pthread_create(
            &thread, &attributes,
            { context in
                #if canImport(Darwin)
                    let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                #else
                    guard let context = unsafe context else { return nil }
                    let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                #endif
                bancada_block_signals()
                body.run()
                return nil
            }, context.toOpaque())
        if code != 0 { unsafe context.release() }
        return code == 0
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
