/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a table is linked, walked, unlinked and reused: designs rcu (-DRCU),
 * rcu_qsbr (-DQSBR) and leak (-DLOCKLESS).
 *
 * One parent entry, two table pages. Two mappers link a table if none is
 * there (one of them loses the race), and write a leaf of their own into it;
 * an unmapper unlinks it, flushes the IOTLB, retires it; reclamation poisons
 * the page and gives it back; a walker descends.
 *
 * Spin interleaves whole statements, that is, it is sequentially consistent.
 * What an ordering forbids is written out: without it (-DNO_…) the two
 * accesses it keeps apart may happen the other way round.
 *
 * Labels, as in the comments of the code:
 *   A1  zeroes before the link: release of the cmpxchg (cmpxchg_install.inc)
 *   A2  link before the table's entries: acquire of entry_load (run.h)
 *   B1  reader announced before its first load: read_begin (rcu_memb.inc)
 *   B2  last load before the announcement goes: read_end
 *   C1  unlink before retire (engine.inc, the order of freeing)
 *   C2  the grace period (rcu_free.inc)
 *   C3  link by cmpxchg, not by a plain store
 */
#define PAGES 2
#define EMPTY 0
#define POISON 9
#define LEAF 5

byte link = EMPTY;	      /* the parent entry: EMPTY or page + 1 */
byte content[PAGES] = POISON; /* of the entry the walker reads */
bool own[4];		      /* leaf of mapper 0 and 1, in page p: [2p + m] */
bool taken[PAGES];	      /* page is out of the pool */
bool inside;		      /* the walker's announcement */
bool mapped[2];
byte seen_freed;

inline alloc(p)
{
	atomic {
		if
		:: !taken[0] -> p = 0
		:: taken[0] && !taken[1] -> p = 1
		fi;
		taken[p] = true
	}
}

proctype mapper(byte me)
{
	byte p, e;

	alloc(p);
	/* zero it, then publish */
	if
#ifdef NO_A1
	:: true -> /* the link becomes visible before the zeroes */
		atomic { e = link; if :: e == EMPTY -> link = p + 1 :: else fi };
		content[p] = EMPTY
#endif
	:: true ->
		content[p] = EMPTY;
#ifdef NO_C3
		/* look, then store: what another linked in between is lost */
		e = link;
		if
		:: e == EMPTY -> link = p + 1
		:: else
		fi
#else
		atomic { e = link; if :: e == EMPTY -> link = p + 1 :: else fi }
#endif
	fi;
	if
	:: e == EMPTY
	:: else ->
		/* lost: ours was never visible, free at once */
		atomic { content[p] = POISON; taken[p] = false };
		p = e - 1
	fi;
	own[2 * p + me] = true;
	mapped[me] = true
}

/* Both mapped: what each wrote must hang in the tree. */
proctype auditor()
{
	mapped[0] && mapped[1];
	assert(own[2 * (link - 1)] && own[2 * (link - 1) + 1])
}

inline descend()
{
	e = link;
	if
	:: e != EMPTY ->
		c = content[e - 1];
		assert(c != POISON)
	:: else
	fi
}

proctype walker()
{
	byte e, c;

#if defined(LOCKLESS)
	descend()
#elif defined(QSBR)
	/* online: announced by not having reported a quiescent state, and
	 * again as soon as it has */
	descend();
	inside = false;
	atomic { inside = true };
	descend();
	inside = false
#else
	if
#ifdef NO_B1
	:: true -> e = link; inside = true;
		if
		:: e != EMPTY -> c = content[e - 1]; assert(c != POISON)
		:: else
		fi;
		inside = false
#endif
#ifdef NO_B2
	:: true -> inside = true; e = link; inside = false;
		if
		:: e != EMPTY -> c = content[e - 1]; assert(c != POISON)
		:: else
		fi
#endif
#ifdef NO_A2
	:: true -> /* the entry is read ahead, by a guess of the link */
		inside = true;
		if :: e = 1 :: e = 2 fi;
		c = content[e - 1];
		if
		:: link == e -> assert(c != POISON)
		:: else
		fi;
		inside = false
#endif
	:: true -> inside = true; descend(); inside = false
	fi
#endif
}

/* A range that covers the whole table goes. */
proctype unmapper()
{
	byte e;

	mapped[0] && mapped[1];
#ifdef NO_C1
	/* retired while still linked: the grace period ends too early */
	e = link;
	!inside;
	link = EMPTY;
#else
	e = link;
	link = EMPTY;
#if !defined(NO_C2) && !defined(LOCKLESS)
	/* The grace period: membarrier on the other side makes an announced
	 * reader visible, then wait until it is gone. One that announces
	 * itself later finds the link empty. */
	!inside;
#endif
#endif
#if !defined(LOCKLESS) || defined(NO_HOLD)
	atomic { content[e - 1] = POISON; taken[e - 1] = false }
#endif
}

init {
	atomic {
#ifdef QSBR
		inside = true; /* online */
#endif
		run mapper(0);
		run mapper(1);
#ifdef AUDIT
		run auditor();
#else
		run walker();
		run unmapper()
#endif
	}
}
