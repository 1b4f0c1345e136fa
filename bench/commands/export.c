/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench export`: a run in a form that other programs read. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "outputs/planned.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "store/trial_name.h"
#include "base/err.h"
#include "outputs/registry.h"

struct options {
	const char *run, *results, *output, *filter, *hist;
	const struct output *format;
};

static void usage(FILE *out)
{
	fputs("usage: vtdbench export RUN [--format F] [OPTION...]\n"
	      "\n"
	      "Writes a stored run in a form that other programs read. RUN: "
	      "an id, a name (its\n"
	      "latest run) or `latest`.\n"
	      "\n"
	      "  --format F      one of those below, default csv "
	      "(VTDBENCH_FORMAT)\n"
	      "  --results FILE  the results file (VTDBENCH_RESULTS)\n"
	      "  --output FILE   instead of standard output; replaced only "
	      "when all is written\n"
	      "                  (VTDBENCH_OUTPUT)\n"
	      "  --filter REGEX  only trials whose name matches the extended "
	      "expression; it is\n"
	      "                  SWEEP/DESIGN/WORKLOAD/walkers:N/AXIS:VALUE#"
	      "REPETITION, as\n"
	      "                  vtdbench run --dry-run prints it "
	      "(VTDBENCH_FILTER)\n"
	      "  --hist NAME     which histogram, for hgrm: walk_single "
	      "(default), map, unmap\n"
	      "                  (VTDBENCH_HIST)\n"
	      "\n"
	      "Formats:\n",
	      out);
	for (const struct output *o = outputs; o->name; o++)
		fprintf(out, "  %-13s %s\n", o->name, o->help);
	fputs("\nExit status: 0 written; 1 could not be written; 2 command "
	      "line or results file.\n",
	      out);
}

static int wrong_usage(const char *wrong, const char *what)
{
	struct err e = {0};

	err_set(&e, -EINVAL, "export: %s%s%s", wrong, *what ? " " : "", what);
	err_remedy(&e, "see vtdbench export --help");
	err_print(&e);
	return EXIT_USAGE;
}

static const char *twin(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const char *output_name(const void *arg, size_t i)
{
	(void)arg;
	return outputs[i].name;
}

/* 0, or the exit status; *@done: nothing is left to do. */
static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const struct option known[] = {
		{"format", required_argument, NULL, 'f'},
		{"results", required_argument, NULL, 'r'},
		{"output", required_argument, NULL, 'o'},
		{"filter", required_argument, NULL, 'm'},
		{"hist", required_argument, NULL, 'i'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *format = twin("VTDBENCH_FORMAT");
	int c;

	*o = (struct options){.output = twin("VTDBENCH_OUTPUT"),
			      .filter = twin("VTDBENCH_FILTER"),
			      .hist = twin("VTDBENCH_HIST")};
	*done = false;
	while ((c = getopt_long(argc, argv, "f:o:h", known, NULL)) != -1)
		if (c == 'f')
			format = optarg;
		else if (c == 'r')
			o->results = optarg;
		else if (c == 'o')
			o->output = optarg;
		else if (c == 'm')
			o->filter = optarg;
		else if (c == 'i')
			o->hist = optarg;
		else if (c == 'h')
			*done = true;
		else
			return EXIT_USAGE; /* getopt_long() has said why */
	if (*done) {
		usage(stdout);
		return 0;
	}
	if (optind >= argc)
		return wrong_usage("which run? an id, a name or latest", "");
	if (optind + 1 < argc)
		return wrong_usage("one run at a time; do not know",
				   argv[optind + 1]);
	o->run = argv[optind];
	o->format = output_find(format ? format : "csv");
	return o->format ? 0
			 : args_unknown("export", format, output_name, NULL,
					"unknown format %s", format);
}

/* Drops the trials whose name does not match. */
static int filter(struct store_trials *trials, const char *pattern,
		  struct err *e)
{
	char why[128], name[512];
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
		if (regexec(&compiled, name, 0, NULL, 0))
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
	struct output_input in = {
		.run = &run->run, .trials = trials, .hist = o->hist};
	size_t without = output_without_values(trials);
	struct whole_file file;
	int rc = whole_file_open(&file, o->output ? o->output : "-", e);

	if (!rc) {
		rc = o->format->write(&in, file.out, e);
		if (rc)
			whole_file_close(&file, false, NULL);
		else
			rc = whole_file_close(&file, true, e);
	}
	if (!rc && without && !o->format->planned)
		err_note("%zu of %zu trials were wrong, failed or interrupted; "
			 "their values are left out",
			 without, trials->n);
	return rc;
}

int cmd_export(int argc, char **argv)
{
	struct planned planned = {0};
	struct store_trials chosen;
	struct opened run;
	struct options o;
	struct err e = {0};
	bool done;
	int rc = parse(argc, argv, &o, &done);

	if (rc || done)
		return rc;
	rc = cmd_open_run(&run, o.results, o.run, STORE_HISTS, &e);
	chosen = run.trials;
	if (!rc && o.format->planned) {
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
	return rc ? cmd_open_status(rc) : EXIT_OK;
}
