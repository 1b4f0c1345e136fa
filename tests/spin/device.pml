/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices and cached links (kernels/device.h, kernels/iotlb.c). Shared by all
 * designs.
 *
 * A table with one leaf, named by a link in the root. An unmapper unlinks it,
 * invalidates without the leaf-only hint, and frees it. Two devices translate:
 * by the IOTLB, else by the link, which may come from a paging-structure cache.
 * No device reads from the freed table, and a translate that begins after the
 * unmap returned does not find the old page.
 *
 * Fills are inside a set's lock (iotlb.pml has that part).
 *
 *   H1  unlink before anything is removed from the caches (engine_free.inc)
 *   H2  a fill is dropped whose walk began while links were being removed
 *       (iotlb.c: the generation is odd until all are)
 *   H3  a fill is dropped if the generation moved on since the sample
 *   H4  the sample comes before the cached link is looked at (device_walk.c)
 *   H5  cached links go as well: no leaf-only hint (engine_free.inc)
 *   H6  drain before the table is free (iotlb.c, end)
 *   H7  the flight is said before the first look (device_begin)
 *   H8  flights are looked at after all is removed (iotlb.c, end)
 */
#define DEVICES 2

bool link = true;  /* in the root */
bool cached_link;  /* a paging-structure cache */
bool cached_leaf;  /* the IOTLB */
bool freed, returned;
byte generation;
byte flight[DEVICES]; /* odd: under way */

inline drain()
{
	byte seen, i;

	i = 0;
	do
	:: i < DEVICES ->
		seen = flight[i];
		if
		:: seen & 1 -> flight[i] != seen
		:: else
		fi;
		i++
	:: else -> break
	od
}

inline remove()
{
	generation++;
#ifdef NO_H2
	generation++;
#endif
	cached_leaf = false;
#ifndef NO_H5
	cached_link = false;
#endif
#ifndef NO_H2
	generation++;
#endif
}

proctype unmapper()
{
#ifdef NO_H8
	drain();
#endif
#ifdef NO_H1
	remove();
	link = false;
#else
	link = false;
	remove();
#endif
#if !defined(NO_H6) && !defined(NO_H8)
	drain();
#endif
	freed = true;
	returned = true
}

inline may_fill(ok)
{
#ifdef NO_H3
	ok = !(sample & 1)
#else
	ok = generation == sample && !(sample & 1)
#endif
}

proctype device(byte me)
{
	byte sample;
	bool late, found, by_cache, ok;
	byte turns = 0;

	do
	:: turns < 2 ->
		turns++;
		late = returned;
#ifndef NO_H7
		flight[me]++;
#endif
		found = cached_leaf;
		if
		:: found -> skip
		:: else ->
#ifdef NO_H4
			by_cache = cached_link;
			sample = generation;
#else
			sample = generation;
			by_cache = cached_link;
#endif
			found = by_cache;
			if
			:: !found -> found = link
			:: else
			fi;
#ifdef NO_H7
			flight[me]++;
#endif
			if
			:: found ->
				assert(!freed); /* reads the leaf */
				atomic {
					may_fill(ok);
					if
					:: ok && !by_cache -> cached_link = true
					:: else
					fi
				}
				atomic {
					may_fill(ok);
					if
					:: ok -> cached_leaf = true
					:: else
					fi
				}
			:: else
			fi
		fi;
#ifdef NO_H7
		if
		:: !(flight[me] & 1) -> flight[me]++
		:: else
		fi;
#endif
		assert(!(late && found));
		flight[me]++
	:: else -> break
	od
}

init {
	atomic {
		if
		:: cached_link = true
		:: cached_link = false
		fi;
		if
		:: cached_leaf = true
		:: cached_leaf = false
		fi;
		run unmapper();
		run device(0);
		run device(1)
	}
}
