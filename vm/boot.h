#ifndef ML_BOOT_H
#define ML_BOOT_H

#include "stdlib/embed.h"
#include "vm/proc/trace.h"

/*
 * boot.h - birth and end of a VM, and the doors by which the outside gets in.
 * All of it: worker thread.
 */
typedef struct VmConfig {
    MemFn    alloc;                 /* NULL: the C library's */
    void    *alloc_ud;
    size_t   max_bytes;             /* of the whole VM; 0: no limit */
    unsigned workers;               /* threads; 0: the caller's thread is the worker */
    uint64_t seed;                  /* 0: from the system, unless deterministic */
    bool     deterministic;         /* vm/proc/sim.h */
    TraceConfig trace;              /* vm/proc/trace.h */
    void   (*write)(void *ud, int stream, const char *s, size_t n);     /* NULL: descriptors 1, 2 */
    void    *write_ud;
    const Compiler *compiler;
    const NativeLib *libs;          /* ends with name NULL */
    const StdlibFile *files;        /* run after that, in this order */
    int      nfiles;
} VmConfig;

/* NULL: no memory; or *why says what failed (static or in err[256]). */
Vm   *ml_vm_new(const VmConfig *cfg, char err[256]);
/* Ends all processes (no Lua code runs), frees everything. */
void  ml_vm_free(Vm *vm);
/* The threads of the VM end, between two slices; the host's is alone. */
void  ml_vm_stop(Vm *vm);
/* Ends the whole VM with this exit code at the next chance (os.exit). */
void  ml_vm_exit(Vm *vm, int code);

/* A new process that runs the image's main function with these arguments
 * (immediates, symbols, or values of vm->shared). Takes over the caller's
 * reference to the image. NULL: no memory. */
typedef struct BootSpawn { bool is_main, background, trap_exit; Value link; } BootSpawn;
Proc  *ml_vm_spawn(Vm *vm, Image *im, const Value *args, int nargs, const BootSpawn *how);

/* Message from outside any process: `fill` builds the value in the given heap
 * (a scratch heap; the value is copied into the message). */
typedef enum { VM_SENT, VM_NO_MEMORY, VM_FULL, VM_TOO_LARGE } VmSend;
typedef struct VmPost {
    Value    from, to;
    uint64_t reserved;          /* ml_flow_reserve */
} VmPost;
VmSend ml_vm_send(Vm *vm, const VmPost *post, bool (*fill)(void *ctx, Heap *h, Value *out), void *ctx);

/* For a host's process (run/host.h). */
void   ml_vm_monitor(Vm *vm, Proc *host, Value pid, Value *ref);
void   ml_vm_exit_signal(Vm *vm, Value to, Value from, const char *reason);  /* "kill", "shutdown", "interrupted" */

/* State for a driver. */
typedef enum { VM_RUNNABLE, VM_WAITING, VM_ENDED, VM_DEADLOCKED } VmState;
VmState ml_vm_state(Vm *vm);        /* by the end-of-program rule */
int     ml_vm_exit_code(Vm *vm);    /* 0, 1, or what os.exit gave */

#endif
