/*
 * links.pml - M6: link, unlink and the end of both sides, all at once.
 *
 * The protocol of vm/proc/signal.c. Each side keeps for itself what it knows
 * of the link; they tell each other by signals, which arrive in the order
 * sent. unlink marks the link and waits for the acknowledgement: a LINK that
 * was sent before the other side knew is not taken for a new one. The number
 * tells the acknowledgement of this unlink from that of an older one. What
 * finds the inbox closed comes back to the sender at once; what was in the
 * inbox at the end is answered by the side that ended.
 *
 * What must hold when no signal is on its way: both living sides agree, and
 * nobody waits for an acknowledgement; a living side knows of no link to a
 * dead one.
 *
 * Mutants: 1 no acknowledgement: an unlink forgets the link at once; 2 an
 * acknowledgement is taken whatever its number; 3 a LINK that found the inbox
 * closed is lost silently; 4 an UNLINK that was unread at the end gets no
 * answer; 5 the end finds no memory for its EXIT, which is not there already.
 */
#ifndef MUTANT
#define MUTANT 0
#endif

#define OPS  5                  /* calls of link, unlink or exit by each side */
#define MOST 20                 /* signals in an inbox */

mtype = { LINK, UNLINK, ACK, EXIT }
mtype = { NONE, ACTIVE, UNLINKING }

chan inbox[2] = [MOST] of { mtype, byte };
mtype know[2] = NONE;
byte unlink_nr[2];              /* of the unlink that waits, and of the last one */
bool dead[2];

#define you (1 - me)

/* Does it reach the inbox? */
inline send(what, which, reached) {
    if
    :: dead[you] -> reached = false
    :: else -> assert(nfull(inbox[you])); inbox[you]!what, which; reached = true
    fi
}

inline link_call() {
    if
    :: know[me] == ACTIVE
    :: else ->
       send(LINK, 0, reached);
       know[me] = ACTIVE;
       if
       :: reached || MUTANT == 3
       :: else ->               /* noproc, as if the dead had answered */
          assert(nfull(inbox[me])); inbox[me]!EXIT, 0
       fi
    fi
}

inline unlink_call() {
    if
    :: know[me] != ACTIVE
    :: else ->
       unlink_nr[me]++;
       know[me] = UNLINKING;
       send(UNLINK, unlink_nr[me], reached);
       if
       :: !reached || MUTANT == 1 -> know[me] = NONE
       :: else
       fi
    fi
}

/* Signals of one who is alive. */
inline receive_one() {
    if
    :: kind == LINK ->
       if
       :: know[me] == NONE -> know[me] = ACTIVE
       :: else
       fi
    :: kind == UNLINK ->
       if
       :: know[me] == ACTIVE -> know[me] = NONE
       :: else
       fi;
       send(ACK, nr, reached)
    :: kind == ACK ->
       if
       :: know[me] == UNLINKING && (nr == unlink_nr[me] || MUTANT == 2) -> know[me] = NONE
       :: else
       fi
    :: kind == EXIT ->
       know[me] = NONE
    fi
}

/* Signals that one who is dead finds in the inbox. */
inline refuse_one() {
    if
    :: kind == LINK -> send(EXIT, 0, reached)
    :: kind == UNLINK && MUTANT != 4 -> send(ACK, nr, reached)
    :: else
    fi
}

proctype Side(byte me)
{
    byte ops = 0, nr;
    mtype kind;
    bool reached;
end:
    do
    :: atomic { !dead[me] && ops < OPS -> ops++; link_call() }
    :: atomic { !dead[me] && ops < OPS -> ops++; unlink_call() }
    :: atomic { !dead[me] && ops < OPS -> ops = OPS; dead[me] = true }
    :: atomic { !dead[me] && ops < OPS -> ops = OPS }
    :: atomic { !dead[me] && nempty(inbox[me]) ->
           inbox[me]?kind, nr; receive_one(); kind = LINK; nr = 0 }
    :: dead[me] -> break
    od;
    atomic {
        if
        :: know[me] == ACTIVE && MUTANT != 5 -> send(EXIT, 0, reached)
        :: else
        fi;
        know[me] = NONE
    }
    do
    :: atomic { inbox[me]?kind, nr -> refuse_one(); kind = LINK; nr = 0 }
    :: empty(inbox[me]) -> break
    od
}

init {
    atomic { run Side(0); run Side(1) }
    timeout ->
        assert(empty(inbox[0]) && empty(inbox[1]));
        assert(know[0] != UNLINKING && know[1] != UNLINKING);
        if
        :: dead[0] || dead[1] -> assert(know[0] == NONE && know[1] == NONE)
        :: else -> assert(know[0] == know[1])
        fi
}
