/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit XML: a test case per trial and ratio, a suite per run. A wrong answer
 * is a failure, a trial that could not be run an error, an interrupted one
 * skipped, and so is a ratio that is not resolved or not judged. A slower
 * design fails nothing; the twin is none.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/registry.h"
#include "store/trial_name.h"
#include "trial/reference.h"
#include "document/xml.h"
#include "workloads/walker_kind.h"

static void property(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fputs("      <property", out);
	xml_attribute(out, "name", name);
	xml_attribute(out, "value", value);
	fputs("/>\n", out);
}

/* Of a test case only texts are said: the schema has no properties there. */
static void walkers(FILE *out, const struct store_trial *t)
{
	fprintf(out, "      <system-out>walkers: %s</system-out>\n",
		trial_walker_kinds_name(t));
}

static void outcome(FILE *out, const char *element, const struct record *r)
{
	fprintf(out, "      <%s", element);
	xml_attribute(out, "message",
		      *r->reason ? r->reason : trial_status_name(r->status));
	if (strcmp(element, "skipped"))
		xml_attribute(out, "type", trial_status_name(r->status));
	fputs("/>\n", out);
}

static void test_case(FILE *out, const struct store_trial *t)
{
	char name[TRIAL_NAME], class[128];

	trial_name(t, name, sizeof(name));
	snprintf(class, sizeof(class), "vtdbench.%s", t->sweep);
	fputs("    <testcase", out);
	xml_attribute(out, "name", name);
	xml_attribute(out, "classname", class);
	fprintf(out, " time=\"%.3f\">\n", t->duration_s);
	if (t->record.status == TRIAL_WRONG)
		outcome(out, "failure", &t->record);
	else if (t->record.status == TRIAL_FAILED)
		outcome(out, "error", &t->record);
	else if (t->record.status == TRIAL_INTERRUPTED)
		outcome(out, "skipped", &t->record);
	walkers(out, t);
	fputs("    </testcase>\n", out);
}

/* The twin was not planned: what it is for is in the tables. */
static bool planned(const struct store_trial *t)
{
	return !reference_copy(t->design);
}

struct counts {
	size_t all, of[TRIAL_INTERRUPTED + 1];
	unsigned walkers; /* kinds of them */
	double seconds;
};

static struct counts count(const struct store_trials *trials)
{
	struct counts c = {0};

	for (size_t i = 0; i < trials->n; i++) {
		const struct store_trial *t = &trials->trial[i];

		if (!planned(t))
			continue;
		c.all++;
		c.walkers |= trial_walker_kinds(t);
		c.of[t->record.status]++;
		c.seconds += t->duration_s;
	}
	return c;
}

/* What could not be told, or judged: a reader must not take it for equal. */
struct ratios {
	FILE *out; /* NULL: count only */
	size_t all, skipped;
};

static void ratio_case(void *arg, const struct ratio_case *c)
{
	struct ratios *r = arg;
	const struct store_trial *t = c->cell->sample;
	char name[TRIAL_NAME], class[128], words[48];
	bool skipped = c->ratio.verdict == RATIO_UNRESOLVED ||
		       c->ratio.verdict == RATIO_UNEQUAL;
	size_t n;

	if (!c->rank)
		return;
	r->all++;
	r->skipped += skipped;
	if (!r->out)
		return;
	n = trial_row_name(t, c->row->design, name, sizeof(name));
	snprintf(name + n, sizeof(name) - n, "/%s", metrics[c->metric].name);
	snprintf(class, sizeof(class), "vtdbench.ratio.%s", t->sweep);
	ratio_words(&c->ratio, words, sizeof(words));
	fputs("    <testcase", r->out);
	xml_attribute(r->out, "name", name);
	xml_attribute(r->out, "classname", class);
	fputs(" time=\"0.000\">\n      <", r->out);
	if (skipped) {
		fputs("skipped", r->out);
		xml_attribute(r->out, "message", words);
		fputs("/>\n", r->out);
	} else {
		fprintf(r->out, "system-out>%.4g x %s: %s</system-out>\n",
			exp(c->ratio.log.value), c->reference->design, words);
	}
	walkers(r->out, t);
	fputs("    </testcase>\n", r->out);
}

int output_junit(const struct output_input *in, FILE *out, struct err *e)
{
	const struct store_trials *trials = in->trials;
	const struct store_run *run = in->run;
	const struct counts n = count(trials);
	struct ratios ratios = {0};
	struct summary s;
	char started[32], seed[24];

	/* The schema wants local time without a zone; ours is UTC. */
	snprintf(started, sizeof(started), "%.19s", run->started_utc);
	snprintf(seed, sizeof(seed), "%" PRIu64, run->seed);
	summary_make(&s, trials, run->config_text);
	ratio_each(&s, in->margins, ratio_case, &ratios);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	      "  <testsuite",
	      out);
	xml_attribute(out, "name", run->name);
	fprintf(out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"skipped=\"%zu\" time=\"%.3f\"",
		n.all + ratios.all, n.of[TRIAL_WRONG], n.of[TRIAL_FAILED],
		n.of[TRIAL_INTERRUPTED] + ratios.skipped, n.seconds);
	xml_attribute(out, "timestamp", started);
	xml_attribute(out, "hostname", run->host ? run->host : "unknown");
	fputs(">\n    <properties>\n", out);
	property(out, "version", run->version);
	property(out, "commit", run->commit);
	property(out, "kernel", run->kernel);
	property(out, "seed", seed);
	property(out, "uuid", run->uuid);
	property(out, "walker_kinds", walker_kinds_name(n.walkers));
	fputs("    </properties>\n", out);
	for (size_t i = 0; i < trials->n; i++)
		if (planned(&trials->trial[i]))
			test_case(out, &trials->trial[i]);
	ratios.out = out;
	ratio_each(&s, in->margins, ratio_case, &ratios);
	summary_release(&s);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return 0;
}
