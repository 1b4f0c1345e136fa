/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cases of a comparison of builds, and their operations. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "measure/pair.h"
#include "../kernels/engine.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

const struct pair_class_row pair_classes[PAIR_CLASSES] = {
#define CLASS(name, goal, least, help) \
	[PAIR_CLASS_##name] = {#name, help, goal, least},
#define WALK(name, exec, level, bytes, ops, threads, class, help)
#define UPDATE(name, level, bytes, ops, threads, class, help)
#include "measure/pair.def"
#undef CLASS
};

const struct pair_case pair_cases[] = {
#define WALK(name, exec, level, bytes, ops, threads, class, help) \
	{#name, help, SIDE_##exec, level,                         \
	 bytes, ops,  threads,	   PAIR_CLASS_##class},
#define UPDATE(name, level, bytes, ops, threads, class, help) \
	{#name, help, SIDE_UPDATE, level,                     \
	 bytes, ops,  threads,	   PAIR_CLASS_##class},
#include "measure/pair.def"
	{.name = NULL},
};

unsigned pair_halves(const struct pair_case *c)
{
	return c->exec == SIDE_UPDATE ? 2 : 1;
}

void pair_metric(const struct pair_case *c, unsigned half, char *name,
		 size_t size)
{
	snprintf(name, size, "%s%s",
		 c->exec != SIDE_UPDATE ? ""
		 : half			? "unmap_"
					: "map_",
		 c->name);
}

const struct pair_case *pair_metric_case(const char *name, unsigned *half)
{
	char one[64];

	for (const struct pair_case *c = pair_cases; c->name; c++)
		for (*half = 0; *half < pair_halves(c); ++*half) {
			pair_metric(c, *half, one, sizeof(one));
			if (!strcmp(one, name))
				return c;
		}
	return NULL;
}

unsigned pair_retires(const struct pair_case *c)
{
	return c->exec == SIDE_UPDATE && c->bytes >= vtd_span(c->leaf_level + 1)
		       ? c->ops
		       : 0;
}

enum pair_class pair_class_of(const struct pair_case *c, unsigned flags)
{
	return pair_retires(c) && flags & SIDE_DEFERS ? PAIR_CLASS_contended
						      : c->class;
}

bool pair_left_out(const struct pair_case *c, unsigned flags)
{
	return (c->threads > 1 && flags & SIDE_SINGLE_THREAD) ||
	       (pair_retires(c) && flags & SIDE_HOLDS);
}

void pair_ops_make(const struct pair_case *c, unsigned thread, uint64_t seed,
		   struct pair_ops *o)
{
	unsigned code = (unsigned)engine_size_code(c->bytes / 4096);
	uint64_t page = vtd_span(c->leaf_level);
	struct rng r;

	*o = (struct pair_ops){.n = c->ops};
	rng_seed(&r, seed, thread);
	for (size_t i = 0; i < o->n; i++) {
		/* each thread updates a range of its own */
		uint64_t iova =
			((uint64_t)thread + 1) * GIB * 16 + i * c->bytes;

		if (c->exec == SIDE_UPDATE) {
			o->ops[0][i] = engine_op(OP_MAP, iova, code, 0);
			o->ops[1][i] = engine_op(OP_UNMAP, iova, code, 0);
		} else {
			o->ops[0][i] = rng_below(&r, c->bytes / page) * page;
			o->sum += PAIR_PA + o->ops[0][i];
		}
	}
}

bool pair_matches(const char *list, const char *design, const char *name)
{
	char full[96], pattern[96];

	snprintf(full, sizeof(full), "%s/%s", design, name);
	while (*list) {
		size_t n = strcspn(list, ",");

		snprintf(pattern, sizeof(pattern), "%.*s", (int)n, list);
		if (!fnmatch(pattern, full, 0))
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

const char *pair_name_at(size_t i)
{
	enum { NAMES = 1024 };
	static char names[NAMES][64];
	size_t nd = 0, nc = 0;

	while (designs[nd])
		nd++;
	while (pair_cases[nc].name)
		nc++;
	if (i >= NAMES || i >= (nd + 1) * (nc + 1))
		return NULL;
	/* The first design and the first case are any. */
	nd = i / (nc + 1);
	nc = i % (nc + 1);
	snprintf(names[i], sizeof(names[i]), "%s/%s",
		 nd ? designs[nd - 1]->name : "*",
		 nc ? pair_cases[nc - 1].name : "*");
	return names[i];
}
