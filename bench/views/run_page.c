/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run as one document. */
#include "views/run_page.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/must.h"
#include "base/shell.h"
#include "pictures/pictured.h"
#include "outputs/report.h"
#include "trial/reference.h"
#include "views/answer.h"
#include "views/beside.h"

/* What this machine and the others of its run were like, fact by fact. */
enum { FACTS = 160 };
struct facts {
	struct table table;
	unsigned n;
};

static const struct table_column fact_column[] = {
	{.group = "", .name = "fact", .left = true},
	{.group = "", .name = "as found when the run began", .left = true}};

static void add_facts(struct facts *f, const char *before, const json_t *o)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)o, key, value)
	{
		char name[TABLE_CELL], *text;

		snprintf(name, sizeof(name), "%s%s%.60s", before,
			 *before ? " " : "", key);
		if (json_is_object(value)) {
			add_facts(f, name, value);
			continue;
		}
		if (f->n >= FACTS)
			return;
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		snprintf(table_cell(&f->table, f->n, 0), TABLE_CELL, "%s",
			 name);
		snprintf(table_cell(&f->table, f->n++, 1), TABLE_CELL, "%s",
			 json_is_string(value) ? json_string_value(value)
			 : text		       ? text
					       : "");
		free(text);
	}
}

static void facts(const struct store_run *run, struct document *d)
{
	const char *const said[] = {run->machine, run->noise, run->context};
	struct facts f = {.n = 0};

	table_init(&f.table, fact_column, 2, FACTS);
	for (unsigned i = 0; i < 3; i++) {
		json_t *o = said[i] ? json_loads(said[i], 0, NULL) : NULL;

		add_facts(&f, "", o);
		json_decref(o);
	}
	f.table.rows = f.n;
	doc_fold(d, "All that is known of the machine");
	doc_table(d, &f.table)->text = must_copy("Facts of the machine");
	doc_fold_end(d);
}

static bool has(const struct summary *s, enum metric_id metric)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (summary_has(&s->cell[i], metric))
			return true;
	return false;
}

/* Who walked, each kind once. */
static void walkers(const struct summary *s, struct document *d)
{
	const char *seen[16];
	size_t n = 0;

	for (size_t i = 0; i < s->ncells && n < 16; i++) {
		const char *who = answer_walker(&s->cell[i]);
		size_t k = 0;

		while (k < n && strcmp(seen[k], who))
			k++;
		if (k < n)
			continue;
		seen[n++] = who;
		doc_text(d, 2, 4, "Walked by %s.", who);
	}
}

static void method(const struct report *r, struct document *d)
{
	bool iotlb = has(&r->summary, METRIC_iotlb_hit_ratio);
	bool caches = has(&r->summary, METRIC_sim_l1d_misses_per_walk);
	bool crowds = has(&r->summary, METRIC_sim_moved_c4_per_walk);

	doc_heading(d, 2, "Machine and method");
	report_method(&r->trials, d);
	walkers(&r->summary, d);
	doc_text(d, 0, 4,
		 "Measured: all times, on CPUs of this machine; no IOMMU took "
		 "part.");
	if (iotlb || caches)
		doc_text(d, 0, 4, "Modelled, in software:%s%s%s%s.",
			 iotlb ? " the IOTLB and its hits" : "",
			 iotlb && caches ? ";" : "",
			 caches ? " cache misses marked sim" : "",
			 crowds ? "; crowds of more CPUs than there are" : "");
	report_hardware(&r->summary, d);
	facts(&r->run, d);
}

/* What was laid over the config: lines "#! set KEY=VALUE" behind its text. */
static void flags(const char *text, FILE *out)
{
	static const struct {
		const char *line, *flag;
	} kind[] = {{"#! set ", "--set"}, {"#! filter ", "--filter"}};

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		for (unsigned i = 0; i < 2; i++) {
			size_t n = strlen(kind[i].line);

			if (strncmp(at, kind[i].line, n))
				continue;
			fprintf(out, " \\\n    %s ", kind[i].flag);
			shell_quoted(at + n, strcspn(at + n, "\n"), out);
		}
	}
}

/* As lines of a shell, and the config that they name. */
static void again(const struct store_run *run, struct document *d)
{
	char *text = NULL, *path = must_copy(run->config_path), name[96];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		must_fail();
	snprintf(name, sizeof(name), "%.80s.yaml", run->name);
	for (char *c = name; *c; c++)
		*c = strchr("/\\\"<>& ", *c) ? '_' : *c;
	if (run->commit && *run->commit)
		fprintf(out, "git checkout %s\n", run->commit);
	fputs("make all sides\nbuild/vtdbench run ", out);
	shell_quoted(name, strlen(name), out);
	fprintf(out, " --seed %" PRIu64, run->seed);
	flags(run->config_text ? run->config_text : "", out);
	fputc('\n', out);
	if (fclose(out) || !text)
		must_fail();
	doc_heading(d, 2, "How to repeat it");
	doc_text(d, 0, 4,
		 "In a tree of vtdbench %s, with the config below saved as %s "
		 "(it was %s):",
		 run->version ? run->version : "of that time", name,
		 *path ? path : "not in a file");
	doc_code(d, NULL, text);
	report_origin("Run", run, d);
	doc_fold(d, "The config");
	doc_code(d, name, run->config_text ? run->config_text : "");
	doc_fold_end(d);
	free(path);
	free(text);
}

/* Before the answers of one run; of several for each what it comes to. */
static void in_short(const struct answer *a, bool named, struct document *d)
{
	const struct store_run *run = &a->run;
	char counts[160];

	answer_counts(a, counts, sizeof(counts));
	if (named)
		doc_heading(d, 3, "%s (run %" PRId64 ")%s",
			    run->title && *run->title ? run->title : run->name,
			    run->id, a->n ? "" : ": no claims");
	if (a->n)
		doc_text(d, named ? 2 : 0, 4, "Of %zu claim%s: %s.", a->n,
			 a->n > 1 ? "s" : "", counts);
	if (named)
		answer_items(a, d);
}

static int answers(struct store *s, int64_t run, struct document *d,
		   struct err *e)
{
	struct answer a;
	int rc = answer_load(&a, s, run, e);

	if (!rc && a.n) {
		doc_heading(d, 2, "Answers");
		in_short(&a, false, d);
		answer_claims(&a, d);
	}
	answer_release(&a);
	return rc;
}

/* What is said further down, in short. */
static void verdicts(const struct document *also, struct document *d)
{
	const char *about = "";
	bool any = false;

	for (size_t i = 0; i < also->n; i++) {
		const struct doc_block *b = &also->block[i];

		if (b->kind == DOC_HEADING && b->level == 2)
			about = b->text;
		if (b->kind != DOC_VERDICT)
			continue;
		if (!any)
			doc_heading(d, 2, "In short");
		doc_item(d, b->text, b->tone, "%s", about);
		any = true;
	}
}

static int whole(struct store *s, int64_t run, const struct page_wanted *w,
		 struct document *d, struct err *e)
{
	struct report r;
	int rc = report_load(&r, s, run, e);

	if (rc)
		goto out;
	report_head(&r.run, &r.shards, &r.trials, d);
	if (w->also)
		verdicts(w->also, d);
	rc = answers(s, run, d, e);
	if (rc)
		goto out;
	doc_heading(d, 2, "Figures");
	rc = plot_document(s, run, w->scripts, d, e);
	if (rc)
		goto out;
	doc_heading(d, 2, "Tables");
	report_cells(&r, d);
	method(&r, d);
	again(&r.run, d);
out:
	report_release(&r);
	return rc;
}

static int brief(struct store *s, int64_t run, struct document *d,
		 struct err *e)
{
	struct report r;
	int rc = report_load(&r, s, run, e);

	if (!rc) {
		report_head(&r.run, &r.shards, &r.trials, d);
		rc = answers(s, run, d, e);
	}
	if (!rc) {
		r.brief = true;
		doc_heading(d, 2, "Ratios");
		report_cells(&r, d);
		walkers(&r.summary, d);
		again(&r.run, d);
	}
	report_release(&r);
	return rc;
}

int runs_head(struct store *s, const int64_t *run, size_t n, bool in_brief,
	      struct document *d, struct err *e)
{
	int rc = 0;

	doc_title(d, "Runs of vtdbench");
	doc_heading(d, 2, "In short");
	for (size_t i = 0; !rc && i < n; i++) {
		struct answer a;

		rc = answer_load(&a, s, run[i], e);
		if (!rc)
			in_short(&a, true, d);
		answer_release(&a);
	}
	return rc ? rc : beside_runs(s, run, n, in_brief, d, e);
}

int run_pages(struct store *s, const int64_t *run, size_t n,
	      const struct page_wanted *w, struct document *d, struct err *e)
{
	struct document one = {0};
	int rc = n > 1 ? runs_head(s, run, n, false, d, e) : 0;

	for (size_t i = 0; !rc && i < n; i++) {
		struct document *to = n > 1 ? &one : d;
		char name[32];

		rc = w->brief ? brief(s, run[i], to, e)
			      : whole(s, run[i], w, to, e);
		snprintf(name, sizeof(name), "r%zu", i + 1);
		if (n > 1)
			doc_append(d, &one, name);
	}
	return rc;
}
