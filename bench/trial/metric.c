/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of metrics, and ids for what has a name only. */
#include "base/must.h"
#include "trial/metric.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

static const char *const source_names[] = {
	[SOURCE_CLOCK] = "clock", [SOURCE_ENGINE] = "engine",
	[SOURCE_SIM] = "sim",	  [SOURCE_PMU] = "pmu",
	[SOURCE_OS] = "os",
};

const char *source_name(enum source s)
{
	return source_names[s];
}

int source_find(const char *name)
{
	for (int s = 0; s < SOURCE_NR; s++)
		if (!strcmp(source_names[s], name))
			return s;
	return -1;
}

#define METRIC(id, unit_, src, dir, phases_, ...)       \
	[METRIC_##id] = {.name = #id,                   \
			 .unit = unit_,                 \
			 .source = SOURCE_##src,        \
			 .better = BETTER_##dir,        \
			 .phases = (unsigned)(phases_), \
			 .help = __VA_ARGS__},
const struct metric metrics[METRIC_NR] = {
#include "trial/metrics.def"
};
#undef METRIC

#define MAP_SIZE(size, level, n, m, text, brief, caption_, bits_) \
	{.name = #size,                                           \
	 .leaf_level = level,                                     \
	 .pages = n,                                              \
	 .slots = m,                                              \
	 .map = METRIC_map_##size##_ns,                           \
	 .unmap = METRIC_unmap_##size##_ns,                       \
	 .caption = caption_,                                     \
	 .bits = bits_},
const struct map_size_row map_sizes[MAP_SIZES] = {
#include "trial/map_sizes.def"
};
#undef MAP_SIZE

bool metric_compares(enum metric_id id)
{
	const struct metric *m = &metrics[id];

	return m->rank || (m->op && !metrics[m->rate].rank);
}

const struct metric *metric_row(enum metric_id id)
{
	return id > METRIC_NONE && id < METRIC_NR ? &metrics[id] : NULL;
}

struct name {
	const char *text;
	enum metric_id id;
};

static int by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static void enter(void **tree, struct name *name)
{
	if (!tsearch(name, tree, by_text))
		must_fail();
}

const char *metric_keep(const char *text, enum metric_id *id)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct name known[METRIC_KNOWN] = {
#define METRIC(id, ...)	 [METRIC_##id] = {#id, METRIC_##id},
#define METRIC_NAMED(id) METRIC(id, )
#include "trial/metrics.def"
		METRICS_NAMED};
#undef METRIC
	static int next = METRIC_NONE + 1;
	static void *tree;
	const struct name key = {.text = text};
	struct name *name, **found;

	pthread_mutex_lock(&lock);
	for (; next < METRIC_KNOWN; next++)
		enter(&tree, &known[next]);
	found = tfind(&key, &tree, by_text);
	name = found ? *found : malloc(sizeof(*name) + strlen(text) + 1);
	if (!name)
		must_fail();
	if (!found) {
		name->text = strcpy((char *)(name + 1), text);
		name->id = (enum metric_id)next++;
		enter(&tree, name);
	}
	pthread_mutex_unlock(&lock);
	if (id)
		*id = name->id;
	return name->text;
}

enum metric_id metric_of(const char *name)
{
	enum metric_id id;

	metric_keep(name, &id);
	return id;
}
