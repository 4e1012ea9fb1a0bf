// The gated start.
//
// A child that waits cannot borrow its parent's stack, as vfork's does, and copying the tables of
// all memory, as fork does, costs milliseconds in a process with models loaded. So on Linux the
// child shares the memory but has a small stack of its own, and makes bare system calls only
// (kernel.h). What it reads lies in `struct bancada_spawn`, which lives until the status pipe ends:
// the kernel lets go of the child's memory before it closes the child's files, so the end of that
// pipe says that nothing is read any more.
#define _GNU_SOURCE
#include "CProcess.h"
#include "kernel.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { stack_size = 32 * 1024 };

struct bancada_spawn {
    int32_t process;
    /// This process's ends of the two pipes.
    int gate_writing, status_reading;
    /// The child's ends and streams. They never change: the child reads them while this process
    /// closes its own copies.
    int gate_reading, status_writing, streams[3];
    uint64_t cpu_seconds, address_space, open_files;
    const char *path, *folder;
    char **arguments, **environment;
    char *stack;
};

// MARK: - In the child

static _Noreturn void give_up(const struct bancada_spawn *spawn, int stage, long result) {
    const struct bancada_spawn_failure failure = {.stage = stage, .code = (int32_t)-result};
    // A parent that is gone hears nothing.
    (void)kernel_write(spawn->status_writing, &failure, sizeof failure);
    kernel_exit(127);
}

/// Closes all descriptors from 3 on but two.
static void close_others(int one, int other) {
    const unsigned low = (unsigned)(one < other ? one : other);
    const unsigned high = (unsigned)(one < other ? other : one);
    kernel_close(3, low - 1);
    kernel_close(low + 1, high - 1);
    kernel_close(high + 1, ~0U);
}

static long limit(int kind, uint64_t soft, uint64_t extra) {
    if (soft == BANCADA_NO_LIMIT) return 0;
    uint64_t hard = 0;
    const long result = kernel_hard_limit(kind, &hard);
    if (result < 0) return result;
    if (soft > hard) soft = hard;
    return kernel_limit(kind, soft, hard - soft < extra ? hard : soft + extra);
}

static int child(void *context) {
    const struct bancada_spawn *spawn = context;
    kernel_default_signals();
    long result = kernel_new_session();
    for (int target = 0; target < 3 && result >= 0; target++)
        result = kernel_duplicate(spawn->streams[target], target);
    if (result < 0) give_up(spawn, BANCADA_STAGE_STREAMS, result);
    // Among what closes here are the gates of children that start at the same time.
    close_others(spawn->gate_reading, spawn->status_writing);

    char byte = 0;
    do {
        result = kernel_read(spawn->gate_reading, &byte, 1);
    } while (result == -EINTR);
    if (result != 1) kernel_exit(127);

    result = kernel_folder(spawn->folder);
    if (result < 0) give_up(spawn, BANCADA_STAGE_FOLDER, result);
    result = kernel_limit(RLIMIT_CORE, 0, 0);
    // The second more is for the program to hear of the first limit.
    if (result >= 0) result = limit(RLIMIT_CPU, spawn->cpu_seconds, 1);
    if (result >= 0) result = limit(RLIMIT_AS, spawn->address_space, 0);
    if (result >= 0) result = limit(RLIMIT_NOFILE, spawn->open_files, 0);
    if (result < 0) give_up(spawn, BANCADA_STAGE_LIMITS, result);
    kernel_close((unsigned)spawn->gate_reading, (unsigned)spawn->gate_reading);
    kernel_unblock_signals();
    result = kernel_execute(spawn->path, spawn->arguments, spawn->environment);
    give_up(spawn, BANCADA_STAGE_PROGRAM, result);
}

// MARK: - In the parent

static void close_one(int *file) {
    if (*file >= 0) close(*file);
    *file = -1;
}

static void discard(struct bancada_spawn *spawn) {
    close_one(&spawn->gate_writing);
    close_one(&spawn->status_reading);
    free(spawn->stack);
    free(spawn);
}

/// One block holds the structure, the two tables and the strings.
static struct bancada_spawn *prepare(const struct bancada_spawn_request *request) {
    const size_t entries = request->argument_count + request->environment_count + 2;
    struct bancada_spawn *spawn =
        calloc(1, sizeof *spawn + entries * sizeof(char *) + request->size);
    if (spawn == NULL) return NULL;
    spawn->gate_writing = spawn->status_reading = -1;
    spawn->gate_reading = spawn->status_writing = -1;
    spawn->cpu_seconds = request->cpu_seconds;
    spawn->address_space = request->address_space;
    spawn->open_files = request->open_files;
    spawn->arguments = (char **)(spawn + 1);
    spawn->environment = spawn->arguments + request->argument_count + 1;
    char *text = (char *)(spawn->arguments + entries);
    memcpy(text, request->strings, request->size);
    spawn->path = text;
    text += strlen(text) + 1;
    spawn->folder = text;
    for (size_t index = 0; index < request->argument_count; index++) {
        text += strlen(text) + 1;
        spawn->arguments[index] = text;
    }
    for (size_t index = 0; index < request->environment_count; index++) {
        text += strlen(text) + 1;
        spawn->environment[index] = text;
    }
    return spawn;
}

/// The new process; every signal is blocked in it.
static int32_t start(struct bancada_spawn *spawn) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
#if defined(BANCADA_SHARED_MEMORY)
    const int process = clone(child, spawn->stack + stack_size, CLONE_VM | SIGCHLD, spawn);
#else
    const int process = fork();
    if (process == 0) child(spawn);
#endif
    const int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return process;
}

struct bancada_spawn *bancada_spawn_begin(
    const struct bancada_spawn_request *request, struct bancada_spawn_failure *failure) {
    *failure = (struct bancada_spawn_failure){.stage = BANCADA_STAGE_FORK, .code = ENOMEM};
    struct bancada_spawn *spawn = prepare(request);
    if (spawn == NULL) return NULL;
    int nothing = -1;
    if ((spawn->stack = malloc(stack_size)) == NULL) goto failed;
    failure->code = bancada_pipe(-1, &spawn->gate_reading, &spawn->gate_writing);
    if (failure->code != 0) goto failed;
    failure->code = bancada_pipe(-1, &spawn->status_reading, &spawn->status_writing);
    if (failure->code != 0) goto failed;
    if (request->input < 0 || request->output < 0 || request->error < 0) {
        nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        // The standard streams of this process may be closed.
        if (nothing >= 0 && nothing < 3) {
            const int low = nothing;
            nothing = fcntl(low, F_DUPFD_CLOEXEC, 3);
            close(low);
        }
        if (nothing < 0) {
            failure->code = errno;
            goto failed;
        }
    }
    spawn->streams[0] = request->input < 0 ? nothing : request->input;
    spawn->streams[1] = request->output < 0 ? nothing : request->output;
    spawn->streams[2] = request->error < 0 ? nothing : request->error;
    spawn->process = start(spawn);
    failure->code = errno;
    if (spawn->process < 0) goto failed;
    close_one(&nothing);
    close(spawn->gate_reading);
    close(spawn->status_writing);
    failure->stage = BANCADA_STAGE_NONE;
    return spawn;
failed:
    close_one(&nothing);
    close_one(&spawn->gate_reading);
    close_one(&spawn->status_writing);
    discard(spawn);
    return NULL;
}

int32_t bancada_spawn_process(const struct bancada_spawn *spawn) { return spawn->process; }

/// What the child says before the status pipe ends; nothing when the program runs.
static struct bancada_spawn_failure outcome(const struct bancada_spawn *spawn) {
    struct bancada_spawn_failure failure = {0};
    size_t size = 0;
    for (;;) {
        const ssize_t count =
            read(spawn->status_reading, (char *)&failure + size, sizeof failure - size);
        if (count > 0) size += (size_t)count;
        if (count == 0 || (count < 0 && errno != EINTR)) break;
        if (size == sizeof failure) {
            // The rest is the end of the pipe: the child's last use of this memory.
            char byte;
            ssize_t rest;
            do { rest = read(spawn->status_reading, &byte, 1); } while (rest < 0 && errno == EINTR);
            break;
        }
    }
    if (size < sizeof failure) failure.stage = BANCADA_STAGE_NONE;
    return failure;
}

static void collect(int32_t process) {
    int status;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
}

struct bancada_spawn_failure bancada_spawn_release(struct bancada_spawn *spawn) {
    const char byte = 1;
    ssize_t count;
    do { count = write(spawn->gate_writing, &byte, 1); } while (count < 0 && errno == EINTR);
    const struct bancada_spawn_failure failure = outcome(spawn);
    if (failure.stage != BANCADA_STAGE_NONE) collect(spawn->process);
    discard(spawn);
    return failure;
}

void bancada_spawn_abandon(struct bancada_spawn *spawn) {
    close_one(&spawn->gate_writing);
    (void)outcome(spawn);
    collect(spawn->process);
    discard(spawn);
}
