/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design typesafe: tables are used again at once, walkers find out afterwards
 * (kernels/designs/typesafe.c).
 *
 * The root's entry names table page 0, which names page 1, whose entry is a
 * leaf. An unmapper takes both away and frees them; then they are used again,
 * the other way round, under the same root, or by another domain. A walker goes
 * down. Its answer must be nothing or one of this domain's leaves, and what it
 * follows must be a link: a leaf taken for one leads out of the pool.
 *
 *   T1  unlink before the advance: its release (tables_retire)
 *   T2  the advance before anything is overwritten: the fence (tables_retire)
 *   T3  sample before the first load: its acquire (read_begin)
 *   T4  entry read before the generation is looked at again (read_valid)
 *   T5  asked before an entry is followed, not at the end only (entry_seen)
 *   T6  asked at all
 */
#define EMPTY	0 /* 1 and 2: a link to page 0 and 1 */
#define LEAF	5
#define FOREIGN 9 /* of another domain: a leaf of anything */

byte root = 1;
byte content[2]; /* of the entry on the walker's way */
byte generation;
byte freed; /* pages */

proctype unmapper()
{
#ifdef NO_T1
	generation++;
	root = EMPTY;
#else
	root = EMPTY;
#ifndef NO_T2
	generation++;
#endif
#endif
	freed = 2;
#ifdef NO_T2
	generation++
#endif
}

/* Whoever allocates them next. */
proctype user()
{
	freed == 2;
	if
	:: true -> /* another domain */
		content[0] = EMPTY;
		content[1] = EMPTY;
		content[0] = FOREIGN;
		content[1] = FOREIGN
	:: true -> /* this one: page 1 above page 0 */
		content[1] = EMPTY;
		content[0] = EMPTY;
		content[1] = 1;
		root = 2;
		content[0] = LEAF
	fi
}

/* The entry at @from into @to, unless the walk has to start again. */
inline read_entry(from, to, ask)
{
#ifdef NO_T4
	if
	:: true -> ok = (generation == begun); to = from
	:: true -> to = from; ok = (generation == begun)
	fi;
#else
	to = from;
	ok = (generation == begun);
#endif
#ifdef NO_T5
	ok = ok || !ask;
#endif
#ifdef NO_T6
	ok = true;
#endif
	if
	:: !ok -> goto again
	:: else
	fi
}

proctype walker()
{
	byte begun, up, mid, leaf;
	bool ok;

again:
#ifdef NO_T3
	if
	:: true -> /* the root's entry is read ahead of the sample */
		up = root;
		begun = generation
	:: true ->
		begun = generation;
		up = root
	fi;
	if
	:: generation != begun -> goto again
	:: else
	fi;
#else
	begun = generation;
	read_entry(root, up, false);
#endif
	if
	:: up == EMPTY -> goto done
	:: else
	fi;
	read_entry(content[up - 1], mid, false);
	if
	:: mid == EMPTY -> goto done
	:: else
	fi;
	assert(mid == 1 || mid == 2);
	read_entry(content[mid - 1], leaf, true);
	assert(leaf == EMPTY || leaf == LEAF);
done:
	skip
}

init {
	atomic {
		content[0] = 2;
		content[1] = LEAF;
		run unmapper();
		run user();
		run walker()
	}
}
