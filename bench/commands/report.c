/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench report`: the summary of a run for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "outputs/forms.h"
#include "base/err.h"
#include "base/must.h"
#include "outputs/report.h"
#include "outputs/screen.h"
#include "views/answer.h"
#include "views/run_page.h"
#include "views/trend.h"

struct options {
	struct option_texts runs;
	const char *results, *folder, *html;
	bool brief, markdown, trend;
};

static int print(const struct options *o, struct store *s, int64_t run,
		 FILE *out, struct err *e)
{
	struct document d = {0};
	int rc;

	if (o->markdown) {
		rc = run_page_brief(s, run, &d, e);
		if (!rc)
			document_markdown(&d, out);
		doc_release(&d);
		return rc;
	}
	rc = o->brief ? screen_print(s, run, NULL, out, e)
		      : report_print(s, run, out, e);

	return rc ? rc : answer_below(s, run, o->brief, out, e);
}

static int page(const struct options *o, struct store *s, const int64_t *runs,
		size_t n, struct err *e)
{
	struct store_run run = {0};
	struct document d = {0};
	int rc = run_pages(s, runs, n, &d, e);

	if (!rc && o->trend) {
		rc = store_run_read(s, *runs, &run, e);
		if (!rc)
			rc = trend_append(s, run.name, &d, e);
		store_run_release(&run);
	}
	if (!rc)
		rc = page_write(&d, o->html, e);
	doc_release(&d);
	return rc;
}

static int write_all(const struct options *o, struct store *store,
		     const int64_t *runs, size_t n, struct err *e)
{
	struct whole_file file;
	int rc = 0;

	if (o->html)
		rc = page(o, store, runs, n, e);
	for (size_t i = 0; !rc && !o->html && i < n; i++) {
		if (i)
			putchar('\n');
		rc = print(o, store, runs[i], stdout, e);
	}
	if (rc || !o->folder)
		return rc;
	rc = make_folder(o->folder, e);
	if (!rc)
		rc = whole_file_in(&file, o->folder, "report.txt", e);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < n; i++) {
		if (i)
			fputc('\n', file.out);
		rc = print(o, store, runs[i], file.out, e);
	}
	return whole_file_close(&file, rc, e);
}

static int run(int argc, char **argv)
{
	static const char *const latest[] = {"latest"};
	struct store *store = NULL;
	struct options o = {0};
	struct err e = {0};
	size_t n;
	int64_t *runs;
	int rc;

	if (args_parse(&cmd_report, argc, argv, &o))
		return EXIT_USAGE;
	if (o.markdown + o.brief + !!o.html > 1)
		return args_error(&cmd_report,
				  "one of --brief, --markdown and --html");
	if (o.trend && (!o.html || o.runs.n > 1))
		return args_error(&cmd_report,
				  "--trend: with --html, of one run");
	n = o.runs.n ? o.runs.n : 1;
	runs = must_calloc(n, sizeof(*runs));
	rc = store_open_readonly(&store, cmd_results_path(o.results), &e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = store_run_find(store,
				    o.runs.n ? o.runs.text[i] : latest[i],
				    &runs[i], &e);
	if (!rc)
		rc = write_all(&o, store, runs, n, &e);
	if (rc)
		err_print(&e);
	free(runs);
	store_close(store);
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
	ROW_BOOL(O, trend, "trend",
		 "on that page, too: what changed over the runs of its config"),
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
		 "latest run) or `latest`, which is the default; of several "
		 "each is reported by itself, for nothing is mixed; a page of "
		 "them (--html) begins with their ratios side by side, of one "
		 "machine or of several.",
	.rows = rows,
	.after = "Exit status: 0 printed; 1 could not be written; 2 command "
		 "line or results file.",
	.run = run,
};
