/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV (RFC 4180 quoting, lines end in a newline): one line a value. */
#include <inttypes.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "outputs/registry.h"
#include "store/trial_name.h"

void output_field(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n") || MUTANT(csv_not_quoted)) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void line(FILE *out, int64_t run, const struct store_trial *t,
		 const struct value *v)
{
	char name[TRIAL_NAME], number[32];

	trial_name(t, name, sizeof(name));
	output_number(v->value, number, sizeof(number));
	fprintf(out, "%" PRId64 ",", run);
	output_field(out, name);
	fputc(',', out);
	output_field(out, t->design);
	fputc(',', out);
	output_field(out, t->workload);
	fprintf(out, ",%u,%u,", t->walkers + t->mappers + t->dumpers,
		t->repetition);
	output_field(out, v->name);
	fputc(',', out);
	output_field(out, v->unit);
	fprintf(out, ",%s,%s,%d,%d,%s,%s\n", source_name(v->source), number,
		record_disturbed(&t->record, v->metric), v->deterministic,
		mark_name(record_mark(&t->record, v->metric)),
		trial_walker_kinds_name(t));
}

int output_csv(const struct output_input *in, FILE *out, struct err *e)
{
	fputs("run,trial,design,workload,threads,repetition,metric,unit,"
	      "source,value,disturbed,deterministic,clock,walker_kinds\n",
	      out);
	for (size_t i = 0; i < in->trials->n; i++) {
		const struct store_trial *t = &in->trials->trial[i];

		if (t->record.status != TRIAL_OK)
			continue;
		for (size_t k = 0; k < t->record.nvalues; k++)
			line(out, in->run->id, t, &t->record.values[k]);
	}
	return 0;
}
