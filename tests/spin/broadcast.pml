/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design broadcast: tables are freed after a barrier on all walkers
 * (kernels/designs/broadcast.c).
 *
 * Two unmappers each unlink a table, broadcast, wait and free it; a walker has
 * three sections in a row, in each of which it looks into one of the tables.
 * What it looks into must not be free.
 *
 * What this is about is that a store of the walker's may be seen late: they go
 * through a buffer, as on x86, and membarrier empties it. Everything else is
 * sequentially consistent; what an ordering forbids is written out (-DNO_...).
 * That an unmapper is not left waiting when the walker is gone: an end state
 * with a process that is not at its end is an error.
 *
 *   A1  flag before the first load, in program order (read_begin)
 *   A2  the membarrier
 *   A3  unlink before the membarrier (engine.inc, the order of freeing)
 *   B1  last load before the flag goes: its release (read_end)
 *   B2  last load before the answer: its release (read_end)
 *   C1  the call after the membarrier (walkers_wait)
 *   C2  the wait itself
 */
#define SECTIONS 3
#define INSIDE	 0
#define CALLED	 1

bool link[2], freed[2];
bool inside, called;
chan buffer = [4] of { bit, bool }; /* the walker's stores under way */

inline store_seen()
{
	buffer?what, value;
	if
	:: what == INSIDE -> inside = value
	:: else -> called = value
	fi
}

/* The buffer empties itself, sooner or later. */
proctype memory()
{
	bit what;
	bool value;

end:
	do
	:: atomic { store_seen() }
	od
}

inline membarrier()
{
#ifndef NO_A2
	atomic {
		do
		:: nempty(buffer) -> store_seen()
		:: empty(buffer) -> break
		od
	}
#else
	skip
#endif
}

proctype walker()
{
	byte n;
	bit u;
	bool there, answer;

	do
	:: n == SECTIONS -> break
	:: n < SECTIONS ->
		n++;
		if :: u = 0 :: u = 1 fi;
#ifdef NO_A1
		there = link[u];
		buffer!INSIDE, true;
#else
		buffer!INSIDE, true;
		there = link[u];
#endif
#ifdef NO_B1
		buffer!INSIDE, false;
		assert(!there || !freed[u]);
		answer = called && !(buffer??[CALLED, false]);
		if
		:: answer -> buffer!CALLED, false
		:: else
		fi;
#else
#ifdef NO_B2
		answer = called && !(buffer??[CALLED, false]);
		if
		:: answer -> buffer!CALLED, false
		:: else
		fi;
		assert(!there || !freed[u]);
		buffer!INSIDE, false;
#else
		assert(!there || !freed[u]);
		buffer!INSIDE, false;
		/* a thread sees its own stores at once */
		answer = called && !(buffer??[CALLED, false]);
		if
		:: answer -> buffer!CALLED, false
		:: else
		fi;
#endif
#endif
		there = false;
		answer = false
	od
}

proctype unmapper(bit me)
{
	bit what;
	bool value;

#ifndef NO_A3
	link[me] = false;
#endif
#ifdef NO_C1
	called = true;
#endif
	membarrier();
#ifdef NO_A3
	link[me] = false;
#endif
#ifndef NO_C2
	if
	:: !inside
	:: else ->
#ifndef NO_C1
		called = true;
#endif
		!inside || !called
	fi;
#endif
	freed[me] = true
}

init {
	atomic {
		link[0] = true;
		link[1] = true;
		run memory();
		run walker();
		run unmapper(0);
		run unmapper(1)
	}
}
