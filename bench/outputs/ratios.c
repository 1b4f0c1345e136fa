/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV of what a run says of designs: one line a ratio to the reference. */
#include <inttypes.h>
#include <math.h>

#include "outputs/registry.h"
#include "store/trial_name.h"

struct writer {
	const struct output_input *in;
	FILE *out;
};

static void number(FILE *out, double value)
{
	char text[32];

	output_number(value, text, sizeof(text));
	fprintf(out, ",%s", text);
}

static void line(void *arg, const struct ratio_case *c)
{
	const struct writer *w = arg;
	const struct store_trial *t = c->cell->sample;
	const struct estimate *log = &c->ratio.log;
	char axes[AXES_TEXT];

	trial_axes(t, axes, sizeof(axes));
	fprintf(w->out, "%" PRId64 ",", w->in->run->id);
	output_field(w->out, t->sweep);
	fputc(',', w->out);
	output_field(w->out, t->workload);
	fprintf(w->out, ",%u,%u,%u,", t->walkers, t->mappers, t->dumpers);
	output_field(w->out, axes);
	fputc(',', w->out);
	output_field(w->out, c->row->design);
	fputc(',', w->out);
	output_field(w->out, c->reference->design);
	fprintf(w->out, ",%s", metrics[c->metric].name);
	number(w->out, exp(log->value));
	if (log->confidence >= RATIO_CONFIDENCE) {
		number(w->out, exp(log->low));
		number(w->out, exp(log->high));
		number(w->out, log->confidence);
	} else {
		fputs(",,,", w->out);
	}
	fprintf(w->out, ",%zu", c->ratio.draws);
	number(w->out, expm1(c->ratio.margin));
	fprintf(w->out, ",%s,", ratio_verdict_name(c->ratio.verdict));
	if (c->rank)
		fprintf(w->out, "%u", c->rank);
	fprintf(w->out, ",%s\n", trial_walker_kinds_name(t));
}

int output_ratios(const struct output_input *in, FILE *out, struct err *e)
{
	struct writer w = {in, out};
	struct summary s;

	fputs("run,sweep,workload,walkers,mappers,dumpers,axes,design,"
	      "reference,metric,ratio,low,high,confidence,draws,margin,"
	      "verdict,rank,walker_kinds\n",
	      out);
	summary_make(&s, in->trials, in->run->config_text);
	ratio_each(&s, in->margins, line, &w);
	summary_release(&s);
	return 0;
}
