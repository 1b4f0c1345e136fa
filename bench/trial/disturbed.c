/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which phases a figure comes from, and so what can have spoilt it. */
#include <string.h>

#include "trial/record.h"

#define SIZE(n) (PHASE_SIZES << (n))

/* By the beginning of the name; the first that fits counts. */
static const struct {
	const char *prefix;
	unsigned phases;
} origin[] = {
	{"clock_", 0},
	{"wrong_answers", 0},
	{"control_", PHASE_CONTROL},
	{"floor_", PHASE_FLOOR},
	{"one_stage_", PHASE_ONE_STAGE},
	{"update_pass_", PHASE_PASS},
	{"table_bytes_held_pass", PHASE_PASS},
	{"walk_x_floor", PHASE_LATENCY | PHASE_FLOOR},
	{"walk_x_one_stage", PHASE_LATENCY | PHASE_ONE_STAGE},
	{"walk_thr_", PHASE_THROUGHPUT},
	{"walk_ops_", PHASE_THROUGHPUT},
	{"walk_", PHASE_LATENCY}, /* histograms of the same name, too */
	{"translate_ops_", PHASE_TRANSLATE_THROUGHPUT},
	{"iotlb_hit_ratio", PHASE_TRANSLATE_THROUGHPUT},
	{"translate_", PHASE_TRANSLATE_LATENCY},
	{"map_4k_", SIZE(0)},
	{"unmap_4k_", SIZE(0)},
	{"map_2m_", SIZE(1)},
	{"unmap_2m_", SIZE(1)},
	{"map_1g_", SIZE(2)},
	{"unmap_1g_", SIZE(2)},
	{"map_256x4k_", SIZE(3)},
	{"unmap_256x4k_", SIZE(3)},
	{"map_256x2m_", SIZE(4)},
	{"unmap_256x2m_", SIZE(4)},
	{"map_256x1g_", SIZE(5)},
	{"unmap_256x1g_", SIZE(5)},
};

/* Updates and dumps go on from the first of these to the last. */
static const unsigned any = PHASE_LATENCY | PHASE_THROUGHPUT |
			    PHASE_TRANSLATE_LATENCY |
			    PHASE_TRANSLATE_THROUGHPUT;

const char *phase_name(enum phase_bit bit)
{
	switch (bit) {
	case PHASE_ALL:
		break;
	case PHASE_CONTROL:
		return "control";
	case PHASE_FLOOR:
		return "floor";
	case PHASE_ONE_STAGE:
		return "one stage";
	case PHASE_PASS:
		return "pass";
	case PHASE_LATENCY:
		return "latency";
	case PHASE_THROUGHPUT:
		return "throughput";
	case PHASE_TRANSLATE_LATENCY:
		return "translate latency";
	case PHASE_TRANSLATE_THROUGHPUT:
		return "translate throughput";
	case PHASE_SIZES:
		return "sizes";
	}
	return "measuring";
}

static unsigned phases_of(const char *name)
{
	for (size_t i = 0; i < sizeof(origin) / sizeof(*origin); i++)
		if (!strncmp(name, origin[i].prefix, strlen(origin[i].prefix)))
			return origin[i].phases | (origin[i].phases != 0);
	return any | PHASE_ALL;
}

bool record_disturbed(const struct record *r, const char *name)
{
	const struct value *v = record_get(r, name);

	if (v && (v->deterministic || v->source == SOURCE_SIM ||
		  v->source == SOURCE_OS))
		return false;
	if (v && v->source == SOURCE_PMU) /* counted at its edges */
		return r->disturbed & (PHASE_ALL | PHASE_THROUGHPUT);
	return r->disturbed & phases_of(name);
}
