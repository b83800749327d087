/*
 * dictionary.c - the process dictionary: a table that every function of a process
 * finds, and that others may look at with process_info. It is made when it is
 * asked for, and kept among what libraries keep.
 */
#include "stdlib/native/process_in.h"
#include "vm/proc/inspect.h"

NatEnd ml_process_dictionary(Nat *n)
{
    Proc *p = n->p;
    if (!p->own->dict)
        p->own->dict = ml_tab_new(n->h, 0, 2);
    Value t = *ml_tab_gets(n->h, p->own->dict, ML_DICTIONARY);
    if (ml_is_nil(t)) {
        t = ml_v_tab(ml_tab_new(n->h, 0, 0));
        ml_tab_sets(n->h, p->own->dict, ML_DICTIONARY, t);
    }
    return ml_ret1(n, t);
}
