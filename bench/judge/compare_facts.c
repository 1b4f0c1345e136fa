/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two runs of one machine, and changes of exact figures in words. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/compare.h"
#include "options/table.h"
#include "store/machine_class.h"
#include "base/printable.h"

bool compare_same_machine(const struct store_run *a, const struct store_run *b,
			  char *why, size_t size)
{
	struct machine_class of_a, of_b;

	machine_class_of(&of_a, a);
	machine_class_of(&of_b, b);
	machine_class_differs(&of_a, "A", &of_b, "B", why, size);
	return machine_class_equal(&of_a, &of_b);
}

/* Paths move, and what is counted beside does not change what is done. */
static bool matters(const char *key)
{
	return strcmp(key, "trace") && strcmp(key, "domains") &&
	       strcmp(key, "counters");
}

/* A run of before there was a key whose default is another today. */
static void complete(json_t *params)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_at(i)); i++)
		if (row->before && !json_object_get(params, row->key))
			json_object_set_new(params, row->key,
					    json_string(row->before));
}

bool compare_same_params(const char *a, const char *a_name, const char *b,
			 const char *b_name, char *why, size_t size)
{
	json_t *old = json_loads(a ? a : "{}", 0, NULL);
	json_t *new = json_loads(b ? b : "{}", 0, NULL);
	bool same = true;
	char text[512];
	const char *key;
	json_t *value;

	complete(old);
	complete(new);
	json_object_foreach(old, key, value)
	{
		json_t *other = json_object_get(new, key);

		if (!other || !matters(key) || json_equal(value, other))
			continue;
		same = false;
		snprintf(text, sizeof(text), "%s is %s in %s and %s in %s", key,
			 json_is_string(value) ? json_string_value(value)
					       : "another value",
			 a_name,
			 json_is_string(other) ? json_string_value(other)
					       : "another",
			 b_name);
		printable_copy(why, size, text);
		break;
	}
	json_decref(old);
	json_decref(new);
	return same;
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
		enum metric_id metric;
		const char *one, *many;
	} counted[] = {
		{METRIC_refs_per_walk, "reference per walk",
		 "references per walk"},
		{METRIC_sim_refs_per_walk, "memory reference per walk (sim)",
		 "memory references per walk (sim)"},
		{METRIC_instructions_per_op, "instruction per operation",
		 "instructions per operation"},
		{METRIC_reads_per_op, "memory read per operation",
		 "memory reads per operation"},
		{METRIC_writes_per_op, "memory write per operation",
		 "memory writes per operation"},
		{METRIC_tables_live, "table", "tables"},
		{METRIC_tables_retired, "table retired", "tables retired"},
	};
	enum metric_id id = metric_of(metric);
	const struct metric *known = metric_row(id);
	char what[128];

	for (unsigned i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		if (id == counted[i].metric) {
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
