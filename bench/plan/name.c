/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of a trial that say in what it differs from others. */
#include "plan/name.h"

#include <stdlib.h>
#include <string.h>

#include "trial/axes.h"

/*
 * A ':' that is the first behind a '/' becomes '=': as cells have always been
 * called, or their trends would begin anew.
 */
static void put_in_cell(FILE *out, const char *key, const char *value)
{
	bool behind = false;

	fprintf(out, "/%s=", key);
	for (; *value; value++) {
		fputc(behind && *value == ':' ? '=' : *value, out);
		behind = *value == '/' || (behind && *value != ':');
	}
}

/* What the memory of a trial has one after the other. */
enum part { NAME, CELL, AXES };

/* What varies, but for designs and workloads. */
static void put_axes(FILE *out, const struct config_sweep *sweep,
		     const struct params *p, enum part part)
{
	for (size_t i = 0; i < sweep->naxes; i++) {
		const struct option_row *row = sweep->axes[i].row;
		char value[PARAMS_PATH];

		/* who walks is said wherever it is not CPUs alone */
		bool said = sweep->axes[i].n > 1 ||
			    (p->device_walkers &&
			     !strcmp(row->key, "device_walkers"));

		if (!said || !strcmp(row->key, "design") ||
		    !strcmp(row->key, "workload"))
			continue;
		option_format(row, p, value, sizeof(value));
		if (part == NAME)
			fprintf(out, "/%s:%s", row->key, value);
		else if (part == CELL)
			put_in_cell(out, row->key, value);
		else if (!axes_is_role(row->key))
			axes_put(out, row->key, value);
	}
	fputc('\0', out);
}

char *plan_name(const struct config_sweep *sweep, struct trial_plan *t)
{
	const struct params *p = &t->p;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	long cell, axes;

	if (!out)
		return NULL;
	fprintf(out, "%s/%s/%s", p->sweep, p->design, p->workload);
	put_axes(out, sweep, p, NAME);
	cell = ftell(out);
	fprintf(out, "%s/%s/%u+%u+%u", p->sweep, p->workload, p->walkers,
		p->mappers, p->dumpers);
	put_axes(out, sweep, p, CELL);
	axes = ftell(out);
	put_axes(out, sweep, p, AXES);
	/* fclose() does not say that there was no memory at the end. */
	if (fclose(out) || !text) {
		free(text);
		return NULL;
	}
	t->name = text;
	t->cell = text + cell;
	t->axes = text + axes + strspn(text + axes, " ");
	return text;
}
