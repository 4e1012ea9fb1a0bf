// Pipes, and the ends of children.
#define _GNU_SOURCE
#include "CProcess.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <sys/event.h>
#endif

/// Moves a descriptor above the standard streams.
static int raised(int file) {
    if (file < 0 || file >= 3) return file;
    const int higher = fcntl(file, F_DUPFD_CLOEXEC, 3);
    close(file);
    return higher;
}

int32_t bancada_pipe(int32_t near, int32_t *reading, int32_t *writing) {
    int ends[2];
#if defined(__linux__)
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
    if (pipe(ends) != 0) return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    ends[0] = raised(ends[0]);
    ends[1] = raised(ends[1]);
    if (ends[0] < 0 || ends[1] < 0) {
        const int code = errno;
        if (ends[0] >= 0) close(ends[0]);
        if (ends[1] >= 0) close(ends[1]);
        return code;
    }
    if (near == 0 || near == 1) fcntl(ends[near], F_SETFL, O_NONBLOCK);
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

int32_t bancada_exit_watch(int32_t process) {
#if defined(__linux__) && defined(SYS_pidfd_open)
    return raised((int)syscall(SYS_pidfd_open, process, 0));
#elif defined(__APPLE__)
    const int queue = raised(kqueue());
    if (queue < 0) return -1;
    fcntl(queue, F_SETFD, FD_CLOEXEC);
    struct kevent event;
    EV_SET(&event, (uintptr_t)process, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, NULL);
    if (kevent(queue, &event, 1, NULL, 0, NULL) == 0) return queue;
    close(queue);
    return -1;
#else
    (void)process;
    return -1;
#endif
}

int32_t bancada_has_ended(int32_t process) {
    siginfo_t info = {0};
    int result;
    do {
        result = waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT);
    } while (result != 0 && errno == EINTR);
    // A child that is not there to be waited for is over too.
    return result != 0 || info.si_pid == process;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec * 1e-6; }

static uint64_t peak(const struct rusage *usage) {
#if defined(__APPLE__)
    return (uint64_t)usage->ru_maxrss;
#else
    return (uint64_t)usage->ru_maxrss * 1024;
#endif
}

int32_t bancada_collect(int32_t process, struct bancada_ending *ending) {
    int status = 0;
    struct rusage usage;
    pid_t result;
    do { result = wait4(process, &status, 0, &usage); } while (result < 0 && errno == EINTR);
    if (result < 0) return errno;
    ending->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending->user_seconds = seconds(usage.ru_utime);
    ending->system_seconds = seconds(usage.ru_stime);
    ending->peak_bytes = peak(&usage);
    return 0;
}

uint64_t bancada_own_peak_bytes(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? peak(&usage) : 0;
}

void bancada_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}
