/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench report`: the summary of a run for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/compare.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "outputs/forms.h"
#include "base/err.h"
#include "base/must.h"
#include "outputs/report.h"
#include "outputs/screen.h"
#include "views/answer.h"
#include "views/gate_read.h"
#include "views/run_page.h"
#include "views/trend.h"

struct options {
	struct option_texts runs;
	const char *results, *folder, *html, *gate, *compare, *scripts;
	bool brief, markdown, trend;
};

/* The runs that it is about. */
struct request {
	const struct options *o;
	struct store *store;
	int64_t *run;
	size_t n;
};

static int print_text(const struct request *r, int64_t run, FILE *out,
		      struct err *e)
{
	bool brief = r->o->brief;
	int rc = brief ? screen_print(r->store, run, NULL, out, e)
		       : report_print(r->store, run, out, e);

	return rc ? rc : answer_below(r->store, run, brief, out, e);
}

/* Of several, what they say together comes first. */
static int print_texts(const struct request *r, FILE *out, struct err *e)
{
	struct document d = {0};
	int rc = 0;

	if (r->n > 1)
		rc = runs_head(r->store, r->run, r->n, r->o->brief, &d, e);
	if (!rc)
		document_text(&d, out);
	doc_release(&d);
	for (size_t i = 0; !rc && i < r->n; i++) {
		if (r->n > 1)
			fputc('\n', out);
		rc = print_text(r, r->run[i], out, e);
	}
	return rc;
}

static int print_markdown(const struct request *r, FILE *out, struct err *e)
{
	const struct page_wanted brief = {.brief = true};
	struct document d = {0};
	int rc = run_pages(r->store, r->run, r->n, &brief, &d, e);

	if (!rc)
		document_markdown(&d, out);
	doc_release(&d);
	return rc;
}

static int print(const struct request *r, FILE *out, struct err *e)
{
	return r->o->markdown ? print_markdown(r, out, e)
			      : print_texts(r, out, e);
}

/* What a night has besides its run. */
static int besides(const struct request *r, struct document *d, struct err *e)
{
	struct store_run run = {0};
	int rc = r->o->gate ? gate_append(r->o->gate, d, e) : 0;

	if (!rc && r->o->compare)
		rc = compare_append(store_path(r->store), r->o->compare, d, e);
	if (rc || !r->o->trend)
		return rc;
	rc = store_run_read(r->store, *r->run, &run, e);
	if (!rc)
		rc = trend_append(r->store, run.name, d, e);
	store_run_release(&run);
	return rc;
}

static int page(const struct request *r, struct err *e)
{
	struct document d = {0}, also = {0};
	const struct page_wanted w = {.scripts = r->o->scripts, .also = &also};
	int rc = besides(r, &also, e);

	if (!rc)
		rc = run_pages(r->store, r->run, r->n, &w, &d, e);
	doc_join(&d, &also);
	if (!rc)
		rc = page_write(&d, r->o->html, e);
	doc_release(&d);
	return rc;
}

static int write_all(const struct request *r, struct err *e)
{
	struct whole_file file;
	int rc = r->o->html ? page(r, e) : print(r, stdout, e);

	if (rc || !r->o->folder)
		return rc;
	rc = make_folder(r->o->folder, e);
	if (!rc)
		rc = whole_file_in(&file, r->o->folder, "report.txt", e);
	if (rc)
		return rc;
	rc = print(r, file.out, e);
	return whole_file_close(&file, rc, e);
}

static int run(int argc, char **argv)
{
	static const char *const latest[] = {"latest"};
	struct options o = {0};
	struct request r = {.o = &o};
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_report, argc, argv, &o))
		return EXIT_USAGE;
	if (o.markdown + o.brief + !!o.html > 1)
		return args_error(&cmd_report,
				  "one of --brief, --markdown and --html");
	if (!o.html && o.scripts && !getenv("VTDBENCH_SCRIPTS"))
		return args_error(&cmd_report, "--scripts: with --html");
	if ((o.trend || o.gate || o.compare) && (!o.html || o.runs.n > 1))
		return args_error(&cmd_report,
				  "--gate, --compare, --trend: with --html, of "
				  "one run");
	r.n = o.runs.n ? o.runs.n : 1;
	r.run = must_calloc(r.n, sizeof(*r.run));
	rc = store_open_readonly(&r.store, cmd_results_path(o.results), &e);
	for (size_t i = 0; !rc && i < r.n; i++)
		rc = store_run_find(r.store,
				    o.runs.n ? o.runs.text[i] : latest[i],
				    &r.run[i], &e);
	if (!rc)
		rc = write_all(&r, &e);
	if (rc)
		err_print(&e);
	free(r.run);
	store_close(r.store);
	return err_status(rc);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERANDS(O, runs, "RUN", 0),
	ROW_RESULTS(O, results),
	ROW_BOOL(O, brief, "brief",
		 "one screen, as at the end of a run: designs by the figures "
		 "that come first"),
	ROW_HTML(O, html,
		 "answers, plots with their data, tables, how to repeat it"),
	ROW_TEXT(O, gate, "gate", "FILE",
		 "on that page, too: what a gate judged, of the JSON that it "
		 "wrote"),
	ROW_TEXT(O, compare, "compare", "OLD..NEW",
		 "on that page, too: what compare says of these runs"),
	ROW_BOOL(O, trend, "trend",
		 "on that page, too: what changed over the runs of its config"),
	ROW_SCRIPTS(O, scripts, "on that page, too: "),
	ROW_BOOL(O, markdown, "markdown",
		 "as Markdown for a merge request: answers, ratios, how to "
		 "repeat it"),
	ROW_OUT(O, folder, "also keep it there as report.txt", .letter = 'o'),
	{0}};

const struct command cmd_report = {
	.name = "report",
	.help = "print the summary of a run",
	.about = "Prints the summary of a stored run: the question, the "
		 "machine, and for each workload and number of threads a line "
		 "per design, best first; then what it says about the claims "
		 "in its config, if there are any. RUN is an id, a name (its "
		 "latest run) or `latest`, which is the default. Of several "
		 "their ratios come first, side by side, of one machine or of "
		 "several; then each by itself, for nothing is mixed.",
	.rows = rows,
	.after = "Exit status: 0 printed; 1 could not be written; 2 command "
		 "line or results file.",
	.run = run,
};
