/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Freeing a table that became empty, without a lock (counted.inc, reclaim =
 * empty): the number of used entries decides who unlinks.
 *
 * Two threads own different entries of one table. One unmaps its only entry,
 * which may be the table's last; the other maps at the same time. The second
 * thread's mapping must not hang in a table that is unlinked.
 *
 *   E1  count before the entry is written (entries_get before run_fill)
 *   E2  the step to 0 and the mark DEAD are one (entries_put)
 *   E3  a mapper that finds DEAD starts again at the root
 *   E4  entry cleared before the count goes down
 */
#define DEAD 255
#define NEW 2

byte link = 1;	/* page + 1 of the table in the parent, 0 = empty */
byte count[2];
bool leaf[4];	/* [2 * page + owner] */
bool fresh;	/* page 1 was linked */
bool done;

inline get(p, ok)
{
	atomic {
		if
		:: count[p] == DEAD -> ok = false
		:: else -> count[p]++; ok = true
		fi
	}
}

proctype unmapper()
{
	bool last;

#ifdef NO_E4
	/* whoever takes the count to 0 finds an entry still in the table */
	atomic { count[0]--; last = (count[0] == 0);
		 if :: last -> count[0] = DEAD :: else fi };
	if
	:: last -> assert(!leaf[0] && !leaf[1]); link = 0
	:: else
	fi;
	leaf[0] = false
#else
	leaf[0] = false;
#ifdef NO_E2
	atomic { count[0]--; last = (count[0] == 0) };
	if :: last -> count[0] = DEAD :: else fi;
#else
	atomic { count[0]--; last = (count[0] == 0);
		 if :: last -> count[0] = DEAD :: else fi };
#endif
	if
	:: last ->
		/* whoever unlinks must find the table empty */
		assert(!leaf[0] && !leaf[1]);
		link = 0
	:: else
	fi
#endif
}

proctype mapper()
{
	byte e;
	bool ok;

again:
	e = link;
	if
	:: e == 0 ->
		/* install a new table */
		atomic {
			if
			:: link == 0 -> link = NEW; fresh = true
			:: else
			fi
		};
		e = link
	:: else
	fi;
	if :: e == 0 -> goto again :: else fi;
#ifdef NO_E1
	leaf[2 * (e - 1) + 1] = true;
	get(e - 1, ok);
#else
	get(e - 1, ok);
#ifdef NO_E3
	ok = true;
#endif
	if
	:: !ok -> goto again /* the unlinking is about to be seen */
	:: else
	fi;
	leaf[2 * (e - 1) + 1] = true;
#endif
	done = true
}

proctype auditor()
{
	done;
	/* at any time after the map: reachable from the root */
	assert(link != 0 && leaf[2 * (link - 1) + 1])
}

init {
	atomic {
		leaf[0] = true;
		count[0] = 1;
		run unmapper();
		run mapper();
		run auditor()
	}
}
