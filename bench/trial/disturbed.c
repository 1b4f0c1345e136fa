/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which phases a figure comes from, and so what can have spoilt it. */
#include <string.h>

#include "trial/record.h"

const char *phase_name(enum phase_bit bit)
{
	switch (bit) {
	case PHASE_ALL:
	case PHASE_APART:
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

static bool lost_in(const struct record *r, unsigned phases)
{
	return phases && r->disturbed & (phases | PHASE_ALL | PHASE_APART);
}

bool record_disturbed(const struct record *r, enum metric_id metric)
{
	const struct value *v = record_get(r, metric);
	const struct metric *row = metric_row(metric);

	if (v && (v->deterministic || v->source == SOURCE_SIM ||
		  v->source == SOURCE_OS))
		return false;
	if (v && v->source == SOURCE_PMU) /* counted at its edges */
		return lost_in(r, PHASE_THROUGHPUT);
	return lost_in(r, row ? row->phases : PHASE_UPDATES);
}

bool record_only_apart(const struct record *r, enum metric_id metric)
{
	struct record near = *r;

	near.disturbed &= ~(unsigned)PHASE_APART;
	return record_disturbed(r, metric) && !record_disturbed(&near, metric);
}

/* Of walks "walk_single", "walk_block" and so on; else of updates. */
bool record_hist_disturbed(const struct record *r, const char *name)
{
	return lost_in(r, !strncmp(name, "walk_", 5) ? PHASE_LATENCY
			  : !strncmp(name, "translate_", 10)
				  ? PHASE_TRANSLATE_LATENCY
				  : PHASE_UPDATES);
}
