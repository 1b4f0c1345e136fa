/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenMetrics text (specification 1.0) that is valid as Prometheus' older text
 * format as well, which node_exporter's textfile collector and promtool read:
 * gauges only, in base units, and no quotes in a help. A gauge per metric with
 * the median over the repetitions that count, a sample per design and cell.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/registry.h"
#include "judge/summary.h"
#include "store/trial_name.h"

/* A label's value: backslash, quote and newline escaped. */
static void escaped(FILE *out, const char *text)
{
	for (; text && *text; text++)
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
}

/* After @before, "{" or ",". */
static void label(FILE *out, const char *before, const char *name,
		  const char *value)
{
	fprintf(out, "%s%s=\"", before, name);
	escaped(out, value);
	fputc('"', out);
}

/* The formats differ in how a quote is escaped here: there is none. */
static void help(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == '"' || *text == '\\' || *text == '\n' ? '\''
								     : *text,
		      out);
}

/* How the metrics' names end, and what that is in base units. */
static const struct unit {
	const char *suffix, *base;
	double of_base; /* so many are one */
} units[] = {{"_ns", "_seconds", 1e9},
	     {"_us", "_seconds", 1e6},
	     {"_ms", "_seconds", 1e3},
	     {"_s", "_second", 1}, /* walk_ops_per_s */
	     {"", "", 1}};

static const struct unit *unit_of(const char *metric)
{
	const struct unit *u = units;
	size_t n = strlen(metric);

	while (n < strlen(u->suffix) ||
	       strcmp(metric + n - strlen(u->suffix), u->suffix))
		u++;
	return u;
}

static void family_name(const char *metric, char *text, size_t size)
{
	const struct unit *u = unit_of(metric);

	snprintf(text, size, "vtdbench_%.*s%s",
		 (int)(strlen(metric) - strlen(u->suffix)), metric, u->base);
	for (char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
}

static void sample(const struct output_input *in, const struct summary_row *row,
		   const struct store_trial *t, const char *family,
		   double value, FILE *out)
{
	char number[32], axes[AXES_TEXT];

	trial_axes(t, axes, sizeof(axes));
	output_number(value, number, sizeof(number));
	fputs(family, out);
	label(out, "{", "run", in->run->name);
	label(out, ",", "sweep", t->sweep);
	label(out, ",", "design", row->design);
	label(out, ",", "workload", t->workload);
	label(out, ",", "axes", axes);
	label(out, ",", "walker_kinds", trial_walker_kinds_name(t));
	fprintf(out, ",walkers=\"%u\",mappers=\"%u\",dumpers=\"%u\"} %s\n",
		t->walkers, t->mappers, t->dumpers, number);
}

/* All samples of one metric stand together, under its type. */
static void family(const struct output_input *in, const struct summary *s,
		   enum metric_id metric, const char *called, const char *what,
		   FILE *out)
{
	char name[96];
	bool begun = false;

	family_name(called, name, sizeof(name));
	for (size_t i = 0; i < s->ncells; i++)
		for (size_t k = 0; k < s->cell[i].nrows; k++) {
			const struct summary_row *row = &s->cell[i].row[k];
			double value = summary_median(row, metric);

			if (isnan(value))
				continue;
			if (!begun) {
				fprintf(out, "# TYPE %s gauge\n# HELP %s ",
					name, name);
				help(out, what);
				fputc('\n', out);
			}
			begun = true;
			sample(in, row, s->cell[i].sample, name,
			       value / unit_of(called)->of_base, out);
		}
}

/* Counters of groups have no row in trial/metrics.def: their names as found. */
static void other_families(const struct output_input *in,
			   const struct summary *s, FILE *out)
{
	enum metric_id seen[256];
	size_t n = 0;

	for (size_t i = 0; i < in->trials->n; i++) {
		const struct record *r = &in->trials->trial[i].record;

		for (size_t k = 0; k < r->nvalues && n < 256; k++) {
			const struct value *v = &r->values[k];
			size_t j = 0;

			while (j < n && seen[j] != v->metric)
				j++;
			if (j < n || metric_row(v->metric))
				continue;
			seen[n++] = v->metric;
			family(in, s, v->metric, v->name, "counter of a group",
			       out);
		}
	}
}

static void info(const struct store_run *run, FILE *out)
{
	fputs("# TYPE vtdbench_run_info gauge\n"
	      "# HELP vtdbench_run_info What the figures are of.\n"
	      "vtdbench_run_info",
	      out);
	label(out, "{", "run", run->name);
	label(out, ",", "uuid", run->uuid);
	label(out, ",", "started", run->started_utc);
	label(out, ",", "version", run->version);
	label(out, ",", "commit", run->commit);
	label(out, ",", "host", run->host);
	fputs("} 1\n", out);
}

static void trials(const struct output_input *in, FILE *out)
{
	size_t by_status[TRIAL_INTERRUPTED + 1] = {0}, disturbed = 0;

	for (size_t i = 0; i < in->trials->n; i++) {
		by_status[in->trials->trial[i].record.status]++;
		disturbed += in->trials->trial[i].record.disturbed != 0;
	}
	fputs("# TYPE vtdbench_trials gauge\n"
	      "# HELP vtdbench_trials Attempts at trials, by how they went.\n",
	      out);
	for (int s = TRIAL_OK; s <= TRIAL_INTERRUPTED; s++) {
		fputs("vtdbench_trials", out);
		label(out, "{", "run", in->run->name);
		fprintf(out, ",status=\"%s\"} %zu\n",
			trial_status_name((enum trial_status)s), by_status[s]);
	}
	fputs("# TYPE vtdbench_trials_disturbed gauge\n"
	      "# HELP vtdbench_trials_disturbed Attempts in which a thread "
	      "lost its CPU.\n"
	      "vtdbench_trials_disturbed",
	      out);
	label(out, "{", "run", in->run->name);
	fprintf(out, "} %zu\n", disturbed);
}

/* Gauges of a ratio: each stands together, so each goes over all. */
struct gauge {
	const char *name, *help;
	const struct output_input *in;
	FILE *out;
	bool begun;
};

static double of_ratio(const struct gauge *g, const struct ratio *r)
{
	bool has = r->log.confidence >= RATIO_CONFIDENCE;

	return !strcmp(g->name, "low")	    ? has ? exp(r->log.low) : NAN
	       : !strcmp(g->name, "high")   ? has ? exp(r->log.high) : NAN
	       : !strcmp(g->name, "margin") ? expm1(r->margin)
	       : !strcmp(g->name, "draws")  ? (double)r->draws
	       : !strcmp(g->name, "judged") ? 1
					    : exp(r->log.value);
}

static void ratio_gauge(void *arg, const struct ratio_case *c)
{
	struct gauge *g = arg;
	const struct store_trial *t = c->cell->sample;
	double value = of_ratio(g, &c->ratio);
	char number[32], axes[AXES_TEXT];

	if (isnan(value))
		return;
	if (!g->begun)
		fprintf(g->out,
			"# TYPE vtdbench_ratio_%s gauge\n"
			"# HELP vtdbench_ratio_%s %s\n",
			g->name, g->name, g->help);
	g->begun = true;
	trial_axes(t, axes, sizeof(axes));
	output_number(value, number, sizeof(number));
	fprintf(g->out, "vtdbench_ratio_%s", g->name);
	label(g->out, "{", "run", g->in->run->name);
	label(g->out, ",", "sweep", t->sweep);
	label(g->out, ",", "design", c->row->design);
	label(g->out, ",", "reference", c->reference->design);
	label(g->out, ",", "metric", metrics[c->metric].name);
	label(g->out, ",", "workload", t->workload);
	label(g->out, ",", "axes", axes);
	label(g->out, ",", "walker_kinds", trial_walker_kinds_name(t));
	if (!strcmp(g->name, "judged"))
		label(g->out, ",", "verdict",
		      ratio_verdict_name(c->ratio.verdict));
	fprintf(g->out, ",walkers=\"%u\",mappers=\"%u\",dumpers=\"%u\"} %s\n",
		t->walkers, t->mappers, t->dumpers, number);
}

static void ratio_gauges(const struct output_input *in, const struct summary *s,
			 FILE *out)
{
	static const char *const gauges[][2] = {
		{"value", "Time of the design against that of the reference."},
		{"low", "Lower end of its interval."},
		{"high", "Upper end of its interval."},
		{"margin", "Share below which a difference does not matter."},
		{"draws", "Draws that it comes from."},
		{"judged", "1, under the label of its verdict."}};

	for (size_t i = 0; i < sizeof(gauges) / sizeof(*gauges); i++) {
		struct gauge g = {gauges[i][0], gauges[i][1], in, out, false};

		ratio_each(s, in->margins, ratio_gauge, &g);
	}
}

int output_openmetrics(const struct output_input *in, FILE *out, struct err *e)
{
	struct summary s;

	info(in->run, out);
	trials(in, out);
	summary_make(&s, in->trials, in->run->config_text);
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		family(in, &s, m, metrics[m].name, metrics[m].help, out);
	other_families(in, &s, out);
	ratio_gauges(in, &s, out);
	summary_release(&s);
	fputs("# EOF\n", out);
	return 0;
}
