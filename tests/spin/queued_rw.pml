/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queued reader-writer lock (kernels/locks/queued_rw.h): counts of readers
 * beside `writer` and `waiting` in one word, and a lock that those who wait
 * hold one after the other (queued_spin.pml has it in detail). READERS readers
 * and WRITERS writers enter ROUNDS times each. A writer is in alone; once it
 * waits for readers to leave none gets in; whoever waits gets in (an end at
 * which a thread still waits is an error).
 *
 *   G1  a reader that finds a writer waiting does not get in
 *   G2  it takes its count back before it queues
 *   G3  at the head of the queue it waits for the writer that is in
 *   G4  a writer that waited takes the word only if no count is left, in one
 *       step
 *   G5  a writer leaves by clearing its own part of the word
 *   G6  writers wait one at a time
 */
#ifndef READERS
#define READERS 2
#endif
#ifndef WRITERS
#define WRITERS 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

byte count;
bool writer, waiting;
bool queue;	/* the lock of those who wait */

byte readers_in, writers_in;

proctype reader()
{
	byte round;
	bool stopped;

	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		round++;
		atomic {
			count++;
#ifdef NO_G1
			stopped = writer;
#else
			stopped = writer || waiting;
#endif
			/* without a wait it is in from here on */
			assert(stopped || !waiting)
		};
		if
		:: stopped ->
#ifdef NO_G2
			atomic { !queue -> queue = true };
			count--;
#else
			count--;
			atomic { !queue -> queue = true };
#endif
			count++;
#ifndef NO_G3
			!writer;
#endif
			queue = false
		:: else
		fi;
		readers_in++;
		assert(!writers_in);
		readers_in--;
		atomic {
			assert(count > 0);
			count--
		}
	od
}

proctype writes()
{
	byte round;
	bool done;

	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		round++;
		done = false;
		atomic {
			if
			:: !count && !writer && !waiting ->
				writer = true; done = true
			:: else
			fi
		};
		if
		:: done -> goto section
		:: else
		fi;
#ifndef NO_G6
		atomic { !queue -> queue = true };
#endif
		atomic {
			if
			:: !count && !writer && !waiting ->
				writer = true; done = true
			:: else
			fi
		};
		if
		:: !done ->
			waiting = true;
#ifdef NO_G4
			!count && !writer;
			d_step { waiting = false; writer = true; count = 0 }
#else
			atomic {
				!count && !writer && waiting ->
					waiting = false; writer = true
			}
#endif
		:: else
		fi;
		queue = false;
section:
		writers_in++;
		assert(writers_in == 1 && !readers_in);
		writers_in--;
#ifdef NO_G5
		d_step { writer = false; waiting = false; count = 0 }
#else
		writer = false
#endif
	od
}

init {
	byte i;

	atomic {
		for (i : 1 .. READERS) {
			run reader()
		}
		for (i : 1 .. WRITERS) {
			run writes()
		}
	}
}
