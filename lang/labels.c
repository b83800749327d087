/*
 * labels.c - which label a goto means.
 *
 * A goto that finds a visible label is a jump back. Any other waits in its
 * block; a label defined later in that block takes what waits there, and at
 * the end of the block the rest moves out to the enclosing one.
 */

#include "lang/labels.h"

void ml_labels_open(Labels *l, LabelBlock *b)
{
    *b = (LabelBlock){ l->nlabels, l->nwait };
}

void ml_labels_close(Labels *l, const LabelBlock *b, uint32_t nact, AstVar *scope)
{
    for (uint32_t i = b->nwait; i < l->nwait; i++) {
        l->wait[i].nact = nact;
        l->wait[i].scope = scope;
    }
    l->nlabels = b->nlabels;
}

/* AstStr.k is a guess: where the label of this name was put last. No two
 * visible labels have the same name, so it is right or there is none. */
static StGoto *find(const Labels *l, const AstStr *name)
{
    uint32_t i = name->k;
    return i < l->nlabels && l->label[i]->name == name ? l->label[i] : NULL;
}

void ml_labels_goto(Labels *l, StGoto *st, uint32_t nact, AstVar *scope)
{
    st->label = find(l, st->name);
    if (st->label)
        return;
    l->wait = ml_comp_grow(l->c, l->wait, l->nwait, &l->wait_cap, sizeof *l->wait);
    l->wait[l->nwait++] = (PendingGoto){ st, nact, scope };
}

/* The variable that becomes active after `outer`, on the way to `inner`. */
static const AstVar *first_entered(const AstVar *inner, const AstVar *outer)
{
    const AstVar *v = inner;
    while (v && v->outer != outer)
        v = v->outer;
    return v ? v : inner;
}

static void resolve_wait(Labels *l, const LabelBlock *b, StGoto *st, uint32_t nact,
                         AstVar *scope)
{
    uint32_t left = b->nwait;
    for (uint32_t i = b->nwait; i < l->nwait; i++) {
        PendingGoto *w = &l->wait[i];
        if (w->st->name != st->name) {
            l->wait[left++] = *w;
            continue;
        }
        w->st->label = st;
        if (w->nact < nact) {
            const AstVar *v = first_entered(scope, w->scope);
            ml_diag_add(l->c->d, w->st->h.pos, NULL,
                        "<goto %s> at line %d jumps into the scope of local '%s'",
                        st->name->s, (int)w->st->h.pos.line, v ? v->name->s : "?");
        }
    }
    l->nwait = left;
}

void ml_labels_define(Labels *l, const LabelBlock *b, StGoto *st, uint32_t nact, AstVar *scope)
{
    const StGoto *twin = find(l, st->name);
    if (twin) {
        ml_diag_add(l->c->d, st->h.pos, NULL, "label '%s' already defined on line %d",
                    st->name->s, (int)twin->h.pos.line);
        return;
    }
    st->nact = nact;
    st->pc = 0;
    st->jumps = -1;
    st->placed = false;
    resolve_wait(l, b, st, nact, scope);
    l->label = ml_comp_grow(l->c, l->label, l->nlabels, &l->label_cap, sizeof *l->label);
    st->name->k = l->nlabels;
    l->label[l->nlabels++] = st;
}

void ml_labels_end(Labels *l)
{
    for (uint32_t i = 0; i < l->nwait; i++) {
        const StGoto *st = l->wait[i].st;
        ml_diag_add(l->c->d, st->h.pos, NULL, "no visible label '%s' for <goto> at line %d",
                    st->name->s, (int)st->h.pos.line);
    }
    l->nwait = l->nlabels = 0;
}
