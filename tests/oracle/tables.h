/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables above the page tables, in guest RAM: root, context and, in
 * scalable mode, PASID directory and PASID table, for the devices of a
 * machine. Places are random.
 */
#ifndef TABLES_H
#define TABLES_H

#include "base/rng.h"
#include "machine.h"

/* How the devices of one space are translated. */
struct tables_space {
	uint64_t table;	 /* PA of the top page table */
	unsigned levels; /* 3 or 4; the first stage has 4 */
	uint16_t domain_id;
	uint32_t pasid; /* scalable mode: RID_PASID, below TABLES_PASIDS */
};

enum {
	TABLES_WORDS_MAX = 48,
	TABLES_PASIDS = 1 << 16, /* keeps a directory within 8 KiB */
};

enum tables_kind {
	TABLES_ROOT_LOW, /* first word: scalable mode: devfn below 0x80 */
	TABLES_ROOT_HIGH,
	TABLES_CONTEXT,
	TABLES_DIRECTORY,
	TABLES_PASID,
};

struct tables_word {
	uint64_t pa;
	enum tables_kind kind;
	unsigned index; /* of the word in its entry */
};

struct tables {
	uint64_t rtaddr;
	/* every word that some device's translation depends on */
	struct tables_word word[TABLES_WORDS_MAX];
	unsigned words;
	uint64_t bounce; /* PA of a page for whoever needs one */
	uint64_t next;	 /* PA of the next free page */
};

/*
 * tables_build() - for all devices of @m, from RAM page @base (zero-filled)
 * on; takes less than 1 MiB.
 */
void tables_build(struct tables *t, const struct machine *m, uint64_t base,
		  const struct tables_space space[MACHINE_SPACES],
		  struct rng *r);

#endif
