/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench draw`: one draw of a cell, for `vtdbench run`. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "base/err.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "machine/priority.h"
#include "measure/draw.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = number;
}

static int run(int argc, char **argv)
{
	struct sigaction act = {.sa_handler = on_signal};
	struct err e = {0};
	struct topo *topo = NULL;
	char why[256];
	int rc;

	if (args_parse(&cmd_draw, argc, argv, NULL))
		return EXIT_USAGE;
	/* Nobody waits for the answer of a parent that was killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	priority_raise(true);
	rc = topo_load(&topo, "live", why, sizeof(why));
	if (rc)
		rc = err_set(&e, rc, "%s", why);
	if (!rc)
		rc = draw_serve(stdin, stdout, topo, &stop, &e);
	topo_free(topo);
	if (rc)
		err_print(&e);
	return err_status(rc);
}

static const struct option_row rows[] = {{0}};

const struct command cmd_draw = {
	.name = "draw",
	.help = "measure one draw of a cell, for run",
	.about = "Measures one draw of a cell: every design of it, batch by "
		 "batch in random order, in this process. vtdbench run starts "
		 "it anew for each draw, so that code and memory lie elsewhere "
		 "each time; it reads the question from standard input and "
		 "prints the records as JSON. Not for people.",
	.rows = rows,
	.after = "Exit status: 0 measured; 1 could not be run; 2 no question.",
	.run = run,
};
