/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk under SQLite that can fill up and lose its power: it passes everything
 * on to the real one, notes what was written, synchronised and deleted, and
 * can then lay down what the files may look like after a power cut at any
 * moment. Files are told apart by their place: the database and its journal.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Puts the disk under all databases opened from now on; forgets its notes. */
void disk_insert(void);
/* The real disk again; the notes stay. */
void disk_remove(void);

/*
 * The @nth write from now on (from 1) finds no room; the writes after it too,
 * if @stays. 0: there is room for all. disk_writes() counts them.
 */
void disk_full_at(unsigned nth, bool stays);
unsigned disk_writes(void);

/* A note of the test itself: what was promised at this moment. */
void disk_promise(unsigned value);

/* Notes so far: a power cut is possible before each and at the end. */
size_t disk_notes(void);

/*
 * Writes into @folder the database NAME and its journal as a power cut before
 * note @at may leave them. What was synchronised is there. Of what was written
 * since, each sector of 512 bytes made it or not: by @choice none (0), all (1),
 * or at random, seeded with it. Returns the last promise made before.
 */
unsigned disk_power_cut(size_t at, unsigned choice, const char *folder,
			const char *name);

#endif
