/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Design rwlock_reclaim: map, unmap and walks run beside each other under the
 * read side of the domain's lock; its write side is taken to unlink tables
 * that became empty, and to let walkers leave those that are unlinked already.
 *
 * One parent entry, two table pages. Two updaters own one entry each of the
 * table below it: the first unmaps its entry, the second maps its own and
 * unmaps it again, so that either may leave the table empty, and both at once
 * may have seen it so. A walker descends. Pages are reused at once: reclaiming
 * one poisons it. -DCOVERED: instead, the first updater owns the whole range
 * and unlinks the table as one (the second has no part in it).
 *
 * Spin interleaves whole statements, that is, it is sequentially consistent;
 * what orders statements here is the lock, not memory orders.
 *
 * Labels, as in designs/rwlock_reclaim.c and engine_free.inc:
 *   F1  the count is looked at again on the write side (prune_at)
 *   F2  and the table is looked for again from the root (prune_at)
 *   F3  an entry is counted and written in the section in which its table was
 *       found (write_begin to write_end)
 *   F4  a walker holds the read side until its last load (read_end)
 *   F5  empty tables are unlinked on the write side (unlink_begin)
 *   F6  a covered table is free after the write side was passed through
 *   F7  and after it was unlinked
 *   F8  tables are linked by cmpxchg (cmpxchg_install.inc)
 */
#define PAGES 2
#define EMPTY 0

byte link = EMPTY; /* the parent entry: EMPTY or page + 1 */
byte count[PAGES];
bool leaf[4];	      /* [2 * page + owner] */
bool taken[PAGES];    /* page is out of the pool */
bool poisoned[PAGES]; /* as long as it is in the pool */
byte readers;
bool writer;
bool mapped[2];

inline read_lock() { atomic { !writer -> readers++ } }
inline read_unlock() { readers-- }
inline write_lock() { atomic { !writer && readers == 0 -> writer = true } }
inline write_unlock() { writer = false }

inline alloc(p)
{
	atomic {
		if
		:: !taken[0] -> p = 0
		:: taken[0] && !taken[1] -> p = 1
		fi;
		taken[p] = true;
		poisoned[p] = false;
		count[p] = 0
	}
}

inline release(p)
{
	atomic {
		assert(taken[p]); /* or it is freed twice */
		/* what is free holds nobody's mapping */
		assert(!(mapped[0] && leaf[2 * (p)]) &&
		       !(mapped[1] && leaf[2 * (p) + 1]));
		taken[p] = false;
		poisoned[p] = true;
		leaf[2 * (p)] = false;
		leaf[2 * (p) + 1] = false
	}
}

/* The table below the parent entry, made if missing: page + 1. */
inline find(e, p)
{
	e = link;
	if
	:: e == EMPTY ->
		alloc(p);
#ifdef NO_F8
		e = link;
		if
		:: e == EMPTY -> link = p + 1
		:: else
		fi;
#else
		atomic { e = link; if :: e == EMPTY -> link = p + 1 :: else fi };
#endif
		if
		:: e == EMPTY -> e = p + 1
		:: else -> release(p) /* lost: was never visible */
		fi
	:: else
	fi
}

inline map(e, p, me)
{
	read_lock();
	find(e, p);
#ifdef NO_F3
	read_unlock();
	read_lock();
#endif
	count[e - 1]++;
	assert(!poisoned[e - 1]);
	leaf[2 * (e - 1) + me] = true;
	read_unlock();
	mapped[me] = true;
	/* what was mapped is there, whatever others do */
	read_lock();
	assert(link != EMPTY && leaf[2 * (link - 1) + me]);
	read_unlock()
}

/* On the write side: unlinks table @e of the parent if it is empty. */
inline prune(e, found)
{
#ifdef NO_F2
	e = found; /* as it was found in the read section */
#else
	e = link;
#endif
	found = EMPTY;
	if
	:: e == EMPTY
	:: else ->
		if
#ifdef NO_F1
		:: true ->
#else
		:: count[e - 1] == 0 ->
#endif
			link = EMPTY;
			found = e
		:: else
		fi
	fi
}

inline unmap(e, found, me)
{
	mapped[me] = false;
	read_lock();
	e = link;
	leaf[2 * (e - 1) + me] = false;
	found = EMPTY;
	atomic {
		count[e - 1]--;
		if :: count[e - 1] == 0 -> found = e :: else fi
	};
#ifdef NO_F5
	if :: found != EMPTY -> prune(e, found) :: else fi;
	read_unlock();
#else
	read_unlock();
	if
	:: found != EMPTY ->
		write_lock();
		prune(e, found);
		write_unlock()
	:: else
	fi;
#endif
	/* the flush, then free */
	if :: found != EMPTY -> release(found - 1) :: else fi
}

inline unmap_covered(e)
{
	mapped[0] = false;
	read_lock();
	e = link;
#ifdef NO_F7
	read_unlock();
	write_lock();
	write_unlock();
	release(e - 1);
	link = EMPTY
#else
	link = EMPTY;
	read_unlock();
#ifndef NO_F6
	write_lock();
	write_unlock();
#endif
	release(e - 1)
#endif
}

proctype first()
{
	byte e, p, found;

	map(e, p, 0);
#ifdef COVERED
	unmap_covered(e)
#else
	unmap(e, found, 0)
#endif
}

proctype second()
{
	byte e, p, found;

	map(e, p, 1);
	unmap(e, found, 1)
}

proctype walker()
{
	byte e;

	read_lock();
	e = link;
#ifdef NO_F4
	read_unlock();
#endif
	if
	:: e != EMPTY -> assert(!poisoned[e - 1])
	:: else
	fi;
#ifndef NO_F4
	read_unlock()
#endif
}

init {
	atomic {
		run first();
#ifndef COVERED
		run second();
#endif
		run walker()
	}
}
