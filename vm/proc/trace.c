/*
 * trace.c - the flight recorder.
 *
 * Each worker has a ring of its own with the last events. An event gets the
 * next number of the whole VM, so the rings can be merged: what is numbered
 * before the receiver can see it, comes before what the receiver does with it.
 * A ring holds as many events as are kept in all, so that the last ones are
 * there whichever worker they come from.
 *
 *     worker 0   [ 1  2  5  6 ]  \
 *     worker 1   [ 3  7  8 ]      >  merged by number: 1 2 3 4 5 6 7 8
 *     guest      [ 4 ]           /
 *
 * A ring has a lock, which only who reads the recording contends for.
 *
 * Of messages the tag is kept: the first element, if it is a word, or else its
 * type; so what processes tell each other is not in a trace unless it is asked
 * for (bodies).
 */
#include <stdio.h>
#include <string.h>

#include "vm/code/image.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace_in.h"

enum { RING_FIRST = 64, BODY = 400 };

/* --- birth and end --- */

static bool make_rings(Vm *vm, Trace *t)
{
    t->rings = ml_mem_zalloc(&vm->mem, vm->nrecords * sizeof *t->rings);
    t->nobody = ml_mem_zalloc(&vm->mem, sizeof *t->nobody);
    for (unsigned i = 0; t->rings && i < vm->nrecords; i++)
        ml_lock_init(&t->rings[i].lock);
    if (t->nobody)
        t->nobody->own = ml_mem_zalloc(&vm->mem, sizeof *t->nobody->own);
    if (!t->rings || !t->nobody || !t->nobody->own)
        return false;
    Heap *h = t->nobody->heap;
    t->nobody->vm = h->vm = vm;
    h->mem = &vm->mem;
    h->hash_key = vm->hash_key;
    h->symtab = vm->symtab;
    return true;
}

bool ml_trace_open(Vm *vm, const TraceConfig *cfg, void (*show)(Proc *p, Value v, size_t most, Buf *out))
{
    if (!vm->sim && !cfg->events)
        return true;
    Trace *t = vm->trace = ml_mem_zalloc(&vm->mem, sizeof *t);
    if (!t)
        return false;
    t->most = cfg->events;
    t->bodies = cfg->bodies;
    t->in_reports = cfg->in_reports;
    t->show = show;
    return !t->most || make_rings(vm, t);
}

static void free_ring(Vm *vm, Ring *r)
{
    for (uint64_t i = 0; i < r->n && i < r->cap; i++)
        ml_mem_free(&vm->mem, r->e[i].body, r->e[i].body_size);
    ml_mem_free(&vm->mem, r->e, r->cap * sizeof *r->e);
    ml_lock_fini(&r->lock);
}

void ml_trace_close(Vm *vm)
{
    Trace *t = vm->trace;
    if (!t)
        return;
    vm->trace = NULL;
    for (unsigned i = 0; t->rings && i < vm->nrecords; i++)
        free_ring(vm, &t->rings[i]);
    ml_mem_free(&vm->mem, t->rings, vm->nrecords * sizeof *t->rings);
    if (t->nobody)
        ml_mem_free(&vm->mem, t->nobody->own, sizeof *t->nobody->own);
    ml_mem_free(&vm->mem, t->nobody, sizeof *t->nobody);
    ml_mem_free(&vm->mem, t, sizeof *t);
}

/* --- recording --- */

/* Room for one event more than there are; without memory the ring stays as
 * small as it is. */
static bool make_room(Vm *vm, Ring *r, size_t most)
{
    if (r->n < r->cap || r->cap == most)
        return r->cap > 0;
    size_t cap = r->cap ? 2 * r->cap : RING_FIRST;
    if (cap > most)
        cap = most;
    /* full for the first time: the oldest event is at 0 */
    Event *e = r->n == r->cap ? ml_mem_zgrow(&vm->mem, r->e, r->cap * sizeof *e, cap * sizeof *e) : NULL;
    if (e) {
        r->e = e;
        r->cap = cap;
    }
    return r->cap > 0;
}

/* Takes e->body. Returns the number of the event. */
static uint64_t record(Vm *vm, Event *e)
{
    Trace *t = vm->trace;
    Worker *w = ml_here(vm);
    Ring *r = &t->rings[w->index];
    e->worker = (uint16_t)w->index;
    e->at = ml_now_us(vm);
    ml_lock(&r->lock);
    e->seq = ml_add(&t->seq, 1) + 1;
    if (e->kind == EV_SEND)
        e->number = e->seq;
    if (make_room(vm, r, t->most)) {
        Event *to = &r->e[r->n++ % r->cap];
        ml_mem_free(&vm->mem, to->body, to->body_size);
        *to = *e;
    } else {
        ml_mem_free(&vm->mem, e->body, e->body_size);
    }
    ml_unlock(&r->lock);
    return e->seq;
}

static void put(char *to, size_t size, const char *s)
{
    snprintf(to, size, "%s", s);
}

/* --- tags --- */

static bool is_letter(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "join", "get-name": what stands for itself and is no content. */
static bool is_word(const Str *s, size_t most)
{
    const char *c = ml_str_data(s);
    if (s->len == 0 || s->len > most || !is_letter(c[0]))
        return false;
    for (size_t i = 1; i < s->len; i++)
        if (!is_letter(c[i]) && !(c[i] >= '0' && c[i] <= '9') && !strchr("-.?!", c[i]))
            return false;
    return strlen(c) == s->len;
}

static const char *word_of(Value v, size_t most)
{
    return v.tag == TAG_STR && is_word(v.s, most) ? ml_str_data(v.s) : ml_type_name(v);
}

/* Of a value that nobody writes to. */
static void put_tag(Vm *vm, Value v, char *to, size_t size)
{
    if (v.tag == TAG_TAB)
        v = *ml_tab_getint(&vm->shared, v.t, 1);
    put(to, size, ml_is_nil(v) ? "table" : word_of(v, size - 1));
}

static void put_body(Vm *vm, Value v, Event *e)
{
    Trace *t = vm->trace;
    if (!t->bodies)
        return;
    Buf b;
    ml_buf_init(&b, &vm->mem);
    t->show(t->nobody, v, BODY, &b);
    ml_buf_putc(&b, 0);
    e->body = b.oom ? NULL : ml_mem_alloc(&vm->mem, b.len);
    if (e->body) {
        memcpy(e->body, b.data, b.len);
        e->body_size = (uint32_t)b.len;
    }
    ml_buf_fini(&b);
}

static void put_function(Value f, char *out, size_t size)
{
    if (f.tag == TAG_NATIVE)
        put(out, size, f.nat->name);
    else if (f.tag != TAG_FN)
        put(out, size, "process");
    else if (f.f->proto->name)
        put(out, size, ml_str_data(f.f->proto->name));
    else
        snprintf(out, size, "%s:%u", f.f->proto->image->short_name, (unsigned)f.f->proto->line);
}

bool ml_trace_who(const Proc *p, char *out, size_t size)
{
    const Str *name = ml_name_of(p);
    if (name)
        put(out, size, ml_str_data(name));
    else if (p->is_main)
        put(out, size, "main");
    else if (p->is_host)
        put(out, size, "host");
    else
        put_function(p->own->label, out, size);
    return name || p->is_main;
}

/* --- what happens --- */

static bool hashes_only(Vm *vm, SimEvent e, Value pid, uint64_t what)
{
    ml_sim_note(vm, e, pid, what);
    return !vm->trace->most;
}

void ml_trace_on_spawn(Proc *p)
{
    Vm *vm = p->vm;
    if (!vm->trace->most)               /* the hash knows of it from ml_proc_new */
        return;
    Event e = { .kind = EV_SPAWN, .pid = p->pid, .peer = p->own->parent };
    e.named = ml_trace_who(p, e.who, sizeof e.who);
    record(vm, &e);
}

void ml_trace_on_name(Vm *vm, Value pid, const Str *name)
{
    if (!vm->trace->most)
        return;
    Event e = { .kind = EV_NAME, .pid = pid };
    put(e.text, sizeof e.text, ml_str_data(name));
    record(vm, &e);
}

/* Signals that are more than housekeeping between two processes. */
static bool is_told(unsigned kind)
{
    return kind != SIG_INFO && kind != SIG_TELL && kind != SIG_WAKE && kind != SIG_UNLINK_ACK;
}

uint64_t ml_trace_on_send(Vm *vm, Value to, const Msg *m)
{
    if (hashes_only(vm, SIM_SEND, to, m->kind) || !is_told(m->kind))
        return 0;
    Event e = { .kind = EV_SEND, .sig = m->kind, .pid = ml_msg_from(m), .peer = to, .timed = m->timed };
    if (m->kind == MSG_USER || m->kind == SIG_EXIT || m->kind == SIG_EXIT2 || m->kind == SIG_DOWN) {
        MsgRoom room;
        Value v = ml_msg_value(vm, m, &room);
        put_tag(vm, v, e.text, sizeof e.text);
        put_body(vm, v, &e);
    }
    return record(vm, &e);
}

void ml_trace_on_receive(Proc *p, const Msg *m)
{
    Vm *vm = p->vm;
    if (hashes_only(vm, SIM_RECEIVE, p->pid, m->seq))
        return;
    Event e = { .kind = EV_RECEIVE, .pid = p->pid, .peer = ml_msg_from(m), .number = m->ref.u };
    MsgRoom room;
    put_tag(vm, ml_msg_value(vm, m, &room), e.text, sizeof e.text);
    record(vm, &e);
}

void ml_trace_on_drop(Vm *vm, Value to, uint64_t number, const char *why)
{
    if (!vm->trace->most || !number)
        return;
    Event e = { .kind = EV_DROP, .pid = to, .number = number };
    put(e.text, sizeof e.text, why);
    record(vm, &e);
}

void ml_trace_on_timeout(Proc *p)
{
    if (!p->vm->trace->most)
        return;
    Event e = { .kind = EV_TIMEOUT, .pid = p->pid };
    record(p->vm, &e);
}

void ml_trace_on_exit(Proc *p)
{
    Vm *vm = p->vm;
    if (hashes_only(vm, SIM_EXIT, p->pid, 0))
        return;
    Event e = { .kind = EV_EXIT, .pid = p->pid };
    e.named = ml_trace_who(p, e.who, sizeof e.who);
    put_tag(vm, p->own->reason, e.text, sizeof e.text);
    put_body(vm, p->own->reason, &e);
    record(vm, &e);
}

/* --- what was recorded --- */

bool ml_trace_is_on(Vm *vm)
{
    return vm->trace && vm->trace->most;
}

void ml_trace_write(Vm *vm, TraceForm form, Buf *out)
{
    View v;
    if (!ml_trace_is_on(vm))
        return;
    if (!ml_trace_view(&v, vm, ml_v_nil(), vm->trace->most, true)) {
        out->oom = true;
        return;
    }
    if (form == TRACE_MERMAID)
        ml_trace_put_mermaid(&v, out);
    else
        ml_trace_put_text(&v, "", out);
    ml_trace_view_close(&v);
}

void ml_trace_report(Vm *vm, Value pid, Buf *out)
{
    View v;
    if (!ml_trace_is_on(vm) || !vm->trace->in_reports || !ml_trace_view(&v, vm, pid, vm->trace->in_reports, ml_is_nil(pid)))
        return;
    ml_buf_puts(out, "   last events:\n");
    ml_trace_put_text(&v, "     ", out);
    ml_trace_view_close(&v);
}
