#ifndef ML_STDLIB_REALM_H
#define ML_STDLIB_REALM_H

#include "vm/native.h"
#include "vm/run/spawn.h"

/* realm.h - limits and sandboxes as programs see them; realm.c. */

/* Those of the options of spawn that open a realm. False: raised. */
bool ml_realm_options(Nat *n, Tab *t, SpawnOpts *o);

#endif
