#ifndef ML_STATS_H
#define ML_STATS_H

#include "vm/base/buf.h"
#include "vm/proc/vm.h"

/*
 * stats.h - what a VM does, in numbers; see stats.c. Any worker, and the host.
 */
typedef struct Stat {
    const char *group, *name;   /* statistics().group.name */
    const char *metric;         /* "moonlet_" and, for a counter, "_total" go around it */
    const char *help;
    bool        counter;        /* only grows */
    uint64_t  (*get)(Vm *vm);
} Stat;

typedef struct WorkerStat {
    const char *name, *metric, *help;
    bool        counter;
    uint64_t  (*get)(Worker *w);
} WorkerStat;

/* Both end with name NULL. */
extern const Stat ml_stats[];
extern const WorkerStat ml_worker_stats[];

/* Signals that were sent, of a kind that is told, or NULL. */
const char *ml_stats_signal(unsigned kind, Vm *vm, uint64_t *n);
/* All of it in the text form of Prometheus. */
void ml_stats_prometheus(Vm *vm, Buf *out);

#endif
