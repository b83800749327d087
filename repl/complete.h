#ifndef COMPLETE_H
#define COMPLETE_H

#include "repl/session.h"

/* complete.h - Tab: globals, fields and methods of live values, commands. */
void complete_setup(Session *s);

#endif
