/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench report`: the summary of a run for people. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "base/err.h"
#include "outputs/report.h"

struct options {
	const char *run, *results, *folder;
};

static void usage(FILE *out)
{
	fputs("usage: vtdbench report [RUN] [OPTION...]\n"
	      "\n"
	      "Prints the summary of a stored run: the question, the machine, "
	      "and for each\n"
	      "workload and number of threads a line per design, best first. "
	      "RUN is an id, a\n"
	      "name (its latest run) or `latest`, which is the default.\n"
	      "\n"
	      "  --results FILE  the results file (VTDBENCH_RESULTS)\n"
	      "  --out FOLDER    also keep it there as report.txt "
	      "(VTDBENCH_OUT)\n"
	      "\n"
	      "Exit status: 0 printed; 1 could not be written; 2 command line "
	      "or results file.\n",
	      out);
}

static int wrong_usage(const char *wrong, const char *what)
{
	struct err e = {0};

	err_set(&e, -EINVAL, "report: %s %s", wrong, what);
	err_remedy(&e, "see vtdbench report --help");
	err_print(&e);
	return EXIT_USAGE;
}

/* 0, or the exit status; *@done: nothing is left to do. */
static int parse(int argc, char **argv, struct options *o, bool *done)
{
	static const struct option known[] = {
		{"results", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	const char *twin = getenv("VTDBENCH_OUT");
	int c;

	*o = (struct options){.run = "latest",
			      .folder = twin && *twin ? twin : NULL};
	*done = false;
	while ((c = getopt_long(argc, argv, "o:h", known, NULL)) != -1)
		if (c == 'r')
			o->results = optarg;
		else if (c == 'o')
			o->folder = optarg;
		else if (c == 'h')
			*done = true;
		else
			return EXIT_USAGE; /* getopt_long() has said why */
	if (*done) {
		usage(stdout);
		return 0;
	}
	if (optind + 1 < argc)
		return wrong_usage("one run at a time; do not know",
				   argv[optind + 1]);
	if (optind < argc)
		o->run = argv[optind];
	return 0;
}

static int print_file(struct store *s, int64_t run, const char *folder,
		      struct err *e)
{
	struct whole_file file;
	char path[4096];
	int rc = make_folder(folder, e);

	if (rc)
		return rc;
	snprintf(path, sizeof(path), "%s/report.txt", folder);
	rc = whole_file_open(&file, path, e);
	if (rc)
		return rc;
	rc = report_print(s, run, file.out, e);
	if (rc)
		whole_file_close(&file, false, NULL);
	else
		rc = whole_file_close(&file, true, e);
	return rc;
}

int cmd_report(int argc, char **argv)
{
	struct store *store = NULL;
	struct options o;
	struct err e = {0};
	int64_t run;
	bool done;
	int rc = parse(argc, argv, &o, &done);

	if (rc || done)
		return rc;
	rc = store_open_readonly(&store, cmd_results_path(o.results), &e);
	if (!rc)
		rc = store_run_find(store, o.run, &run, &e);
	if (!rc)
		rc = report_print(store, run, stdout, &e);
	if (!rc && o.folder)
		rc = print_file(store, run, o.folder, &e);
	if (rc)
		err_print(&e);
	store_close(store);
	return rc ? cmd_open_status(rc) : EXIT_OK;
}
