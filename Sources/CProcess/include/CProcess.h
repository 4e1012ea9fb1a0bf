// Starting child processes behind a gate, watching them and collecting them.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a child's start could fail at.
enum bancada_spawn_stage {
    BANCADA_STAGE_NONE = 0,
    /// Pipes, memory or the new process itself; in the parent.
    BANCADA_STAGE_FORK = 1,
    /// Its own session, or its standard streams.
    BANCADA_STAGE_STREAMS = 2,
    /// Its working folder.
    BANCADA_STAGE_FOLDER = 3,
    /// Its limits.
    BANCADA_STAGE_LIMITS = 4,
    /// Its program.
    BANCADA_STAGE_PROGRAM = 5,
};

/// A failed start: where, and the value of errno; stage NONE is no failure.
struct bancada_spawn_failure {
    int32_t stage;
    int32_t code;
};

/// A limit that is not set.
#define BANCADA_NO_LIMIT UINT64_MAX

/// What to start. The strings lie one after the other, each with its NUL: the program's path, the
/// folder, then the arguments, then the environment as NAME=VALUE.
struct bancada_spawn_request {
    const uint8_t *strings;
    size_t size;
    size_t argument_count;
    size_t environment_count;
    /// What become descriptors 0, 1 and 2; -1 is /dev/null. The caller keeps and closes them.
    int32_t input;
    int32_t output;
    int32_t error;
    uint64_t cpu_seconds;
    uint64_t address_space;
    uint64_t open_files;
};

/// A child that waits at its gate.
struct bancada_spawn;

/// Makes a child that leads its own session and process group, has nothing open but its standard
/// streams, and waits at its gate; null and `failure` when that cannot be done. Its process ends
/// without running the program when this process ends first.
struct bancada_spawn *bancada_spawn_begin(
    const struct bancada_spawn_request *request, struct bancada_spawn_failure *failure);

/// The child's process id.
int32_t bancada_spawn_process(const struct bancada_spawn *spawn);

/// Opens the gate and returns once the program runs, or could not be started (the child has been
/// collected then). Frees `spawn`. SIGPIPE must be blocked in the calling thread.
struct bancada_spawn_failure bancada_spawn_release(struct bancada_spawn *spawn);

/// Ends the child at its gate, collects it and frees `spawn`.
void bancada_spawn_abandon(struct bancada_spawn *spawn);

/// A pipe whose ends no other program inherits, above the standard streams; the end of this process
/// (`near`: 0 the reading one, 1 the writing one) never blocks. 0, or a value of errno.
int32_t bancada_pipe(int32_t near, int32_t *reading, int32_t *writing);

/// A descriptor that becomes readable when the child ends; -1 where there is none.
int32_t bancada_exit_watch(int32_t process);

/// Whether the child has ended; it is not collected, so its number stays its own.
int32_t bancada_has_ended(int32_t process);

/// How a child ended, and what it and the children it waited for used.
struct bancada_ending {
    /// The exit code, or -1 when a signal ended it.
    int32_t exit_code;
    /// The signal, or 0.
    int32_t signal;
    double user_seconds;
    double system_seconds;
    /// The peak of resident memory. On Linux never less than this process's own at the start.
    uint64_t peak_bytes;
};

/// Collects a child that has ended. 0, or a value of errno.
int32_t bancada_collect(int32_t process, struct bancada_ending *ending);

/// The peak of resident memory of this process.
uint64_t bancada_own_peak_bytes(void);

/// Blocks every signal in the calling thread: handlers run elsewhere, writing to a closed pipe is
/// an error and no more.
void bancada_block_signals(void);
