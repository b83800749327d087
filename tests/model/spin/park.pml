/*
 * park.pml - M2: a process that parks, against messages, a kill and its timer.
 *
 * The protocol of vm/proc/state.h. A process has one state; whoever has news
 * for it makes the news visible first and notifies then; the process parks by
 * one step that fails when it was notified since its slice began. A message or
 * a kill comes through the inbox; the timer of the wait fires under the lock
 * of the wheel, and the end of the process disarms it under the same lock. The
 * end takes two slices, between which the process stands on the run queue.
 *
 * What must hold: it is never queued twice nor run by two workers; when
 * nothing moves any more, every message was handled, or the process has ended;
 * a kill has ended it; a receive whose time is over has gone on; and no timer
 * of a process that has ended is armed.
 *
 * Mutants: 1 it parks without looking whether it was notified; 2 a notifier
 * looks at the state and changes it in two steps; 3 a notifier wakes what is
 * ending; 4 the end leaves the timer armed.
 */
#ifndef MUTANT
#define MUTANT 0
#endif

mtype = { READY, RUNNING, NOTIFIED, WAITING, EXITING, GONE }
#define SHUT 255

mtype state = READY;
byte queued = 1;                /* times on the run queue */
byte runs = 0;                  /* workers that run it */
byte inbox = 0;                 /* messages, SHUT: closed */
bool kill_in_inbox = false;
byte handled = 0, dropped = 0;
bool killed = false;            /* a kill got into the inbox */
bool wheel = false;             /* lock of the wheel */
bool armed = false, over = false;       /* its timer; the time has come */
bool timed_out = false;         /* it went on because the time is over */
byte slices = 0;                /* of its end */

inline enqueue() { queued++; assert(queued == 1) }
inline lock()    { atomic { !wheel -> wheel = true } }
inline unlock()  { wheel = false }

/* ml_proc_notify. seen, ok: variables of the caller. */
inline notify() {
    do
    :: seen = state;
       if
       :: seen == WAITING ->
          atomic {
              if
#if MUTANT == 2
              :: true -> state = READY; ok = true
#else
              :: state == WAITING -> state = READY; ok = true
              :: else -> ok = false
#endif
              fi
          }
          if
          :: ok -> atomic { enqueue() }; break
          :: else
          fi
       :: seen == RUNNING ->
          atomic {
              if
              :: state == RUNNING -> state = NOTIFIED; ok = true
              :: else -> ok = false
              fi
          }
          if
          :: ok -> break
          :: else
          fi
#if MUTANT == 3
       :: seen == EXITING -> atomic { enqueue() }; break
#endif
       :: seen != WAITING && seen != RUNNING && (MUTANT != 3 || seen != EXITING) -> break
       fi
    od;
    seen = READY; ok = false
}

inline push(deadly) {
    atomic {
        if
        :: inbox == SHUT -> dropped++
        :: else ->
           inbox++;
           if
           :: deadly -> kill_in_inbox = true; killed = true
           :: else
           fi
        fi
    }
}

proctype Sender() { mtype seen = READY; bool ok; push(false); notify() }

proctype Killer()
{
    mtype seen = READY;
    bool ok;
    if
    :: push(true); notify()
    :: dropped++                        /* it lets it live */
    fi
}

/* The clock, and the worker that fires the timer. */
proctype Clock()
{
    mtype seen = READY;
    bool ok;
    over = true;
end:
    do
    :: atomic { armed && !wheel -> wheel = true }
       if
       :: armed -> assert(state != GONE); armed = false; notify()
       :: else
       fi;
       unlock()
    od
}

/* Slices of the process: it handles what is in the inbox, goes on when its
 * time is over, and waits again. */
proctype Worker()
{
    byte got;
    bool kill;
end:
    do
    :: atomic { queued > 0 -> queued--; runs++; assert(runs == 1 && queued == 0) }
       if
       :: state == EXITING ->           /* the second slice of its end */
          atomic { slices++; runs--; state = GONE }
       :: else ->
          assert(state == READY);
          state = RUNNING;
          atomic { got = inbox; inbox = 0; kill = kill_in_inbox; kill_in_inbox = false }
          handled = handled + got;
          if
          :: kill ->
             state = EXITING;
             atomic { dropped = dropped + inbox; inbox = SHUT }
#if MUTANT != 4
             lock(); armed = false; unlock();
#endif
             atomic { slices++; runs--; enqueue() }
          :: else ->
             if
             :: timed_out
             :: !timed_out && over -> timed_out = true; lock(); armed = false; unlock()
             :: !timed_out && !over && !armed -> lock(); armed = true; unlock()
             :: else
             fi;
             atomic {                   /* ml_proc_park */
                 if
#if MUTANT == 1
                 :: true -> state = WAITING; runs--
#else
                 :: state == RUNNING -> state = WAITING; runs--
                 :: else -> state = READY; runs--; enqueue()
#endif
                 fi
             }
          fi
       fi;
       got = 0; kill = false
    od
}

#define MESSAGES 2

init {
    atomic {
        run Worker(); run Worker();
        run Sender(); run Sender(); run Killer();
        run Clock()
    }
    timeout ->
        assert(queued == 0 && runs == 0);
        assert(handled + dropped == MESSAGES + 1);
        assert(!armed);
        if
        :: killed -> assert(state == GONE && slices == 2)
        :: else -> assert(state == WAITING && timed_out)
        fi
}
