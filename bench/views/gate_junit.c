/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit XML of a gate: a test case a metric and design, and one for the exact
 * figures, first. A slowdown is a failure, what was not judged is skipped.
 */
#include <stdio.h>

#include "views/gate.h"
#include "document/xml.h"

static void test_case(const struct gate_output *o, const struct gate_metric *m,
		      FILE *out)
{
	char metric[64], class[64], name[160], text[512];

	pair_metric(m->c, m->half, metric, sizeof(metric));
	snprintf(class, sizeof(class), "vtdbench.gate.%s", m->design);
	snprintf(name, sizeof(name), "%s/%s", m->design, metric);
	gate_describe(o->g, m, text, sizeof(text));
	fputs("    <testcase", out);
	xml_attribute(out, "name", name);
	xml_attribute(out, "classname", class);
	fputs(" time=\"0\"", out);
	if (m->change.ratio.verdict == RATIO_SLOWER) {
		fputs(">\n      <failure", out);
		xml_attribute(out, "message", text);
		fputs(" type=\"slower\"/>\n    </testcase>\n", out);
	} else if (gate_is_unjudged(m)) {
		fputs(">\n      <skipped", out);
		xml_attribute(out, "message",
			      ratio_verdict_name(m->change.ratio.verdict));
		fputs("/>\n    </testcase>\n", out);
	} else {
		fputs("/>\n", out);
	}
}

static void exact_case(const struct gate *g, FILE *out)
{
	char text[512];
	size_t worse = 0;

	fputs("    <testcase name=\"exact figures\" "
	      "classname=\"vtdbench.gate.exact\" time=\"0\"",
	      out);
	for (size_t i = 0; i < g->nexact; i++) {
		if (!g->exact[i].worse)
			continue;
		if (!worse++)
			fputs(">\n", out);
		gate_describe_exact(g, &g->exact[i], text, sizeof(text));
		fputs("      <failure", out);
		xml_attribute(out, "message", text);
		fputs(" type=\"worse\"/>\n", out);
	}
	fputs(worse ? "    </testcase>\n" : "/>\n", out);
}

void gate_junit(const void *gate_output, FILE *out)
{
	const struct gate_output *o = gate_output;
	const struct gate *g = o->g;
	size_t exact = 0;
	char started[32];

	for (size_t i = 0; i < g->nexact; i++)
		exact += g->exact[i].worse;
	/* The schema wants local time without a zone; ours is UTC. */
	snprintf(started, sizeof(started), "%.19s", o->started_utc);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	      "  <testsuite name=\"vtdbench gate\"",
	      out);
	fprintf(out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" "
		"time=\"%.3f\"",
		g->n + !!g->exact_compared, g->count[RATIO_SLOWER] + !!exact,
		g->count[RATIO_UNRESOLVED] + g->count[RATIO_UNEQUAL],
		g->seconds);
	xml_attribute(out, "timestamp", started);
	xml_attribute(out, "hostname", o->host);
	fputs(">\n    <properties>\n      <property name=\"old\"", out);
	xml_attribute(out, "value", o->old->name);
	fputs("/>\n      <property name=\"new\"", out);
	xml_attribute(out, "value", o->new->name);
	fputs("/>\n      <property name=\"machine\"", out);
	xml_attribute(out, "value", o->machine);
	fputs("/>\n    </properties>\n", out);
	if (g->exact_compared)
		exact_case(g, out);
	for (size_t i = 0; i < g->n; i++)
		test_case(o, &g->metric[i], out);
	fputs("  </testsuite>\n</testsuites>\n", out);
}
