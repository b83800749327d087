/*
 * inspect.c - process_info of another process.
 *
 * The question is a signal. So it arrives behind all that the asker sent
 * before, and the one who is asked answers when it looks at its signals, on its
 * own thread; if it waits it is woken, and then waits again. What it does
 * (`does`) is what it did before that.
 *
 *     asker                        asked
 *     Info ---- SIG_INFO --------> ml_info_arrives: fills it
 *     waits                        ml_info_work:    links, monitors, piece by piece
 *       ^--- answer, wake -------- the last piece
 *
 * The question counts the Info too, so either may end before the other. One who
 * ends, or has ended, refuses instead (signal.c); so there is one answer, always.
 * To answer allocates nothing but room for pids and for what the dictionary has.
 *
 * Lists may be long: they are copied in pieces, between which the process runs,
 * and links come and go: it goes on behind the key of the last one.
 */
#include <string.h>

#include "vm/data/copy.h"
#include "vm/data/old.h"
#include "vm/proc/flow.h"
#include "vm/proc/inspect.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"

#ifdef ML_CHECKS
enum { PIECE = 3 };
#else
enum { PIECE = 2000 };          /* pids copied in a slice: some 20 us */
#endif

static void info_free(Shared *s)
{
    Info *i = (Info *)(void *)s;
    ml_info_drop_pids(i);
    ml_heap_drop(&i->vm->mem, i->handles, i->holds, i->frags);
    ml_mem_free(&i->vm->mem, i, sizeof *i);
}

static void drop_list(Info *i, InfoPids *to)
{
    ml_mem_free(&i->vm->mem, to->v, to->cap * sizeof *to->v);
    *to = (InfoPids){ 0 };
}

void ml_info_drop_pids(Info *i)
{
    for (int k = 0; k < INFO_LISTS; k++)
        drop_list(i, &i->pids[k]);
    drop_list(i, &i->entries);
}

void ml_info_adopt(Info *i, Heap *h)
{
    for (Frag *f = i->frags, *next; f; f = next) {
        next = f->next;
        ml_heap_adopt(h, f);
    }
    ml_heap_take(h, i->handles, i->holds);
    i->frags = NULL;
    i->handles = NULL;
    i->holds = NULL;
}

/* Once. The asker may be gone. */
static void answer(Info *i, InfoAnswer a)
{
    ml_store(&i->answer, a);
    Proc *asker = ml_proc_find(i->vm, i->asker);
    if (asker)
        i->vm->wake(i->vm, asker);
}

/* --- who asks --- */

Info *ml_info_new(Proc *asker)
{
    Vm *vm = asker->vm;
    Info *i = ml_mem_zalloc(&vm->mem, sizeof *i);
    if (!i)
        return NULL;
    ml_store(&i->h.refs, 1);
    i->h.bytes = sizeof *i;
    i->h.free = info_free;
    i->vm = vm;
    i->asker = asker->pid;
    return i;
}

bool ml_info_ask(Info *i, Value pid)
{
    Mem *mem = &i->vm->mem;
    Msg *m = ml_msg_new(mem, SIG_INFO);
    Hold *k = ml_mem_zalloc(mem, sizeof *k);
    if (!m || !k) {
        ml_mem_free(mem, k, sizeof *k);
        if (m)
            ml_msg_free(mem, m);
        return false;
    }
    ml_shared_ref(&i->h);
    k->sh = &i->h;
    m->holds = k;
    m->v = ml_v_light(i);
    ml_msg_set_from(m, i->asker);
    if (!ml_sig_send(i->vm, pid, m))
        answer(i, INFO_DEAD);
    return true;
}

/* --- who is asked --- */

void ml_info_refuse(const Msg *m)
{
    answer(ml_info_of(m), INFO_DEAD);
}

static Bond *list_of(const Proc *p, unsigned list)
{
    switch ((InfoList)list) {
    case INFO_LINKS:        return p->own->links;
    case INFO_MONITORS:     return p->own->monitors;
    case INFO_MONITORED_BY: return p->own->watchers;
    case INFO_LISTS:        break;
    }
    return NULL;
}

static bool append(Info *i, InfoPids *to, Value pid)
{
    if (to->n == to->cap) {
        uint32_t cap = to->cap ? to->cap * 2 : 4;
        Value *v = ml_mem_realloc(&i->vm->mem, to->v, to->cap * sizeof *v, cap * sizeof *v);
        if (!v)
            return false;
        to->v = v;
        to->cap = cap;
    }
    to->v[to->n++] = pid;
    return true;
}

static bool add(Info *i, Value pid) { return append(i, &i->pids[i->list], pid); }

static bool is_plain(Value v) { return !ml_is_heap(v) || v.tag == TAG_STR; }

/* Another value is told by the name of its type. */
static bool make_plain(const Vm *vm, Value *v)
{
    if (is_plain(*v))
        return true;
    const char *type = ml_type_name(*v);
    Str *name = ml_symbol(vm->symtab, type, strlen(type));
    if (name)
        *v = ml_v_str(name);
    return name != NULL;
}

static bool copy_entries(Proc *p, Info *i, Copier *c, const Tab *from)
{
    Value k, v;
    uint64_t pos = 0;
    for (int n = 0; n < INFO_ENTRIES && ml_tab_each(from, &pos, &k, &v); n++) {
        c->left = INT64_MAX;            /* texts: the long ones are shared */
        if (is_plain(k) && !(make_plain(p->vm, &v) && ml_copy_root(c, &k, 0) && ml_copy_root(c, &v, 0) &&
                             append(i, &i->entries, k) && append(i, &i->entries, v)))
            return false;
    }
    p->reds -= (int64_t)(pos / 16);
    return true;
}

static bool copy_dictionary(Proc *p, Info *i)
{
    Value from = p->own->dict ? *ml_tab_gets(p->heap, p->own->dict, ML_DICTIONARY) : ml_v_nil();
    if (from.tag != TAG_TAB)
        return true;
    Copier c;
    ml_tab_settle(p->heap, NULL);
    ml_copy_init(&c, &p->vm->mem, COPY_OUT, 0);
    c.ids = p->heap;
    bool ok = copy_entries(p, i, &c, from.t);
    ml_copy_done(&c);
    if (!ok) {
        ml_copy_drop(&c);
        return false;
    }
    i->frags = c.first;
    i->handles = c.handles;
    i->holds = c.holds;
    return true;
}

static bool copy_one(Info *i, const Bond *b)
{
    i->at = b->key;
    const Msg *m = ml_msg_of(b);
    if (i->list == INFO_LINKS)
        return m->seq || add(i, b->key);
    return !ml_is_pid(ml_msg_from(m)) || !m->watching || add(i, ml_msg_from(m));
}

/* A piece; what came of it. */
static InfoAnswer copy_some(Proc *p, Info *i)
{
    for (int n = 0; n < PIECE; n++) {
        p->reds -= n % 16 == 0;
        const Bond *b = ml_bond_next(list_of(p, i->list), i->at);
        if (b) {
            if (!copy_one(i, b))
                return INFO_NO_MEMORY;
        } else if (++i->list == INFO_LISTS) {
            return INFO_GIVEN;
        } else {
            i->at = ml_v_nil();
        }
    }
    return INFO_ASKED;
}

static void tell_limits(const Realm *r, Info *i)
{
    i->in_realm = r != NULL;
    i->sandboxed = r && r->sandbox;
    for (int k = 0; r && k < REALM_KINDS; k++) {
        Account *a = (Account *)(uintptr_t)&r->acc[k];
        i->limits[k] = (InfoLimit){ a->limit, ml_load(&a->used), ml_load(&a->peak) };
    }
}

/* The question at the head is the one being answered. */
static void begin(Proc *p)
{
    Info *i = ml_info_of(p->own->questions);
    i->begun = true;
    const Heap *h = p->heap;
    i->parent = p->own->parent;
    i->does = p->does;
    i->memory = sizeof *p + sizeof *p->own + h->block_size + ml_old_held(h) + h->frag_bytes + h->handle_bytes + h->mail_bytes;
    i->heap = ml_heap_used(h);
    i->stack = (uint64_t)(p->top - p->stk->v) * sizeof(Value);
    i->mail = h->mail_bytes;
    i->leader = p->own->leader;
    p->vm->describe(p, &i->place);
    i->reductions = p->own->total_reds;
    i->guard_errors = p->own->guard_errors;
    i->trap_exit = p->own->trap_exit;
    i->background = p->background;
    i->priority = p->priority;
    i->messages = p->mbox.count;
    i->name = ml_name_of(p);
    ml_flow_info(p, &i->mailbox);
    tell_limits(ml_realm_of(p), i);
    i->list = INFO_LINKS;
    i->at = ml_v_nil();
}

void ml_info_work(Proc *p)
{
    Info *i = ml_info_of(p->own->questions);
    if (!i->begun)
        begin(p);
    InfoAnswer a = i->brief ? INFO_GIVEN : copy_some(p, i);
    if (a == INFO_GIVEN && !i->brief && !copy_dictionary(p, i))
        a = INFO_NO_MEMORY;
    if (a == INFO_ASKED)
        return;
    answer(i, a);
    Msg *m = p->own->questions;
    p->own->questions = m->next;
    ml_msg_free(&p->vm->mem, m);
}

void ml_info_arrives(Proc *p, Msg *m)
{
    Msg *first = p->own->questions;
    m->next = NULL;
    if (first) {
        m->next = first->next;
        first->next = m;
        return;
    }
    p->own->questions = m;
    /* in the middle of a native its frames cannot be walked, unless it has seen to that
     * because it asks itself, nor can its heap amid a collection; it answers at its next slice */
    if (!p->heap->gc && (p->does != DOES_RUN || ml_raw_equal(ml_msg_from(m), p->pid)))
        ml_info_work(p);
}
