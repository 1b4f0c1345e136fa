/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IOTLB's promise (kernels/iotlb.c): after an unmap has returned, no
 * translate that starts later yields the old PA. Shared by all designs.
 *
 * One IOVA mapped to OLD. An unmapper clears the entry and invalidates; a
 * walker samples the generation, walks and fills; a second translate starts
 * after the unmap returned.
 *
 *   D1  entry cleared before the generation advances (engine_unmap.inc)
 *   D2  generation advances before the sets are visited (iotlb.c, begin)
 *   D3  generation sampled before the walk (engine_walk.inc, translate_pa)
 *   D4  generation checked inside the set's lock (iotlb.c, fill)
 *   D5  the check itself
 *   D6  a set that is locked is not passed over as empty (assoc.c, may_hold)
 *
 * The generation's second advance, which ends the invalidation, is left out:
 * it matters where links are cached (device.pml).
 */
#define NONE 0
#define OLD 1

byte entry = OLD; /* the leaf */
byte cached; /* the IOTLB's way; whatever it is in the beginning */
byte generation;
bool locked;  /* the set's */
bool returned; /* unmap is done */

inline lock_set() { atomic { !locked -> locked = true } }
inline unlock_set() { locked = false }

/* The set's number is looked at first, then its tags. */
inline visit()
{
#ifdef NO_D6
	busy = false;
#else
	busy = locked;
#endif
	if
	:: !busy && cached == NONE
	:: else -> lock_set(); cached = NONE; unlock_set()
	fi
}

proctype unmapper()
{
	bool busy;

#if defined(NO_D1)
	generation++;
	entry = NONE;
	visit();
#elif defined(NO_D2)
	entry = NONE;
	visit();
	generation++;
#else
	entry = NONE;
	generation++;
	visit();
#endif
	returned = true
}

proctype walker()
{
	byte sample, pa, hit;

	/* a miss, or an entry replaced meanwhile: walk */
#ifdef NO_D3
	pa = entry;
	sample = generation;
#else
	sample = generation;
	pa = entry;
#endif
	if
	:: pa == NONE
	:: else ->
#if defined(NO_D5)
		lock_set();
		cached = pa;
		unlock_set()
#elif defined(NO_D4)
		if
		:: generation == sample ->
			lock_set();
			cached = pa;
			unlock_set()
		:: else
		fi
#else
		lock_set();
		if
		:: generation == sample -> cached = pa
		:: else
		fi;
		unlock_set()
#endif
	fi
}

proctype late()
{
	byte pa;

	returned;
	pa = cached;
	if
	:: pa == NONE -> pa = entry
	:: else
	fi;
	assert(pa != OLD)
}

init {
	if
	:: cached = OLD
	:: cached = NONE
	fi;
	atomic { run unmapper(); run walker(); run walker(); run late() }
}
