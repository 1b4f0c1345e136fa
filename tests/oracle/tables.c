/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds root, context and PASID tables from the specification's formats. */
#include "tables.h"

#include <string.h>

enum {
	PGTT_FIRST = 1,	       /* PASID entry: first stage only */
	PGTT_SECOND = 2,       /* second stage only */
	DIRECTORY_LG2_MIN = 7, /* entries with PDTS = 0 */
	PDTS_MAX = 3,	       /* TABLES_PASIDS */
};

static uint64_t take_pages(struct tables *t, unsigned pages)
{
	uint64_t pa = t->next;

	t->next += (uint64_t)pages * VTD_PAGE_BYTES;
	return pa;
}

/* Writes a word and remembers it as one to corrupt. */
static void put(struct tables *t, const struct machine *m,
		enum tables_kind kind, uint64_t entry, unsigned index,
		uint64_t value)
{
	uint64_t pa = entry + index * sizeof(value);

	*(uint64_t *)machine_ram(m, pa) = value;
	if (t->words < TABLES_WORDS_MAX)
		t->word[t->words++] = (struct tables_word){pa, kind, index};
}

static uint64_t aw_code(unsigned levels)
{
	return levels - 2;
}

/* Returns the first word of the scalable-mode context entry. */
static uint64_t build_pasid(struct tables *t, const struct machine *m,
			    const struct tables_space *s, unsigned pdts)
{
	uint32_t pasid = s->pasid;
	uint64_t directory = take_pages(t, pdts < 2 ? 1 : 1u << (pdts - 2));
	uint64_t table = take_pages(t, 1);
	uint64_t entry = table + (pasid & 63) * 64;
	uint64_t low = aw_code(s->levels) << 2 | 1;

	put(t, m, TABLES_DIRECTORY, directory + (pasid >> 6) * 8, 0, table | 1);
	put(t, m, TABLES_PASID, entry, 1, s->domain_id);
	if (m->mode->format == VTD_SS) {
		put(t, m, TABLES_PASID, entry, 0,
		    s->table | (uint64_t)PGTT_SECOND << 6 | low);
	} else {
		/* AW is the second stage's, but QEMU's width of this one */
		put(t, m, TABLES_PASID, entry, 0,
		    (uint64_t)PGTT_FIRST << 6 | low);
		put(t, m, TABLES_PASID, entry, 2,
		    s->table | (uint64_t)(s->levels - 4) << 2);
	}
	return directory | (uint64_t)pdts << 9 | 1;
}

struct context {
	uint64_t word[2];
};

static struct context build_space(struct tables *t, const struct machine *m,
				  const struct tables_space *s, struct rng *r)
{
	unsigned pdts = (unsigned)rng_below(r, PDTS_MAX + 1);

	while (s->pasid >> 6 >= 1u << (pdts + DIRECTORY_LG2_MIN))
		pdts++; /* the directory has an entry for it */
	if (!m->mode->scalable)
		return (struct context){
			{s->table | 1,
			 aw_code(s->levels) | (uint64_t)s->domain_id << 8}};
	return (struct context){{build_pasid(t, m, s, pdts), s->pasid}};
}

void tables_build(struct tables *t, const struct machine *m, uint64_t base,
		  const struct tables_space space[MACHINE_SPACES],
		  struct rng *r)
{
	unsigned entry_bytes = m->mode->scalable ? 32 : 16;
	uint64_t root, half[2];

	memset(t, 0, sizeof(*t));
	t->next = base + rng_below(r, 64) * VTD_PAGE_BYTES;
	t->bounce = take_pages(t, 1);
	root = take_pages(t, 1);
	half[0] = take_pages(t, 1);
	half[1] = m->mode->scalable ? take_pages(t, 1) : half[0];
	t->rtaddr = root | (m->mode->scalable ? VTD_RTADDR_SCALABLE : 0);
	put(t, m, TABLES_ROOT_LOW, root, 0, half[0] | 1);
	put(t, m, TABLES_ROOT_HIGH, root, 1,
	    m->mode->scalable ? half[1] | 1 : 0);
	for (unsigned s = 0; s < MACHINE_SPACES; s++) {
		struct context c = build_space(t, m, &space[s], r);

		for (unsigned d = 0; d <= MACHINE_EDUS; d++) {
			unsigned devfn = d ? m->edu[s][d - 1].source_id
					   : m->rocker[s].source_id;
			unsigned index = m->mode->scalable ? devfn & 0x7f
							   : devfn;
			uint64_t pa = half[devfn >> 7] + index * entry_bytes;

			put(t, m, TABLES_CONTEXT, pa, 0, c.word[0]);
			put(t, m, TABLES_CONTEXT, pa, 1, c.word[1]);
		}
	}
}
