/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench gate`: is one build of the engine slower than another? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/utc.h"
#include "machine/alone.h"
#include "commands/gate.h"
#include "cli/open.h"
#include "commands/pair.h"
#include "commands/registry.h"
#include "cli/args.h"
#include "cli/process.h"
#include "base/err.h"
#include "judge/gate_decide.h"
#include "judge/gate_store.h"
#include "store/machine_class.h"
#include "views/gate.h"
#include "outputs/progress.h"
#include "run/loop.h"

struct request {
	const char *baseline, *candidate, *results, *again;
	struct forms_wanted wanted;
	bool no_store; /* nothing of the results file */
	bool wait;     /* until the machine is free */
	bool exact_only, times_only;
	uint64_t budget_ns;
	struct gate_options gate;
};

static void show(void *arg, unsigned processes, size_t open, size_t n)
{
	if (!progress_line(arg, "gate: %u processes, %zu of %zu metrics open",
			   processes, open, n) &&
	    processes % 16 == 0)
		err_note("gate: %u processes, %zu of %zu metrics open",
			 processes, open, n);
}

/* What stands between the machine and a judgement: builds, then the past. */
struct context {
	struct gate_sides old, new;
	struct machine_class machine;
	char label[512], host[128], started[UTC_SIZE], program[4096];
	struct store *store;
};

static int prepare(struct context *c, struct request *r, struct err *e)
{
	int rc;

	utc_now(c->started);
	gethostname(c->host, sizeof(c->host) - 1);
	rc = process_program(c->program, e);
	if (rc)
		return rc;
	r->gate.program = c->program;
	rc = runner_machine_class(&c->machine);
	if (rc)
		return err_set(e, rc, "nothing is known of this machine: %s",
			       strerror(-rc));
	machine_class_label(&c->machine, c->label, sizeof(c->label));
	rc = !r->no_store ? store_check_path(cmd_results_path(r->results), e)
			  : 0;
	if (!rc)
		rc = gate_sides_find(&c->old, r->baseline, e);
	if (!rc)
		rc = gate_sides_find(&c->new, r->candidate, e);
	if (!rc && !r->no_store)
		rc = store_open(&c->store, cmd_results_path(r->results), e);
	if (!rc && r->gate.times)
		rc = alone_machine(r->wait ? ALONE_WAIT : ALONE_REFUSE, e);
	if (!rc)
		rc = gate_margins(c->store, c->machine.id, r->gate.margin, e);
	return rc;
}

static int finish(const struct request *r, struct context *c,
		  const struct gate *g)
{
	struct gate_output o = {g,	 &c->old,    &c->new, c->label,
				c->host, c->started, r->again};
	struct err e = {0};
	char text[256];
	int rc = 0, written;

	gate_conclusion(g, text, sizeof(text));
	if (c->store && g->n)
		rc = gate_store(c->store, g, &c->old, &c->new, c->machine.id,
				c->started, text, &e);
	if (rc)
		err_print(&e);
	written = forms_write(&gate_forms, &o, &r->wanted, &e);
	if (written)
		err_print(&e);
	rc = rc ? rc : written;
	return !rc || g->status != EXIT_OK ? g->status : err_status(rc);
}

static int gate(struct request *r)
{
	struct progress line;
	struct context c = {0};
	struct gate g = {0};
	struct err e = {0};
	int rc, status;

	process_catch(false);
	r->gate.stop = &process_stop;
	r->gate.progress = show;
	r->gate.arg = &line;
	progress_init(&line);
	rc = prepare(&c, r, &e);
	if (!rc)
		rc = gate_run(&c.old, &c.new, &r->gate, &g, &e);
	progress_clear(&line);
	if (rc) {
		err_print(&e);
		status = err_status(rc);
	} else {
		status = finish(r, &c, &g);
	}
	gate_release(&g);
	store_close(c.store);
	return status;
}

bool gate_is_build(const char *path)
{
	char magic[4] = "";
	struct stat st;
	FILE *in;
	bool elf;

	if (stat(path, &st))
		return false;
	if (S_ISDIR(st.st_mode))
		return true;
	in = fopen(path, "re");
	elf = in && fread(magic, 1, 4, in) == 4 && !memcmp(magic, "\177ELF", 4);
	if (in)
		fclose(in);
	return elf;
}

int gate_compare_builds(const char *a, const char *b,
			const struct forms_wanted *wanted, const char *again)
{
	struct request r = {.baseline = a,
			    .candidate = b,
			    .again = again,
			    .wanted = *wanted,
			    .no_store = true,
			    .gate = {.seed = 1,
				     .processes = GATE_PROCESSES,
				     .times = true,
				     .exact = true}};

	return gate(&r);
}

static int run(int argc, char **argv)
{
	struct request r = {0};
	char *again;
	int status;

	if (args_parse(&cmd_gate, argc, argv, &r))
		return EXIT_USAGE;
	if (r.wanted.html && r.wanted.form)
		return args_error(&cmd_gate, "one of --format and --html");
	if (r.exact_only && r.times_only)
		return args_error(&cmd_gate,
				  "--exact-only and --times-only leave nothing "
				  "to compare");
	r.gate.times = !r.exact_only;
	r.gate.exact = !r.times_only;
	r.gate.budget_s = (double)r.budget_ns / 1e9;
	r.again = again = args_again(&cmd_gate, argc, argv);
	status = gate(&r);
	free(again);
	return status;
}

#define O struct request
static const struct option_row rows[] = {
	ROW_TEXT(O, baseline, "baseline", "OLD", "what to compare with",
		 .flags = OPTION_TWIN | OPTION_REQUIRED),
	ROW_TEXT(O, candidate, "candidate", "NEW",
		 "instead of the working tree"),
	PAIR_ROW_ONLY(O, gate.only),
	ROW_BOOL(O, exact_only, "exact-only", "no clock"),
	ROW_BOOL(O, times_only, "times-only", "no exact figures"),
	ROW_INT(O, gate.processes, "processes", "N", 14, GATE_PROCESSES,
		"at most", .initial = "80"),
	ROW_DURATION(
		O, budget_ns, "budget",
		"begin no process after it; what is open then is not judged"),
	ROW_INT(O, gate.seed, "seed", "N", 0, UINT64_MAX,
		"of orders and places", .initial = "1"),
	ROW_TEXT(O, results, "results", "FILE",
		 "where earlier gates are and this one is kept",
		 .flags = OPTION_TWIN),
	ROW_BOOL(O, no_store, "no-store", "neither read nor write that"),
	ROW_FORMAT(O, wanted.form, form_name_junit, "text"),
	ROW_HTML(O, wanted.html,
		 "the verdict, each metric with its interval, a forest plot"),
	ROW_WAIT(O, wait),
	ROW_OUT(O, wanted.folder,
		"write all four there, the page and a forest plot"),
	{0}};

const struct command cmd_gate = {
	.name = "gate",
	.help = "judge whether one build of the engine is slower than another",
	.about = "Judges whether the engine of the working tree is slower than "
		 "OLD. Both are built as shared objects, loaded into one "
		 "process, and alternate batch by batch, in fresh processes, "
		 "each on link orders of its own, until the interval of each "
		 "metric lies beyond a margin (slower, faster) or within it "
		 "(same); what does neither is not resolved. Exact figures "
		 "(references, simulated misses, tables held, and instructions "
		 "where valgrind is installed) are compared exactly. The old "
		 "build is held against itself as well: what that shows over "
		 "gates is the least margin of later ones.\n"
		 "\n"
		 "OLD and NEW are each a git revision, a build folder, a "
		 "vtdbench in one, or a shared object of `make sides`.",
	.rows = rows,
	.after = "Exit status: 0 no regression; 3 a metric is slower, or an "
		 "exact figure worse; 5 too noisy to judge; 1 wrong answers, "
		 "or could not be run or written; 2 command line or files; 4 "
		 "cannot be built or measured here.",
	.run = run,
};
