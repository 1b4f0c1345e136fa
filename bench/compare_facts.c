/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two runs of one machine, and changes of exact figures in words. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare.h"

/* What decides whether two runs are of one machine. */
struct fact {
	const char *name;
	char a[128], b[128]; /* empty: unknown */
};

static void of_json(const char *object, const char *key, char to[128])
{
	json_t *o = json_loads(object ? object : "{}", 0, NULL);
	json_t *v = json_object_get(o, key);

	to[0] = '\0';
	if (json_is_string(v))
		snprintf(to, 128, "%s", json_string_value(v));
	else if (json_is_number(v))
		snprintf(to, 128, "%.6g", json_number_value(v));
	json_decref(o);
}

static void of_text(const char *text, char to[128])
{
	snprintf(to, 128, "%s", text ? text : "");
}

bool compare_same_machine(const struct store_run *a, const struct store_run *b,
			  char *why, size_t size)
{
	enum { CPU, MICROCODE, ONLINE, GOVERNOR, KERNEL, COMPILER, FACTS };
	struct fact f[FACTS] = {{.name = "CPU model"}, {.name = "microcode"},
				{.name = "CPUs"},      {.name = "governor"},
				{.name = "kernel"},    {.name = "compiler"}};
	size_t n = 0;

	of_json(a->machine, "cpu", f[CPU].a);
	of_json(b->machine, "cpu", f[CPU].b);
	of_json(a->machine, "microcode", f[MICROCODE].a);
	of_json(b->machine, "microcode", f[MICROCODE].b);
	of_json(a->machine, "cpus_online", f[ONLINE].a);
	of_json(b->machine, "cpus_online", f[ONLINE].b);
	of_json(a->noise, "governor", f[GOVERNOR].a);
	of_json(b->noise, "governor", f[GOVERNOR].b);
	of_text(a->kernel, f[KERNEL].a);
	of_text(b->kernel, f[KERNEL].b);
	of_text(a->compiler, f[COMPILER].a);
	of_text(b->compiler, f[COMPILER].b);
	why[0] = '\0';
	for (unsigned i = 0; i < FACTS && n < size; i++)
		if (strcmp(f[i].a, f[i].b))
			n += (size_t)snprintf(why + n, size - n,
					      "%s%s is %s in A, %s in B",
					      n ? "; " : "", f[i].name,
					      *f[i].a ? f[i].a : "unknown",
					      *f[i].b ? f[i].b : "unknown");
	return !n;
}

/* "sim_l2_misses_t2_per_walk": which cache, and where the misses are. */
static bool explain_misses(const char *metric, char *what, size_t size)
{
	static const char *const caches[][2] = {
		{"sim_l1d_misses_", "L1d misses"},
		{"sim_l2_misses_", "L2 misses"},
		{"sim_llc_misses_", "last-level misses"}};

	for (unsigned i = 0; i < 3; i++) {
		size_t n = strlen(caches[i][0]);
		const char *rest = metric + n;

		if (strncmp(metric, caches[i][0], n))
			continue;
		if (rest[0] == 't' && rest[1] >= '1' && rest[1] <= '5')
			snprintf(what, size, "%s per walk at table level %c",
				 caches[i][1], rest[1]);
		else if (!strncmp(rest, "sync", 4))
			snprintf(what, size,
				 "%s per walk on the design's own lines",
				 caches[i][1]);
		else
			snprintf(what, size, "%s per walk", caches[i][1]);
		return true;
	}
	return false;
}

void compare_explain(const char *metric, double old, double new, char *text,
		     size_t size)
{
	static const struct {
		const char *metric, *one, *many;
	} counted[] = {
		{"refs_per_walk", "reference per walk", "references per walk"},
		{"sim_refs_per_walk", "memory reference per walk (sim)",
		 "memory references per walk (sim)"},
		{"instructions_per_op", "instruction per operation",
		 "instructions per operation"},
		{"reads_per_op", "memory read per operation",
		 "memory reads per operation"},
		{"writes_per_op", "memory write per operation",
		 "memory writes per operation"},
		{"tables_live", "table", "tables"},
		{"tables_retired", "table retired", "tables retired"},
	};
	const struct metric *known = metric_find(metric);
	char what[128];

	for (unsigned i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		if (!strcmp(metric, counted[i].metric)) {
			double d = new - old;
			bool one = fabs(fabs(d) - 1) < 1e-12;

			snprintf(text, size, "%+.4g %s (%.6g -> %.6g)", d,
				 one ? counted[i].one : counted[i].many, old,
				 new);
			return;
		}
	if (explain_misses(metric, what, sizeof(what)))
		snprintf(text, size, "%s: %.2f -> %.2f", what, old, new);
	else
		snprintf(text, size, "%s: %.9g -> %.9g%s%s",
			 known ? known->help : metric, old, new,
			 known && strcmp(known->unit, "1") ? " " : "",
			 known && strcmp(known->unit, "1") ? known->unit : "");
}
