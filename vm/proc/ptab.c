/*
 * ptab.c - the table that pids index.
 *
 * A pid is an index into the table and a generation. A slot that is used
 * again has another generation, so a pid kept for long reaches its process or
 * nobody. Slots lie in chunks that never move, and are looked at without a
 * lock:
 *
 *     the end of a process    generation + 1, then the pointer is taken out
 *     who looks               pointer first, generation second
 *
 * A slot that was freed and taken again between the two reads shows the new
 * generation, differs from the pid's, and we miss. In the other order what is
 * sent could reach a stranger.
 *
 * Who has found a process may look at its inbox and state while its end is
 * under way, so the struct of a dead process stays in limbo for a while. Time
 * is counted in epochs. Between two slices a worker holds no process it has
 * found; there it notes which epoch it sees. When all have noted the present
 * one the next begins; and what died in epoch e is freed when all have seen a
 * later one. Workers that rest see every epoch. What a worker that goes to
 * rest still has in limbo is left to the others.
 */
#include "vm/base/check.h"
#include "vm/proc/flow.h"
#include "vm/proc/ptab.h"
#include "vm/proc/realm.h"
#include "vm/proc/vm.h"

bool ml_ptab_init(Ptab *t, Mem *mem)
{
    ml_lock_init(&t->lock);
    ml_store(&t->epoch, 1);
    t->chunk = ml_mem_zalloc(mem, PTAB_CHUNKS * sizeof *t->chunk);
    return t->chunk != NULL;
}

/* All but the struct. */
static void strip(Mem *mem, Proc *p)
{
    ml_mem_free(mem, ml_load(&p->flow), sizeof(Flow));
    ml_member_free(mem, p);
}

static void free_limbo(Mem *mem, Proc *p)
{
    while (p) {
        Proc *next = p->next;
        strip(mem, p);
        ml_mem_free(mem, p, sizeof *p);
        p = next;
    }
}

void ml_ptab_fini(Ptab *t, Mem *mem)
{
    free_limbo(mem, ml_swap(&t->orphans, NULL));
    for (uint32_t i = 0; t->chunk && i < PTAB_CHUNKS && ml_load(&t->chunk[i]); i++)
        ml_mem_free(mem, ml_load(&t->chunk[i]), PTAB_CHUNK * sizeof(PidSlot));
    ml_mem_free(mem, t->chunk, PTAB_CHUNKS * sizeof *t->chunk);
    ml_lock_fini(&t->lock);
}

/* i < used */
static PidSlot *slot_of(Ptab *t, uint32_t i)
{
    return &ml_load(&t->chunk[i / PTAB_CHUNK])[i % PTAB_CHUNK];
}

Proc *ml_ptab_find(Ptab *t, Value pid)
{
    uint32_t i = ml_pid_index(pid);
    if (i >= ml_load(&t->used))
        return NULL;
    PidSlot *s = slot_of(t, i);
    Proc *p = ml_load(&s->p);
    return ml_load(&s->gen) == ml_pid_gen(pid) ? p : NULL;
}

Value ml_ptab_pid(Ptab *t, uint32_t i)
{
    PidSlot *s = slot_of(t, i);
    uint32_t gen = ml_load(&s->gen);
    bool alive = ml_load(&s->p) != NULL && ml_load(&s->gen) == gen;
    return alive ? ml_pid_make(i, gen) : ml_v_nil();
}

/* --- slots --- */

/* A slot nobody has used before; the lock is held. */
static bool fresh_slot(Ptab *t, Mem *mem, uint32_t *out)
{
    uint32_t i = ml_load(&t->used);
    if (i / PTAB_CHUNK >= PTAB_CHUNKS)
        return false;
    if (i % PTAB_CHUNK == 0) {
        PidSlot *chunk = ml_mem_zalloc(mem, PTAB_CHUNK * sizeof *chunk);
        if (!chunk)
            return false;
        ml_store(&t->chunk[i / PTAB_CHUNK], chunk);
    }
    ml_store(&slot_of(t, i)->gen, 1);
    ml_store(&t->used, i + 1);
    *out = i;
    return true;
}

/* Half a cache of them, used ones first. */
static void fetch_slots(Worker *w, Ptab *t)
{
    uint32_t i;
    ml_lock(&t->lock);
    while (t->free && w->nslots < SLOT_CACHE / 2) {
        i = t->free - 1;
        t->free = slot_of(t, i)->next_free;
        w->slots[w->nslots++] = i;
    }
    if (!w->nslots && fresh_slot(t, &w->vm->mem, &i))
        w->slots[w->nslots++] = i;
    ml_unlock(&t->lock);
}

static void give_slots(Worker *w, Ptab *t, uint32_t keep)
{
    ml_lock(&t->lock);
    while (w->nslots > keep) {
        uint32_t i = w->slots[--w->nslots];
        slot_of(t, i)->next_free = t->free;
        t->free = i + 1;
    }
    ml_unlock(&t->lock);
}

bool ml_ptab_add(Worker *w, Proc *p)
{
    Ptab *t = &w->vm->ptab;
    if (!w->nslots)
        fetch_slots(w, t);
    if (!w->nslots)
        return false;
    uint32_t i = w->slots[--w->nslots];
    PidSlot *s = slot_of(t, i);
    p->pid = ml_pid_make(i, ml_load(&s->gen));
    ml_store(&s->p, p);
    ml_ledger_add(&w->ledger, LED_PROCS);
    return true;
}

/* --- the dead --- */

void ml_ptab_remove(Worker *w, Proc *p)
{
    Ptab *t = &w->vm->ptab;
    uint32_t i = ml_pid_index(p->pid), gen = ml_pid_gen(p->pid) + 1;
    PidSlot *s = slot_of(t, i);
    ml_store(&s->gen, gen ? gen : 1);
    ml_store(&s->p, NULL);
    ml_ledger_add(&w->ledger, LED_ENDED);
    if (w->nslots == SLOT_CACHE)
        give_slots(w, t, SLOT_CACHE / 2);
    w->slots[w->nslots++] = i;
    p->epoch = ml_load(&t->epoch);
    p->next = NULL;
    if (w->limbo)
        w->limbo_last->next = p;
    else
        w->limbo = p;
    w->limbo_last = p;
}

static uint64_t seen_by_all(Vm *vm)
{
    uint64_t least = SEEN_RESTING;
    for (unsigned i = 0; i < vm->nrecords; i++) {
        uint64_t seen = ml_load(&vm->workers[i].seen);
        if (seen < least)
            least = seen;
    }
    return least;
}

static void free_dead(Worker *w, Proc *p)
{
    strip(&w->vm->mem, p);
    ml_mem_free(&w->vm->mem, p, sizeof *p);
}

/* Frees those of a list, oldest first, that died before the epoch. */
static Proc *free_before(Worker *w, Proc *p, uint64_t epoch)
{
    while (p && p->epoch < epoch) {
        Proc *next = p->next;
        free_dead(w, p);
        p = next;
    }
    return p;
}

/* The list that begins with `first` goes to all. */
static void orphan(Ptab *t, Proc *first, Proc *last)
{
    Proc *old = ml_load(&t->orphans);
    do
        last->next = old;
    while (!ml_cas(&t->orphans, &old, first));
}

static void reclaim_orphans(Ptab *t, Worker *w, uint64_t epoch)
{
    Proc *p = ml_swap(&t->orphans, NULL), *kept = NULL, *last = NULL;
    while (p) {
        Proc *next = p->next;
        if (p->epoch < epoch) {
            free_dead(w, p);
        } else {
            p->next = kept;
            kept = p;
            last = last ? last : p;
        }
        p = next;
    }
    if (kept)
        orphan(t, kept, last);
}

/* At a quiet point, or resting: begins the next epoch if all have seen this
 * one, and frees what can be. */
void ml_ptab_reclaim(Worker *w)
{
    Vm *vm = w->vm;
    Ptab *t = &vm->ptab;
    uint64_t e = ml_load(&t->epoch), all = seen_by_all(vm);
    if (all >= e && ml_cas(&t->epoch, &e, e + 1)) {
        if (ml_load_relaxed(&w->seen) != SEEN_RESTING)
            ml_store(&w->seen, e + 1);
        all = seen_by_all(vm);
        e++;
    }
    /* what died just now died in e, or later */
    uint64_t before = all < e ? all : e;
    w->limbo = free_before(w, w->limbo, before);
    if (ml_load(&t->orphans))
        reclaim_orphans(t, w, before);
}

void ml_ptab_rest(Worker *w)
{
    Ptab *t = &w->vm->ptab;
    ml_store(&w->seen, SEEN_RESTING);
    if (!w->limbo && !ml_load(&t->orphans))
        return;
    ml_ptab_reclaim(w);
    if (w->limbo) {
        orphan(t, w->limbo, w->limbo_last);
        w->limbo = NULL;
    }
}

void ml_ptab_unrest(Worker *w)
{
    ml_store(&w->seen, ml_load(&w->vm->ptab.epoch));
}
