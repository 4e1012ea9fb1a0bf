// System calls for a child that shares its parent's memory: nothing here touches errno or any other
// state of the C library, whose thread-local memory is the parent's. Each returns the result, or
// minus the value of errno.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define BANCADA_SHARED_MEMORY 1
#include <sys/syscall.h>

#if defined(__x86_64__)
static inline long kernel_call(long number, long a, long b, long c, long d) {
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}
#else
static inline long kernel_call(long number, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}
#endif

static inline long kernel_read(int file, void *bytes, size_t size) {
    return kernel_call(SYS_read, file, (long)bytes, (long)size, 0);
}
static inline long kernel_write(int file, const void *bytes, size_t size) {
    return kernel_call(SYS_write, file, (long)bytes, (long)size, 0);
}
static inline long kernel_duplicate(int file, int target) {
    return kernel_call(SYS_dup3, file, target, 0, 0);
}
static inline long kernel_new_session(void) { return kernel_call(SYS_setsid, 0, 0, 0, 0); }
static inline long kernel_folder(const char *path) {
    return kernel_call(SYS_chdir, (long)path, 0, 0, 0);
}
static inline long kernel_limit(int kind, uint64_t soft, uint64_t hard) {
    const uint64_t values[2] = {soft, hard};
    return kernel_call(SYS_prlimit64, 0, kind, (long)values, 0);
}
static inline long kernel_hard_limit(int kind, uint64_t *hard) {
    uint64_t values[2] = {0, 0};
    const long result = kernel_call(SYS_prlimit64, 0, kind, 0, (long)values);
    *hard = values[1];
    return result;
}
static inline void kernel_default_signals(void) {
    // All zero: the default action, no flags, an empty mask.
    const uint64_t action[8] = {0};
    for (int number = 1; number <= 64; number++)
        kernel_call(SYS_rt_sigaction, number, (long)action, 0, 8);
}
static inline void kernel_unblock_signals(void) {
    const uint64_t none = 0;
    kernel_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, 8);
}
static inline long kernel_execute(const char *path, char *const *arguments, char *const *environment) {
    return kernel_call(SYS_execve, (long)path, (long)arguments, (long)environment, 0);
}
static inline _Noreturn void kernel_exit(int code) {
    for (;;) kernel_call(SYS_exit_group, code, 0, 0, 0);
}
/// Closes the descriptors from `first` to `last`.
static inline void kernel_close(unsigned first, unsigned last) {
    if (first > last) return;
#if defined(SYS_close_range)
    const long result = kernel_call(SYS_close_range, first, last, 0, 0);
    if (result == 0) return;
#endif
    // An old kernel. What is open above this carries O_CLOEXEC, as everything here does.
    for (unsigned file = first; file <= last && file < 65536; file++)
        kernel_call(SYS_close, file, 0, 0, 0);
}

#else
// A forked child has memory of its own, so the C library's functions that are safe in signal
// handlers will do.
static inline long kernel_result(long result) { return result < 0 ? -errno : result; }
static inline long kernel_read(int file, void *bytes, size_t size) {
    return kernel_result(read(file, bytes, size));
}
static inline long kernel_write(int file, const void *bytes, size_t size) {
    return kernel_result(write(file, bytes, size));
}
static inline long kernel_duplicate(int file, int target) { return kernel_result(dup2(file, target)); }
static inline long kernel_new_session(void) { return kernel_result(setsid()); }
static inline long kernel_folder(const char *path) { return kernel_result(chdir(path)); }
static inline long kernel_limit(int kind, uint64_t soft, uint64_t hard) {
    const struct rlimit limit = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return kernel_result(setrlimit(kind, &limit));
}
static inline long kernel_hard_limit(int kind, uint64_t *hard) {
    struct rlimit limit = {0};
    const long result = kernel_result(getrlimit(kind, &limit));
    *hard = (uint64_t)limit.rlim_max;
    return result;
}
static inline void kernel_default_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
}
static inline void kernel_unblock_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
static inline long kernel_execute(const char *path, char *const *arguments, char *const *environment) {
    return kernel_result(execve(path, arguments, environment));
}
static inline _Noreturn void kernel_exit(int code) { _exit(code); }
static inline void kernel_close(unsigned first, unsigned last) {
    const unsigned size = (unsigned)getdtablesize();
    for (unsigned file = first; file <= last && file < size; file++) close((int)file);
}
#endif
