#ifndef MOONLET_H
#define MOONLET_H

/*
 * moonlet.h - Moonlet inside a C or C++ program.
 *
 * Moonlet runs many small isolated processes written in Lua 5.4 with `spawn`,
 * `send` and `receive`. A host opens a VM, starts processes from text or
 * files, and takes part as a process itself: it has a pid, sends messages and
 * gets messages. Values cross as messages only; no pointer into a process ever
 * reaches the host.
 *
 *     ml_config cfg = ML_CONFIG_INIT;
 *     ml_vm *vm = ml_open(&cfg, NULL);
 *     ml_spawn_string(vm, "=hello", "print('hello')", ML_ALL, 0, NULL, NULL);
 *     while (ml_step(vm, -1) != ML_DONE) { }
 *     ml_close(vm, 0);
 *
 * Rules
 *   - Nothing is global: any number of VMs live in one program.
 *   - Threads: a VM belongs to the thread that opened it. From any thread:
 *     ml_send, ml_interrupt, and everything about messages (one message is
 *     one thread's at a time). ml_interrupt also from a signal handler.
 *   - Ownership: a parameter `ml_msg *` is taken, whatever the answer; a
 *     `const ml_msg *` is lent. What a function returns as `ml_msg *` or
 *     `char *` is yours: ml_free.
 *   - Errors are negative (ml_status) and kept in no variable; where an
 *     `ml_err *err` is offered it may be NULL.
 *   - Nothing jumps or aborts through your frames; no signal handler, locale,
 *     mask or folder is changed; descriptors are close-on-exec.
 *   - After fork() the child's calls answer ML_EFORK; the parent's go on.
 *   - Structs you fill begin with their size, so that they can grow.
 *
 * Formats, for building (ml_pack) and taking apart (ml_match):
 *
 *     i  int64_t            b  int (0 or 1)       n  double
 *     s  const char *, ends with NUL              S  const char *, size_t
 *     p  ml_pid             r  ml_ref             R  void * of ml_resource
 *     m  a message (ml_pack: taken; ml_match: const ml_msg *, lent)
 *     _  ml_pack: nil; ml_match: any one thing but nil
 *     'text'  this string   12, -3, 1.5, true, false, nil: these values
 *     { ... } a table: parts in order are t[1], t[2]; `key=part` and
 *             `'any text'=part` are fields
 *     [ ... ] a list: several values, as the arguments of a function
 *     ...     last in { } or [ ]: more may follow (ml_match)
 *
 * Blanks separate; a comma may stand between parts. In ml_match a table may
 * have fields that the format does not name, but no further positions without
 * `...`. Outputs are pointers to these types; strings are lent by the message.
 *
 *     ml_pack("{'square' i from=p}", (int64_t)7, ml_self(host))
 *     ml_match(m, "{'result' n}", &number)
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ML_API __attribute__((visibility("default")))
#else
#define ML_API
#endif

#define ML_VERSION_MAJOR 0
#define ML_VERSION_MINOR 1
#define ML_VERSION_PATCH 0
#define ML_VERSION "0.1.0"

typedef struct ml_vm ml_vm;             /* one machine */
typedef struct ml_host ml_host;         /* the host as a process */
typedef struct ml_msg ml_msg;           /* one value: a tree, immutable */

/* The address of a process: 16 opaque bytes. All zero: none. */
typedef struct ml_pid { uint64_t opaque[2]; } ml_pid;
/* A name for one request, from ml_monitor or a message. */
typedef struct ml_ref { uint64_t opaque[2]; } ml_ref;

typedef enum ml_status {
    ML_OK          = 0,
    ML_MORE        = 1,     /* ml_step: the time is over, there is more to run */
    ML_IDLE        = 2,     /* ml_step: everything waits; poll ml_fd, ml_timeout */
    ML_DONE        = 3,     /* ml_step: the program has ended, see ml_exit_code */
    ML_ENOMEM      = -1,
    ML_EINVAL      = -2,    /* a wrong argument */
    ML_EFORMAT     = -3,    /* a mistake in a format: ml_format_check tells where */
    ML_EAGAIN      = -4,    /* a bounded mailbox is full: try later */
    ML_ETIMEDOUT   = -5,
    ML_ENOPROC     = -6,    /* no such process, or it has ended */
    ML_ENOENT      = -7,    /* a file that cannot be opened */
    ML_ESYNTAX     = -8,    /* the text does not compile */
    ML_EINCOMPLETE = -9,    /* the text only ends too early: the prompt asks for more */
    ML_EEXIST      = -10,   /* the name is taken */
    ML_EBUSY       = -11,   /* something of the VM is still at work */
    ML_EFORK       = -12,   /* called in a child of the process that opened the VM */
    ML_ETHREAD     = -13,   /* called from a thread that does not own the VM */
    ML_ESTEP       = -14,   /* called from inside a native function */
    ML_EEXITED     = -15,   /* the program has ended */
    ML_EERROR      = -16    /* an error raised by a native function */
} ml_status;

typedef struct ml_err {
    ml_status code;
    char      text[1024];   /* may hold several lines; cut if it must be */
} ml_err;

/* realloc and free in one: nsize 0 frees. osize is the size it was given with.
 * Called from the threads of the VM as well. */
typedef void *(*ml_alloc_fn)(void *ud, void *ptr, size_t osize, size_t nsize);

/* What processes write to standard output (stream 1) or error (stream 2).
 * Called from the threads of the VM, one at a time, wherever a process runs: so
 * it must be quick, and may call nothing of this header but ml_send,
 * ml_interrupt and what is about messages. */
typedef void (*ml_write_fn)(void *ud, int stream, const char *s, size_t n);

typedef struct ml_config {
    size_t      size;       /* sizeof(ml_config), by ML_CONFIG_INIT */
    int         schedulers; /* 0: the host's thread runs the processes, in ml_step;
                               n: so many threads of the VM do (up to 1024) */
    size_t      max_bytes;  /* of the whole VM; 0: no limit */
    ml_alloc_fn alloc;      /* NULL: the C library's */
    void       *alloc_ud;
    ml_write_fn write;      /* NULL: descriptors 1 and 2 */
    void       *write_ud;
    uint64_t    seed;       /* of hashes and math.random; 0: from the system */
    int         deterministic;      /* 1: the seed (also 0) decides every choice, and time is made up */
    size_t      trace_events;       /* keeps the last n events for ml_trace; 0: none, which costs nothing */
    int         trace_bodies;       /* 1: whole messages, else their tags */
    int         last_events;        /* reports of crashes and deadlocks show up to n of the events kept */
} ml_config;

#define ML_CONFIG_INIT { sizeof(ml_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* --- life --- */

/* "0.1.0" */
ML_API const char *ml_version(void);

/* A short English text for a status; static. Any thread. */
ML_API const char *ml_strerror(int status);

/* A new VM, which belongs to this thread. cfg may be NULL. NULL: see err. */
ML_API ml_vm *ml_open(const ml_config *cfg, ml_err *err);

/*
 * Ends everything and gives back every byte, thread and descriptor. With
 * grace_ms > 0 the main process is first told to exit ("shutdown") and gets
 * that long. Hosts still attached are detached. Not from a callback or native:
 * ML_EBUSY. In a forked child nothing is freed: ML_EFORK.
 */
ML_API int ml_close(ml_vm *vm, int grace_ms);

/* --- driving --- */

/*
 * Runs processes, at most about max_ms milliseconds, then calls the callbacks
 * of attached hosts. max_ms -1: sleeps and runs until there is a message for a
 * host, ml_interrupt, an error of the output, or the end of the program.
 * max_ms >= 0: never sleeps.
 * ML_MORE: call again; ML_IDLE: nothing to run now; ML_DONE: the program has
 * ended: the main process is over and nothing can ever run again, or os.exit.
 */
ML_API int ml_step(ml_vm *vm, int max_ms);

/* A descriptor for the host's poll loop: readable when ml_step has work. */
ML_API int ml_fd(ml_vm *vm);

/* Milliseconds until ml_step has work: 0 now, -1 only when ml_fd says so. */
ML_API int ml_timeout(ml_vm *vm);

/* The ml_step, ml_receive or ml_call under way, or else the next one, returns
 * soon. Any thread, or a signal handler. */
ML_API void ml_interrupt(ml_vm *vm);

/* What the program ended with: 0, 1 after an error or deadlock of main, or
 * what os.exit gave. */
ML_API int ml_exit_code(ml_vm *vm);

/* With ml_config.deterministic: one number for all that has happened (slices,
 * processes, messages, timers, output). Two runs of one program with one seed
 * and the same input give the same; doc/deterministic.md tells what else may
 * matter. Without: 0. */
ML_API uint64_t ml_trace_hash(ml_vm *vm);

/*
 * The last events (ml_config.trace_events) in one of these forms: who was
 * spawned, what was sent, received and lost, timeouts, ends; doc/tracing.md.
 * NULL: no memory, or there are none. Yours: ml_free.
 */
enum { ML_TRACE_TEXT, ML_TRACE_MERMAID };
ML_API char *ml_trace(ml_vm *vm, int form);

/* What statistics("prometheus") answers: counters for monitoring, as text. NULL:
 * no memory. Yours: ml_free. */
ML_API char *ml_statistics(ml_vm *vm);

/* Ends the program with this code, as os.exit does. */
ML_API int ml_exit(ml_vm *vm, int code);

/* The errno that writing to standard output met, or 0. EPIPE: nobody reads
 * any more, a program that only prints may end. */
ML_API int ml_output_error(ml_vm *vm);

/* --- code --- */

#define ML_ALL ((size_t)-1)     /* as a length: up to the NUL */

enum {                          /* flags of ml_spawn_* */
    ML_MAIN       = 1,          /* the main process: its error ends the program */
    ML_BACKGROUND = 2,          /* does not keep the program alive */
    ML_TRAP_EXIT  = 4,          /* exit signals reach it as messages */
    ML_PROMPT     = 8           /* an evaluator, see below */
};

/*
 * A new process that runs this text, with `args` as its `...`: a list gives
 * several values, another message one, NULL none. The chunk name is as in
 * Lua: "=name", "@file". All zero: see err; a compile error is the text with
 * line and caret. A first line that begins with # is skipped.
 */
ML_API ml_pid ml_spawn_string(ml_vm *vm, const char *chunk, const char *src, size_t len, unsigned flags, ml_msg *args, ml_err *err);

/*
 * ML_PROMPT makes an evaluator, whose variables outlive what happens to it: the
 * exit signal "interrupted", any other but "kill", and exit() unwind it to its
 * outermost pcall, past all others; signals but the first then lie in its
 * mailbox as {"EXIT", from, reason = r}. Before `args` it gets three functions:
 * load_line(text, chunkname) is a load() for which `local` at the outermost
 * level makes globals, doc(f) gives the text that documents a function, or nil,
 * explain(message), in a handler of xpcall, adds column, source line and hint.
 * A third argument of load_line says how many bytes explain does not show.
 */

/* The same from a file; path NULL: standard input, to its end. */
ML_API ml_pid ml_spawn_file(ml_vm *vm, const char *path, unsigned flags, ml_msg *args, ml_err *err);

/* Only compiles: ML_OK, ML_EINCOMPLETE, ML_ESYNTAX with the text in err. */
ML_API int ml_check(ml_vm *vm, const char *chunk, const char *src, size_t len, ml_err *err);

/* The code of a text as a listing for people, or NULL. */
ML_API char *ml_dump(ml_vm *vm, const char *chunk, const char *src, size_t len, ml_err *err);

/* A global for every process spawned afterwards: `arg`, say. The value is
 * immutable; a process that writes to it gets its own copy. */
ML_API int ml_set_global(ml_vm *vm, const char *name, ml_msg *value);

/*
 * A function of the host that scripts call. `args` is the list of arguments,
 * lent. What it returns is the result, taken: a list gives several, NULL none
 * or, if it has filled err->code, raises err->text as an error. It runs on a
 * thread of the VM between two instructions of one process, so it must be quick,
 * and may call nothing of this header but ml_send, ml_interrupt and what is
 * about messages. With several schedulers it may run on several threads at once.
 */
typedef ml_msg *(*ml_native)(void *ud, const ml_msg *args, ml_err *err);

typedef struct ml_reg {
    const char *name;
    ml_native   fn;
    void       *ud;
    const char *doc;            /* "add(a, b)\nThe sum." or NULL */
} ml_reg;

/*
 * Makes functions known to every process spawned afterwards: as fields of the
 * global table `module` (which `require` knows too), or as globals when it is
 * NULL. The array ends with name NULL and is copied, texts included.
 */
ML_API int ml_register(ml_vm *vm, const char *module, const ml_reg *fns);

/* --- the host as a process --- */

/* Gets a message, lent. Called from ml_step, outside every process: everything
 * may be called but ml_close, ml_step, ml_receive and ml_call. */
typedef void (*ml_on_msg)(ml_host *h, const ml_msg *m, void *ud);

/*
 * The host becomes a process, registered under `name` unless that is NULL.
 * Without a callback messages wait for ml_receive. While a host is attached a
 * waiting program has not ended. NULL: no memory, or the name is taken.
 */
ML_API ml_host *ml_attach(ml_vm *vm, const char *name, ml_on_msg fn, void *ud);

/* Its pid dies, messages that wait are freed. NULL: nothing. */
ML_API void ml_detach(ml_host *h);

/* Any thread. */
ML_API ml_pid ml_self(const ml_host *h);

/* Sends; never waits. To the dead: ML_OK. m NULL: ML_ENOMEM, so that the
 * answer of ml_pack need not be looked at. The mailbox is bounded and full:
 * ML_EAGAIN, nothing was sent, try again later; ML_EINVAL: the message is larger
 * than all of that mailbox. Any thread, as long as h is attached; messages of
 * one thread keep their order. */
ML_API int ml_send(ml_host *h, ml_pid to, ml_msg *m);

/* The oldest message. Runs the VM meanwhile, at most timeout_ms (-1: no limit).
 * ML_ETIMEDOUT; ML_EAGAIN after ml_interrupt; ML_EEXITED when the program has
 * ended; ML_ENOMEM once when messages were lost for lack of memory. */
ML_API int ml_receive(ml_host *h, ml_msg **out, int timeout_ms);

/*
 * Asks and waits: sends {"call", from, ref, request} and takes the answer
 * {ref, reply}, of which *reply is the second part. Other messages stay. When
 * the process ends first: ML_ENOPROC. In the dialect:
 *
 *     case {"call", from, ref, {"square", n}} then from ! {ref, n * n}
 */
ML_API int ml_call(ml_host *h, ml_pid to, ml_msg *request, ml_msg **reply, int timeout_ms);

/* Watches: {"DOWN", ref, pid = p, reason = r} arrives when p has ended. ref
 * may be NULL. */
ML_API int ml_monitor(ml_host *h, ml_pid p, ml_ref *ref);

/* An exit signal, as if p had sent it to itself: "kill" cannot be refused,
 * "shutdown" asks. reason NULL: "kill". */
ML_API int ml_kill(ml_vm *vm, ml_pid p, const char *reason);

/* The process registered under this name, or zero. */
ML_API ml_pid ml_whereis(ml_vm *vm, const char *name);

/* 1 while it lives, else 0. */
ML_API int ml_alive(ml_vm *vm, ml_pid p);

/* --- messages: any thread --- */

typedef enum ml_kind {          /* ml_type */
    ML_T_NIL, ML_T_BOOLEAN, ML_T_INTEGER, ML_T_FLOAT, ML_T_STRING, ML_T_PID, ML_T_REF,
    ML_T_TABLE, ML_T_LIST, ML_T_RESOURCE,
    ML_T_OTHER                  /* a function or the like: shown, not usable */
} ml_kind;

/* NULL: no memory, or a mistake in the format (ml_format_check). Messages given
 * with `m` are taken in any case. */
ML_API ml_msg *ml_pack(const char *fmt, ...);

/* A table with parts[0..n-1] at 1..n, and fields[0], fields[1] as key and value
 * and so on, nfields pairs; a list of values. All parts are taken; with a NULL
 * among them the answer is NULL. */
ML_API ml_msg *ml_table(ml_msg *const *parts, size_t n, ml_msg *const *fields, size_t nfields);
ML_API ml_msg *ml_list(ml_msg *const *parts, size_t n);

/* 1: it has this shape, and the outputs are filled; 0: it has not, nothing is
 * touched; ML_EFORMAT. */
ML_API int ml_match(const ml_msg *m, const char *fmt, ...);

/* Looks a format over. NULL: fine; or what is wrong, static, and *at is the
 * index of the offending character. `at` may be NULL. */
ML_API const char *ml_format_check(const char *fmt, size_t *at);

/* An ml_kind; NULL is ML_T_NIL. */
ML_API int ml_type(const ml_msg *m);

/* Positions 1..n of a table or list. */
ML_API size_t ml_count(const ml_msg *m);

/* A part of a table or list, lent; NULL: there is none. Positions begin at 1. */
ML_API const ml_msg *ml_index(const ml_msg *m, int64_t i);
ML_API const ml_msg *ml_field(const ml_msg *m, const char *key);

/* Any field, in no order: *pos begins at 0. 1: filled; 0: no more. */
ML_API int ml_each(const ml_msg *m, size_t *pos, const ml_msg **key, const ml_msg **value);

/* A message of its own with the same contents. */
ML_API ml_msg *ml_copy(const ml_msg *m);

/* Text for people, as the prompt shows it, cut to a few thousand bytes. */
ML_API char *ml_show(const ml_msg *m);

/* A message, a text, or one reference to a resource. NULL: nothing. */
ML_API void ml_free(void *p);

/*
 * Zeroed memory of the host that scripts carry around without seeing it,
 * shared by reference and counted: messages and processes that hold it have a
 * reference each. dtor runs once at the last one's end, on any thread. The
 * reference you get here is yours: ml_free.
 */
ML_API void *ml_resource(size_t size, void (*dtor)(void *));

/* One more reference. Returns p. */
ML_API void *ml_retain(void *p);

#ifdef __cplusplus
}
#endif

#endif
