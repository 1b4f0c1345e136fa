/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cases of a comparison of builds, and their operations. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Whether unmapping one operation's range frees a table. */
static bool frees_tables(const struct pair_case *c)
{
	return c->exec == SIDE_UPDATE &&
	       c->bytes >= vtd_span(c->leaf_level + 1);
}

enum pair_class pair_class_of(const struct pair_case *c, unsigned flags)
{
	return frees_tables(c) && flags & SIDE_DEFERS ? PAIR_CLASS_contended
						      : c->class;
}

const char *pair_left_out(const struct pair_case *c, unsigned flags)
{
	if (c->threads > 1 && flags & SIDE_SINGLE_THREAD)
		return "it is for a single thread";
	if (frees_tables(c) && flags & SIDE_HOLDS)
		return "it frees no table";
	return NULL;
}

int pair_ops_make(const struct pair_case *c, unsigned thread, uint64_t seed,
		  struct pair_ops *ops)
{
	uint64_t page = vtd_span(c->leaf_level);
	struct rng r;

	*ops = (struct pair_ops){.n = c->ops};
	rng_seed(&r, seed, thread);
	for (unsigned half = 0; half < pair_halves(c); half++) {
		ops->ops[half] = calloc(ops->n, sizeof(uint64_t));
		if (!ops->ops[half])
			return -ENOMEM;
	}
	for (size_t i = 0; i < ops->n; i++) {
		unsigned code = (unsigned)engine_size_code(c->bytes / 4096);
		/* each thread updates a range of its own */
		uint64_t iova =
			((uint64_t)thread + 1) * GIB * 16 + i * c->bytes;

		if (c->exec == SIDE_UPDATE) {
			ops->ops[0][i] = engine_op(OP_MAP, iova, code, 0);
			ops->ops[1][i] = engine_op(OP_UNMAP, iova, code, 0);
		} else {
			ops->ops[0][i] = rng_below(&r, c->bytes / page) * page;
		}
	}
	return 0;
}

void pair_ops_release(struct pair_ops *ops)
{
	free(ops->ops[0]);
	free(ops->ops[1]);
	*ops = (struct pair_ops){0};
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

/* Each design with all cases, all designs with each case, then one of both. */
static bool name_parts(size_t i, const char **design, const char **name)
{
	size_t nd = 0, nc = 0;

	while (designs[nd])
		nd++;
	while (pair_cases[nc].name)
		nc++;
	*design = *name = "*";
	if (i < nd)
		*design = designs[i]->name;
	else if (i - nd < nc)
		*name = pair_cases[i - nd].name;
	else if (i - nd - nc < nd * nc) {
		*design = designs[(i - nd - nc) / nc]->name;
		*name = pair_cases[(i - nd - nc) % nc].name;
	} else {
		return false;
	}
	return true;
}

const char *pair_name_at(size_t i)
{
	enum { NAMES = 1024 };
	static char names[NAMES][64];
	const char *design, *name;

	if (i >= NAMES || !name_parts(i, &design, &name))
		return NULL;
	snprintf(names[i], sizeof(names[i]), "%s/%s", design, name);
	return names[i];
}
