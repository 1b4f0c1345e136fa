/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queued spinlock (kernels/locks/queued.h): a word of `locked`, `pending`
 * and the `tail` of a queue of nodes, one a thread. N threads enter ROUNDS
 * times each. At most one is in; they get in in the order in which they took
 * the free lock, became pending or joined the queue; whoever waits gets in (an
 * end at which a thread still waits is an error).
 *
 *   F1  whoever finds the lock free takes it only if the whole word is 0
 *   F2  pending is set only while nobody queues
 *   F3  the head of the queue waits for pending to go, too
 *   F4  leaving clears `locked` only
 *   F5  a node is reset before it is at the tail
 *   F6  the last in the queue takes the lock and ends the queue in one step,
 *       if it is the last still
 */
#ifndef N
#define N 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

bool locked, pending;
byte tail;		/* number of a thread, 0 = no queue */
byte next[N + 1];	/* of nodes, by number */
bool head[N + 1];

byte inside;
byte drawn, entered;	/* the order */

inline draw()
{
	number = drawn;
	drawn++
}

proctype thread(byte self)
{
	byte before, number, round;
	bool done; /* with a step that leads into the section */

	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		round++;
		done = false;
		atomic {
			if
#ifdef NO_F1
			:: !locked && !pending -> locked = true; done = true; draw()
#else
			:: !locked && !pending && !tail ->
				locked = true; done = true; draw()
#endif
			:: else
			fi
		};
		if
		:: done -> goto section
		:: else
		fi;

		atomic {
			if
			:: !locked && !pending && !tail ->
				locked = true; draw(); goto section
#ifdef NO_F2
			:: locked && !pending -> pending = true; done = true; draw()
#else
			:: locked && !pending && !tail ->
				pending = true; done = true; draw()
#endif
			:: else
			fi
		};
		if
		:: done ->
			!locked;
			/* one store of both bytes */
			d_step { pending = false; locked = true };
			goto section
		:: else
		fi;

#ifdef NO_F5
		atomic { before = tail; tail = self; draw() };
		next[self] = 0;
		head[self] = false;
#else
		next[self] = 0;
		head[self] = false;
		atomic { before = tail; tail = self; draw() };
#endif
		if
		:: before -> next[before] = self; head[self]
		:: else
		fi;
#ifdef NO_F3
		!locked;
#else
		!locked && !pending;
#endif
#ifdef NO_F6
		done = (tail == self);
		if
		:: done -> d_step { locked = true; tail = 0 }
		:: else
		fi;
#else
		atomic {
			if
			:: tail == self -> locked = true; tail = 0; done = true
			:: else
			fi
		};
#endif
		if
		:: done -> goto section
		:: else
		fi;
		locked = true;
		next[self] != 0;
		head[next[self]] = true;
section:
		inside++;
		assert(inside == 1);
		assert(number == entered);
		entered++;
		inside--;
#ifdef NO_F4
		d_step { locked = false; pending = false }
#else
		locked = false
#endif
	od
}

init {
	byte i;

	atomic {
		for (i : 1 .. N) {
			run thread(i)
		}
	}
}
