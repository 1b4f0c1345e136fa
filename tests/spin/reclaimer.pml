/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reclaimer's protocol (kernels/freeing/reclaimer.h): nothing is freed under
 * a walker, nothing that was pushed is left behind by a thread that sleeps, and
 * who waits finds everything reclaimed that was pushed before.
 *
 * Two unmappers, of a table each; a walker of the first one's; one who waits
 * for the first. Statements interleave sequentially consistent; without an
 * ordering (-DNO_…) the two accesses it keeps apart happen the other way round.
 *
 *   F1  unlinked before it is pushed: release of the push
 *   F2  pushed, or asked, before the look whether the thread sleeps (wake)
 *   F3  "asleep" said before the last look at the stack (sleep_on)
 *   F4  the grace period, after the stack was taken
 *   F5  numbers of who waits read before the stack is taken
 */
bool linked[2] = true, freed[2];
bool stack[2];		/* pushed and not taken */
bool asleep, blocked;	/* said so; and it does */
bool asked;
byte number, done;	/* of who waits: taken, passed on */
byte pushed;		/* unmappers through */
bool inside;		/* the walker's read section */

inline wake() { atomic { if :: asleep -> asleep = false :: else fi } }

proctype unmapper(byte i)
{
	bool sleeps;

#ifdef NO_F1
	stack[i] = true;
	linked[i] = false;
	wake();
#else
	linked[i] = false;
#ifdef NO_F2
	sleeps = asleep;
	stack[i] = true;
	if :: sleeps -> wake() :: else fi;
#else
	stack[i] = true;
	wake();
#endif
#endif
	pushed++
}

proctype waiter()
{
	byte mine;

	!linked[0] && (stack[0] || freed[0]); /* the first is pushed */
	atomic { number++; mine = number };
	asked = true;
	wake();
	done >= mine;
	assert(freed[0])
}

proctype walker()
{
	bool e;

	inside = true;
	e = linked[0];
	if
	:: e -> assert(!freed[0])
	:: else
	fi;
	inside = false
}

proctype reclaimer()
{
	bool c[2];
	byte n;

	do
	:: asked = false;
#ifndef NO_F5
		n = number;
#endif
		atomic {
			c[0] = stack[0];
			c[1] = stack[1];
			stack[0] = false;
			stack[1] = false
		};
#ifdef NO_F5
		n = number;
#endif
		if
		:: c[0] || c[1] ->
#ifndef NO_F4
			!inside;
#endif
			atomic {
				freed[0] = freed[0] || c[0];
				freed[1] = freed[1] || c[1]
			};
			done = n
		:: else ->
			done = n;
#ifdef NO_F3
			if
			:: stack[0] || stack[1] || asked
			:: else ->
				asleep = true;
				blocked = true;
end_early:			!asleep;
				blocked = false
			fi
#else
			asleep = true;
			if
			:: stack[0] || stack[1] || asked -> asleep = false
			:: else ->
				blocked = true;
end_sleep:			!asleep;
				blocked = false
			fi
#endif
		fi
	od
}

/* All have pushed and looked, the thread sleeps, and something is there. */
proctype auditor()
{
end_audit:
	atomic {
		pushed == 2 && blocked && asleep && (stack[0] || stack[1]) ->
			assert(false)
	}
}

init {
	atomic {
		run unmapper(0);
		run unmapper(1);
		run walker();
		run waiter();
		run reclaimer();
		run auditor()
	}
}
