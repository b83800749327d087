/*
 * monitors.pml - M7: monitor, demonitor with flush, and the end of both sides.
 *
 * The protocol of vm/proc/signal.c. Side 0 watches side 1, several times; each
 * monitor has its number. The watcher notes it and sends MONITOR; the watched
 * notes it too, and sends DOWN when it ends. What finds the inbox closed comes
 * back to the watcher, and what was unread at the end is answered: DOWN noproc.
 * demonitor forgets the monitor first, so that a DOWN on its way finds none;
 * with flush, one that waits in the mailbox already is removed.
 *
 * What must hold: each monitor ends exactly once: by DOWN, by demonitor, or
 * with its owner. After demonitor with flush no DOWN of it is in the mailbox,
 * nor comes later. When no signal is on its way, both living sides know the same
 * monitors, and nobody has one with a dead process.
 *
 * Mutants: 1 a MONITOR that found the inbox closed is lost silently; 2 a MONITOR
 * that was unread at the end gets no answer; 3 demonitor leaves it to the
 * watched to forget the monitor; 4 the watcher's end tells nobody; 5 flush
 * looks into the mailbox first and forgets the monitor then.
 */
#ifndef MUTANT
#define MUTANT 0
#endif

#define MONITORS 3
#define MOST     8              /* signals in an inbox */

mtype = { MONITOR, DEMONITOR, DOWN }

chan inbox[2] = [MOST] of { mtype, byte };
bool dead[2];
bool watching[MONITORS];        /* what the watcher knows */
bool watched[MONITORS];         /* what the watched knows */
byte waiting[MONITORS];         /* DOWN messages in the watcher's mailbox */
byte ended[MONITORS];           /* times it ended */
bool flushed[MONITORS];         /* demonitor with flush has returned */

byte made = 0;

inline send(to, what, n) {
    if
    :: dead[to] -> reached = false
    :: else -> assert(nfull(inbox[to])); inbox[to]!what, n; reached = true
    fi
}

/* --- the watcher --- */

inline down_arrives(n) {
    if
    :: watching[n] ->
       assert(!flushed[n]);
       watching[n] = false;
       ended[n]++;
       waiting[n]++
    :: else
    fi
}

inline monitor_call() {
    watching[made] = true;
    send(1, MONITOR, made);
    if
    :: !reached && MUTANT != 1 -> down_arrives(made)    /* noproc, at once */
    :: else
    fi;
    made++
}

inline forget(n) {
    if
    :: watching[n] ->
       if
       :: MUTANT != 3 -> watching[n] = false
       :: else
       fi;
       ended[n]++;
       send(1, DEMONITOR, n)
    :: else
    fi
}

/* It takes in what has come, between two steps of a call. */
inline look() {
    do
    :: nempty(inbox[0]) -> inbox[0]?kind, nr; down_arrives(nr)
    :: break
    od
}

inline demonitor_flush(n) {
#if MUTANT == 5
    waiting[n] = 0; look(); forget(n);
#else
    forget(n); look(); waiting[n] = 0;
#endif
    flushed[n] = true
}

inline end_of_watcher() {
    nr = 0;
    do
    :: atomic { nr < MONITORS && watching[nr] ->
           watching[nr] = false;
           ended[nr]++;
           if
           :: MUTANT != 4 -> send(1, DEMONITOR, nr)
           :: else
           fi;
           nr++ }
    :: atomic { nr < MONITORS && !watching[nr] -> nr++ }
    :: atomic { nr == MONITORS -> nr = 0; break }
    od
}

proctype Watcher()
{
    byte nr;
    mtype kind;
    bool reached, done = false;
    byte n, calls = 0;
end:
    do
    :: atomic { !done && made < MONITORS -> monitor_call() }
    :: atomic { !done && made > 0 && calls < MONITORS + 1 ->
           calls++;
           select (n : 0 .. MONITORS - 1);
           if
           :: n < made -> forget(n)
           :: n < made -> demonitor_flush(n)
           :: else
           fi;
           n = 0; kind = MONITOR; nr = 0 }
    :: atomic { nempty(inbox[0]) ->
           inbox[0]?kind, nr; down_arrives(nr); kind = MONITOR; nr = 0 }
    :: atomic { !done -> done = true }
    :: atomic { !done -> dead[0] = true; break }
    od;
    end_of_watcher();
    do                                  /* what was unread asks for no answer */
    :: atomic { nempty(inbox[0]) -> inbox[0]?kind, nr; kind = MONITOR; nr = 0 }
    :: empty(inbox[0]) -> break
    od
}

/* --- the watched --- */

inline end_of_watched() {
    nr = 0;
    do
    :: atomic { nr < MONITORS && watched[nr] -> watched[nr] = false; send(0, DOWN, nr); nr++ }
    :: atomic { nr < MONITORS && !watched[nr] -> nr++ }
    :: atomic { nr == MONITORS -> nr = 0; break }
    od
}

proctype Watched()
{
    byte nr;
    mtype kind;
    bool reached;
end:
    do
    :: atomic { nempty(inbox[1]) ->
           inbox[1]?kind, nr;
           watched[nr] = (kind == MONITOR);
           kind = MONITOR; nr = 0 }
    :: atomic { dead[1] = true; break }
    :: break                            /* it lives on */
    od;
    if
    :: dead[1] ->
       end_of_watched();
       do
       :: atomic { nempty(inbox[1]) ->
              inbox[1]?kind, nr;
              if
              :: kind == MONITOR && MUTANT != 2 -> send(0, DOWN, nr)
              :: else
              fi;
              kind = MONITOR; nr = 0 }
       :: empty(inbox[1]) -> break
       od
    :: else ->
end2:  do
       :: atomic { nempty(inbox[1]) ->
              inbox[1]?kind, nr;
              watched[nr] = (kind == MONITOR);
              kind = MONITOR; nr = 0 }
       od
    fi
}

init {
    byte i;
    atomic { run Watcher(); run Watched() }
    timeout ->
    atomic {
        assert(empty(inbox[0]) && empty(inbox[1]));
        for (i : 0 .. MONITORS - 1) {
            assert(ended[i] == (i < made && !watching[i]));
            assert(!watching[i] || !dead[0] && !dead[1]);
            assert(watched[i] == watching[i]);
            assert(waiting[i] <= 1 && !(flushed[i] && waiting[i]))
        }
    }
}
