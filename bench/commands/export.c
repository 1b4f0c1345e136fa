/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench export`: a run in a form that other programs read. */
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "outputs/planned.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "store/trial_name.h"
#include "base/match.h"
#include "base/err.h"
#include "outputs/registry.h"

struct options {
	const char *run, *results, *output, *filter, *hist;
	unsigned format;
};

static const char *output_name(size_t i)
{
	return outputs[i].name;
}

/* Drops the trials whose name does not match. */
static int filter(struct store_trials *trials, const char *pattern,
		  struct err *e)
{
	char why[128], name[TRIAL_NAME];
	regex_t compiled;
	size_t kept = 0;
	int rc = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB);

	if (rc) {
		regerror(rc, &compiled, why, sizeof(why));
		err_set(e, -EINVAL, "--filter '%s': %s", pattern, why);
		return err_remedy(e, "it is a POSIX extended regular "
				     "expression");
	}
	for (size_t i = 0; i < trials->n; i++) {
		struct store_trial t = trials->trial[i];

		trial_name(&t, name, sizeof(name));
		if (!match(&compiled, name))
			continue;
		/* Moved up in order; what it displaces goes where it was. */
		memmove(&trials->trial[kept + 1], &trials->trial[kept],
			(i - kept) * sizeof(t));
		trials->trial[kept++] = t;
	}
	regfree(&compiled);
	if (kept || !trials->n) {
		/* The owner releases all: they only changed places. */
		trials->n = kept;
		return 0;
	}
	err_set(e, -EINVAL, "--filter '%s': no trial matches", pattern);
	trial_name(&trials->trial[0], name, sizeof(name));
	return err_remedy(e, "names are like %s", name);
}

static int write_run(const struct options *o, const struct opened *run,
		     const struct store_trials *trials, struct err *e)
{
	const struct output *format = &outputs[o->format];
	struct margins margins;
	struct output_input in = {.run = &run->run,
				  .trials = trials,
				  .hist = o->hist,
				  .margins = &margins};
	size_t without = output_without_values(trials);
	struct whole_file file;
	int rc = margins_load(&margins, run->store, run->run.id, e);

	if (!rc)
		rc = whole_file_open(&file, o->output ? o->output : "-", e);
	if (!rc) {
		rc = format->write(&in, file.out, e);
		rc = whole_file_close(&file, rc, e);
	}
	if (!rc && without && !format->planned)
		err_note("%zu of %zu trials were wrong, failed or interrupted; "
			 "their values are left out",
			 without, trials->n);
	return rc;
}

static int run(int argc, char **argv)
{
	struct planned planned = {0};
	struct store_trials chosen;
	struct opened run;
	struct options o = {0};
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_export, argc, argv, &o))
		return EXIT_USAGE;
	rc = cmd_open_run(&run, o.results, o.run, STORE_HISTS, &e);
	chosen = run.trials;
	if (!rc && outputs[o.format].planned) {
		if (planned_trials(&planned, &run.run, &run.trials,
				   cmd_results_path(o.results), &e))
			err_warn("the plan of run %" PRId64 " is not known "
				 "here: %s",
				 run.run.id, e.what);
		e = (struct err){0};
		chosen = planned.trials;
	}
	if (!rc && o.filter)
		rc = filter(&chosen, o.filter, &e);
	if (!rc)
		rc = write_run(&o, &run, &chosen, &e);
	if (rc)
		err_print(&e);
	planned_release(&planned);
	cmd_open_release(&run);
	return err_status(rc);
}

static void formats(FILE *out)
{
	fputs("\nFormats:\n", out);
	for (const struct output *o = outputs; o->name; o++)
		command_help_item(out, 12, o->name, o->help);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERAND(O, run, "RUN"),
	ROW_FORMAT(O, format, output_name, "csv", .letter = 'f'),
	ROW_RESULTS(O, results),
	ROW_TEXT(O, output, "output", "FILE",
		 "instead of standard output; replaced only when all is "
		 "written",
		 .letter = 'o', .flags = OPTION_TWIN),
	ROW_TEXT(O, filter, "filter", "REGEX",
		 "only trials whose name matches the extended expression; it "
		 "is SWEEP/DESIGN/WORKLOAD/walkers:N/AXIS:VALUE#REPETITION, as "
		 "vtdbench run --dry-run prints it",
		 .flags = OPTION_TWIN),
	ROW_TEXT(O, hist, "hist", "NAME",
		 "which histogram, for hgrm: walk_single (default), map, "
		 "unmap",
		 .flags = OPTION_TWIN),
	{0}};

const struct command cmd_export = {
	.name = "export",
	.help = "write a run in a form that other programs read",
	.about = "Writes a stored run in a form that other programs read. "
		 "RUN: an id, a name (its latest run) or `latest`.",
	.rows = rows,
	.more = formats,
	.after = "Exit status: 0 written; 1 could not be written; 2 command "
		 "line or results file.",
	.run = run,
};
