#ifndef ML_FLOW_VM_H
#define ML_FLOW_VM_H

#include "vm/base/thread.h"
#include "vm/proc/vmap.h"

/*
 * flow_vm.h - bounded mailboxes: what spawn is told, and what the VM has of them.
 */

typedef struct Flow Flow;       /* flow.h */

typedef enum { FULL_BLOCK, FULL_REJECT, FULL_DROP_NEW, FULL_DROP_OLD, FULL_EXIT, FULL_POLICIES } FullPolicy;

typedef struct FlowOpts {
    uint32_t limit;             /* messages; 0: any number */
    uint32_t high, low;         /* messages: marks of alarms */
    uint64_t bytes;             /* 0: any number */
    uint8_t  policy;            /* FullPolicy */
} FlowOpts;

typedef struct FlowInfo {       /* what process_info shows */
    bool     limited;
    FlowOpts o;
    uint64_t messages, bytes, dropped;
    uint32_t waiting;
    Value    sends_to;          /* waits for room there; or nil */
} FlowInfo;

typedef enum { FLOW_LETTERS, FLOW_ALARMS, FLOW_SUBJECTS } FlowSubject;

typedef struct FlowVm {
    Lock     lock;              /* of chains */
    uint64_t walks;             /* under it */
    VMap     bounded;           /* under it: pid -> Flow, those with limits */
    _Atomic(uint32_t) nbounded;
    Lock     listen;            /* of subscribers */
    Flow    *listeners[FLOW_SUBJECTS];
    _Atomic(uint32_t) nlisteners[FLOW_SUBJECTS];
    uint32_t stress_limit;      /* of the mailbox of every process; 0: none */
    bool     plain;             /* no chain rule: to show what it is good for */
} FlowVm;

#endif
