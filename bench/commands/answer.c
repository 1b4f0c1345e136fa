/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench answer`: what a run says about the claims in its config. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datadir.h"
#include "base/err.h"
#include "base/must.h"
#include "base/natural.h"
#include "base/printable.h"
#include "base/yaml_doc.h"
#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "document/page.h"
#include "plan/question.h"
#include "views/answer.h"

struct options {
	const char *question, *run, *results;
	unsigned form;
};

static const struct {
	const char *name;
	void (*write)(const struct answer *a, FILE *out);
} forms[] = {{"text", answer_text},
	     {"json", answer_json},
	     {"markdown", answer_markdown},
	     {NULL, NULL}};

static const char *form_name(size_t i)
{
	return forms[i].name;
}

/* A question: in a file that comes with vtdbench, in the store, or both. */
struct asked {
	char name[PARAMS_NAME], title[PARAMS_PATH], path[PATH_MAX + 260];
	int64_t run; /* the newest; 0: none */
};

struct questions {
	struct asked *of;
	size_t n;
};

static struct asked *find(struct questions *q, const char *name)
{
	for (size_t i = 0; i < q->n; i++)
		if (!strcmp(q->of[i].name, name))
			return &q->of[i];
	return NULL;
}

static struct asked *add(struct questions *q, const char *name,
			 const char *title)
{
	struct asked *a;

	q->of = must_grow(q->of, q->n, sizeof(*q->of));
	a = &q->of[q->n++];
	*a = (struct asked){0};
	snprintf(a->name, sizeof(a->name), "%s", name);
	snprintf(a->title, sizeof(a->title), "%s", title ? title : "");
	return a;
}

static bool asks(const char *config)
{
	struct question q;
	bool any;

	question_of(config, &q);
	any = q.n;
	question_release(&q);
	return any;
}

static void add_file(struct questions *q, const char *path)
{
	char *text = NULL;
	struct params_run keys;
	struct err e = {0};
	size_t length;

	if (yaml_doc_file(path, &text, &length, &e)) {
		if (e.code == -ENOMEM)
			must_fail();
		err_warn("%s", e.what);
		return;
	}
	if (asks(text)) {
		struct asked *a;

		config_run_keys(text, &keys);
		a = add(q, keys.name, keys.title);
		snprintf(a->path, sizeof(a->path), "%s", path);
	}
	free(text);
}

static void add_files(struct questions *q)
{
	datadir_path folder;
	struct dirent **entry;
	int n;

	if (!datadir_find("configs/questions", folder))
		return;
	n = scandir(folder, &entry, NULL, alphasort);
	if (n < 0 && errno == ENOMEM)
		must_fail();
	for (int i = 0; i < n; i++) {
		const char *end = strrchr(entry[i]->d_name, '.');
		char path[PATH_MAX + 260];

		snprintf(path, sizeof(path), "%s/%s", folder, entry[i]->d_name);
		if (end && !strcmp(end, ".yaml") && strlen(path) < PATH_MAX)
			add_file(q, path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

/* Runs come latest first. */
static int add_run(void *arg, const struct store_run *run)
{
	struct questions *q = arg;
	struct asked *a = find(q, run->name);

	if ((a && a->run) || !asks(run->config_text))
		return 0;
	if (!a)
		a = add(q, run->name, run->title);
	a->run = run->id;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	return natural_compare(x->name, y->name);
}

static int list_one(struct store *s, const struct asked *q, struct err *e)
{
	unsigned width = page_width(stdout);
	char counts[160], shown[4 * sizeof(q->path)];
	struct answer a;
	int rc;

	page_line(stdout, width, 4, "%s: %s", q->name,
		  printable_copy(shown, sizeof(shown), q->title));
	if (!q->run) {
		page_line(stdout, width, 6, "    no run here: vtdbench run %s",
			  printable_copy(shown, sizeof(shown), q->path));
		return 0;
	}
	rc = answer_load(&a, s, q->run, e);
	if (!rc) {
		answer_counts(&a, counts, sizeof(counts));
		page_line(stdout, width, 6,
			  "    run %" PRId64 " of %s, %s: of %zu claim%s %s",
			  q->run, a.run.started_utc, a.run.status, a.n,
			  a.n == 1 ? "" : "s", counts);
	}
	answer_release(&a);
	return rc;
}

/* All questions; a store that is not there has no answers. */
static int list(const char *results, struct err *e)
{
	struct questions q = {0};
	struct store *s = NULL;
	int rc = store_open_readonly(&s, results, e);

	add_files(&q);
	if (!rc)
		rc = store_runs_each(s, add_run, &q, e);
	if (rc == -ENOENT)
		rc = 0;
	if (q.n)
		qsort(q.of, q.n, sizeof(*q.of), by_name);
	for (size_t i = 0; !rc && i < q.n; i++)
		rc = list_one(s, &q.of[i], e);
	if (!rc && !q.n)
		err_note("no question is in %s or among vtdbench's configs",
			 results);
	free(q.of);
	store_close(s);
	return rc;
}

/* The run to be judged: the newest of the question, or the one named. */
static int find_run(const struct options *o, struct store *s, int64_t *id,
		    struct err *e)
{
	struct store_run run = {0};
	int rc = store_run_find(s, o->run ? o->run : o->question, id, e);

	if (rc == -ENOENT && !o->run)
		err_remedy(e,
			   "vtdbench answer lists the questions; one is run "
			   "with vtdbench run configs/questions/%.40s.yaml",
			   o->question);
	if (rc || !o->run)
		return rc;
	rc = store_run_read(s, *id, &run, e);
	if (!rc && strcmp(run.name, o->question))
		rc = err_set(e, -EINVAL, "run %" PRId64 " is of %s, not of %s",
			     *id, run.name, o->question);
	store_run_release(&run);
	return rc;
}

static int answer(const struct options *o, const char *results, struct err *e)
{
	struct answer a = {0};
	struct store *s = NULL;
	int64_t id;
	int rc = store_open_readonly(&s, results, e);

	if (!rc)
		rc = find_run(o, s, &id, e);
	if (!rc)
		rc = answer_load(&a, s, id, e);
	if (!rc && !a.n) {
		rc = err_set(e, -EINVAL,
			     "run %" PRId64 " \"%s\" asks nothing: its config "
			     "has no claims",
			     id, a.run.name);
		err_remedy(e, "vtdbench report %" PRId64 " has its tables", id);
	}
	if (!rc)
		forms[o->form].write(&a, stdout);
	answer_release(&a);
	store_close(s);
	return rc;
}

static int run(int argc, char **argv)
{
	struct options o = {0};
	struct err e = {0};
	const char *results;
	int rc;

	if (args_parse(&cmd_answer, argc, argv, &o))
		return EXIT_USAGE;
	results = cmd_results_path(o.results);
	if (!o.question && o.form)
		return args_error(&cmd_answer,
				  "--format %s: of which QUESTION?",
				  forms[o.form].name);
	rc = o.question ? answer(&o, results, &e) : list(results, &e);
	if (rc)
		err_print(&e);
	return err_status(rc);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_MAY_NAME(O, question, "QUESTION", NULL),
	ROW_MAY_NAME(O, run, "RUN", NULL),
	ROW_RESULTS(O, results),
	ROW_FORMAT(O, form, form_name, "text", .letter = 'f'),
	{0}};

const struct command cmd_answer = {
	.name = "answer",
	.help = "claims that people made, against what a run measured",
	.about = "Holds the claims in the config of a run against what the "
		 "run measured: each with its source, the ratios that it is "
		 "about, and a verdict by written rules: supported, "
		 "contradicted, not resolved here, not measured "
		 "(docs/questions.md). The claims are those that were stored "
		 "with the run. QUESTION is the name of a config, q2; RUN one "
		 "of its runs, the newest unless said. Without QUESTION: which "
		 "there are, and which the results file answers.",
	.rows = rows,
	.after = "Exit status: 0 printed, whatever the verdicts; 1 could not "
		 "be written; 2 command line or results file, no such run, or "
		 "its config has no claims.",
	.run = run,
};
