/*
 * told.c - the messages about the end of a process. See told.h.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/proc/told.h"
#include "vm/proc/vm.h"

static int find(const Told *to, Str *key)
{
    for (int i = 0; i < 2; i++)
        if (to->nodes[i].key.tag == TAG_STR && to->nodes[i].key.s == key)
            return i;
    return -1;
}

static void begin(Vm *vm, Told *to, const char *tag, bool pid)
{
    Heap *h = &vm->shared;
    Tab *t = ml_tab_new(h, 0, 2);
    Str *key = ml_sym(vm, "pid");
    if (pid)
        ml_tab_setstr(h, t, key, ml_v_bool(true));
    ml_tab_setstr(h, t, ml_sym(vm, "reason"), ml_v_bool(true));
    ML_CHECK(t->mask == 1);
    memcpy(to->nodes, t->node, sizeof to->nodes);
    to->tag = ml_v_str(ml_sym(vm, tag));
    to->pid = find(to, key);
    to->reason = find(to, ml_sym(vm, "reason"));
}

void ml_told_begin(Vm *vm)
{
    begin(vm, &vm->told_down, "DOWN", true);
    begin(vm, &vm->told_exit, "EXIT", false);
}

static Value second_of(const Msg *m) { return *ml_msg_values(m); }

static const Told *pattern(const Vm *vm, const Msg *m)
{
    return ml_is_ref(second_of(m)) ? &vm->told_down : &vm->told_exit;
}

void ml_told_mark(Msg *m, Value second)
{
    ML_ASSERT(!m->handles && !m->holds && !m->name);
    *ml_msg_values(m) = second;
    m->kind = MSG_USER;
    m->plain = m->packed = m->told = true;
}

bool ml_told_is_down(const Msg *m, Value ref)
{
    return m->told && ml_msg_is_to_be_made(m) && ml_raw_equal(second_of(m), ref);
}

Value ml_told_tag(const Vm *vm, const Msg *m) { return pattern(vm, m)->tag; }

static void fill(const Vm *vm, const Msg *m, Tab *t)
{
    const Told *like = pattern(vm, m);
    t->arr[0] = like->tag;
    t->arr[1] = second_of(m);
    memcpy(t->node, like->nodes, sizeof like->nodes);
    t->node[like->reason].val = m->v;
    if (like->pid >= 0)
        t->node[like->pid].val = ml_msg_from(m);
}

Tab *ml_told_lay(const Vm *vm, const Msg *m, char *to)
{
    Tab *t = (Tab *)(void *)to;
    ArrObj *a = (ArrObj *)(void *)(t + 1);
    NodesObj *n = (NodesObj *)(void *)(a->v + 2);
    *a = (ArrObj){ .h = { .kind = OBJ_ARR }, .cap = 2 };
    *n = (NodesObj){ .h = { .kind = OBJ_NODES }, .count = 2 };
    *t = (Tab){ .h = { .kind = OBJ_TAB }, .asize = 2, .arr = a->v, .node = n->n, .mask = 1, .lastfree = 2 };
    fill(vm, m, t);
    return t;
}

Tab *ml_told_build(Heap *h, const Msg *m, Value second)
{
    Vm *vm = h->vm;
    bool down = m->kind == SIG_DOWN;
    Tab *t = ml_tab_new(h, 2, 2);
    ml_tab_setint(h, t, 1, (down ? &vm->told_down : &vm->told_exit)->tag);
    ml_tab_setint(h, t, 2, second);
    if (down)
        ml_tab_setstr(h, t, ml_sym(vm, "pid"), ml_msg_from(m));
    ml_tab_setstr(h, t, ml_sym(vm, "reason"), m->v);
    if (m->name)
        ml_tab_setstr(h, t, ml_sym(vm, "name"), ml_v_str(m->name));
    return t;
}

Tab *ml_told_table(Heap *h, const Msg *m)
{
    Tab *t = ml_tab_new(h, 2, 2);
    fill(h->vm, m, t);
    return t;
}
