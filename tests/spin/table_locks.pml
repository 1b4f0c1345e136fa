/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of tables: designs table_lock (-DTABLE_LOCK) and fine (-DFINE).
 *
 * A parent entry and three table pages. Two updaters own an entry each of the
 * table below; one unmaps its entry and maps it again, the other maps and
 * unmaps: the table empties, is unlinked, and another is made. A walker
 * descends; a reclaimer waits for all sections that had begun when a table was
 * retired, and poisons it. What an updater has mapped must hang in the tree
 * until it unmaps it, and in the end all other pages are free.
 *
 * Spin interleaves whole statements, that is, it is sequentially consistent;
 * what a lock orders is so by its own acquire and release. Counts are read and
 * written in two steps. Without a label (-DNO_…) what it says is left out:
 *
 *   F1  who has got a table's lock looks whether it is dead (table_locks.inc)
 *   F2  entries are written, and counted, under the lock
 *   F3  TABLE_LOCK: the count falls to 0 and the table dies under one lock
 *   F4  FINE: whether it is empty is looked at again, under the parent's lock
 *   F5  FINE: ... and under its own
 *   F6  FINE: a new table is locked before it is linked
 *   F7  updaters go down in a read section
 *   F8  the grace period (rcu_free.inc)
 *   F9  zeroes before the link: release of the store (table_install)
 */
#define PAGES 3
#define PARENT 3 /* its lock */
#define EMPTY 0
#define POISON 9
#define WALKER 2

byte link = 1;		       /* EMPTY or page + 1 */
byte content[PAGES] = POISON;  /* of an entry that somebody reads */
bool held[PAGES + 1];	       /* the locks */
bool dead[PAGES];
byte count[PAGES];
bool leaf[6];		       /* of updater m in page p: [2p + m] */
bool taken[PAGES];	       /* page is out of the pool */
bool retired[PAGES];
bool inside[3], waited[3];     /* sections, and those a reclaimer waits for */
byte ended;

inline lock(p)
{
	atomic { !held[p] -> held[p] = true }
}

inline unlock(p)
{
	held[p] = false
}

inline enter(who)
{
	inside[who] = true
}

inline leave(who)
{
	atomic { inside[who] = false; waited[who] = false }
}

inline alloc(p)
{
	atomic {
		if
		:: !taken[0] -> p = 0
		:: taken[0] && !taken[1] -> p = 1
		:: taken[0] && taken[1] && !taken[2] -> p = 2
		fi;
		taken[p] = true;
		dead[p] = false;
		count[p] = 0
	}
}

inline reachable(me)
{
	atomic { assert(link != EMPTY); assert(leaf[2 * (link - 1) + me]) }
}

inline write(p, me)
{
	leaf[2 * p + me] = true;
	n = count[p];
	count[p] = n + 1
}

/* Links a new table; the parent is locked. */
inline make(p)
{
	alloc(p);
#ifdef NO_F9
	link = p + 1;
	content[p] = EMPTY
#else
	content[p] = EMPTY;
#if defined(FINE) && !defined(NO_F6)
	lock(p);
#endif
	link = p + 1
#endif
}

inline map(me)
{
	again = true;
#ifndef NO_F7
	enter(me);
#endif
	do
	:: !again -> break
	:: else ->
		e = link;
		if
		:: e == EMPTY ->
			lock(PARENT);
			if
			:: link == EMPTY ->
				make(p);
#ifdef FINE
				/* what it made it goes on to write */
				write(p, me);
				again = false;
#ifndef NO_F6
				unlock(p);
#endif
#endif
			:: else
			fi;
			unlock(PARENT)
		:: else ->
			p = e - 1;
			lock(p);
			assert(content[p] != POISON);
			if
#ifndef NO_F1
			:: dead[p] -> unlock(p)
			:: else ->
#else
			:: true ->
#endif
#ifdef NO_F2
				unlock(p);
				write(p, me);
#else
				write(p, me);
				unlock(p);
#endif
				again = false
			fi
		fi
	od;
#ifndef NO_F7
	leave(me);
#endif
	reachable(me)
}

inline unmap(me)
{
	reachable(me);
	gone = EMPTY;
	enter(me);
	e = link;
	p = e - 1;
	lock(p);
	assert(content[p] != POISON);
	leaf[2 * p + me] = false;
	n = count[p];
	count[p] = n - 1;
	n = n - 1;
#ifdef TABLE_LOCK
#ifdef NO_F3
	unlock(p);
	if :: n == 0 -> dead[p] = true :: else fi;
#else
	if :: n == 0 -> dead[p] = true :: else fi;
	unlock(p);
#endif
	if
	:: n == 0 ->
		lock(PARENT);
		link = EMPTY;
		gone = e;
		unlock(PARENT)
	:: else
	fi;
#else
	unlock(p);
	if
	:: n == 0 ->
		lock(PARENT);
		e = link;
		if
		:: e != EMPTY ->
#ifndef NO_F5
			lock(e - 1);
#endif
			if
#ifdef NO_F4
			:: true ->
#else
			:: count[e - 1] == 0 ->
#endif
				dead[e - 1] = true;
				link = EMPTY;
				gone = e
			:: else
			fi;
#ifndef NO_F5
			unlock(e - 1)
#endif
		:: else
		fi;
		unlock(PARENT)
	:: else
	fi;
#endif
	leave(me);
	if
	:: gone != EMPTY -> retired[gone - 1] = true
	:: else
	fi
}

proctype updater(byte me; bool mapped)
{
	byte e, p, n, gone, steps = 2;
	bool again;

	do
	:: steps == 0 -> break
	:: steps > 0 && mapped -> unmap(me); mapped = false; steps--
	:: steps > 0 && !mapped -> map(me); mapped = true; steps--
	od;
	atomic { ended++ }
}

proctype walker()
{
	byte e;

	enter(WALKER);
	e = link;
	if
	:: e != EMPTY -> assert(content[e - 1] != POISON)
	:: else
	fi;
	leave(WALKER)
}

proctype reclaimer()
{
	byte p;

	do
	:: retired[0] || retired[1] || retired[2] ->
		atomic {
			if
			:: retired[0] -> p = 0
			:: retired[1] -> p = 1
			:: retired[2] -> p = 2
			fi;
			retired[p] = false;
			waited[0] = inside[0];
			waited[1] = inside[1];
			waited[2] = inside[2]
		}
#ifndef NO_F8
		!waited[0] && !waited[1] && !waited[2];
#endif
		atomic { content[p] = POISON; taken[p] = false }
	:: ended == 2 && !retired[0] && !retired[1] && !retired[2] -> break
	od;
	/* the table that is linked, and no other */
	assert(taken[0] + taken[1] + taken[2] == 1)
}

init {
	atomic {
		taken[0] = true;
		content[0] = EMPTY;
		leaf[0] = true;
		count[0] = 1;
		run updater(0, true);
		run updater(1, false);
		run walker();
		run reclaimer()
	}
}
