/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench doctor`: what this machine can and cannot measure. */
#include <stdio.h>
#include <string.h>

#include "machine/checks.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "machine/envinfo.h"
#include "base/err.h"
#include "document/page.h"

static const char *const words[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_WARN] = "warn",
	[DOCTOR_NO] = "no",
};

static void print_text(const struct finding *f)
{
	page_line(stdout, page_width(stdout), 6, "%-5s %s: %s%s%s%s%s",
		  words[f->status], f->name, f->what,
		  f->consequence[0] ? " \xe2\x80\x94 " : "", f->consequence,
		  f->remedy[0] ? " \xe2\x80\x94 " : "", f->remedy);
	/* The next check may take a while. */
	fflush(stdout);
}

static json_t *as_json(const struct finding *f)
{
	return json_pack("{ss ss ss ss ss}", "name", f->name, "status",
			 words[f->status], "what", f->what, "consequence",
			 f->consequence, "remedy", f->remedy);
}

/* The worst status of all checks. */
static enum doctor_status examine(const struct doctor *d, json_t *list)
{
	enum doctor_status worst = DOCTOR_OK;

	for (const struct check *c = doctor_checks; c->name; c++) {
		struct finding f = {.name = c->name};

		c->look(d, &f);
		if (f.status > worst)
			worst = f.status;
		if (list)
			json_array_append_new(list, as_json(&f));
		else
			print_text(&f);
	}
	return worst;
}

struct options {
	bool json;
};

static int doctor(bool json)
{
	json_t *env = envinfo_json();
	struct doctor d = {.env = env};
	struct topo *topo = NULL;
	enum doctor_status worst;
	json_t *list, *all;

	if (topo_load(&topo, "live", d.topo_why, sizeof(d.topo_why)))
		topo = NULL;
	d.topo = topo;
	list = json ? json_array() : NULL;
	worst = examine(&d, list);
	if (json) {
		all = json_pack("{sb so sO}", "possible", worst != DOCTOR_NO,
				"checks", list, "environment", env);
		json_dumpf(all, stdout,
			   JSON_INDENT(2) | JSON_REAL_PRECISION(6));
		putchar('\n');
		json_decref(all);
	}
	topo_free(topo);
	json_decref(env);
	return worst == DOCTOR_NO ? EXIT_UNSUPPORTED : EXIT_OK;
}

static int run(int argc, char **argv)
{
	struct options o = {0};

	return args_parse(&cmd_doctor, argc, argv, &o) ? EXIT_USAGE
						       : doctor(o.json);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_BOOL(O, json, "json",
		 "one JSON object: possible, checks, and "
		 "environment, as a run stores it"),
	{0}};

const struct command cmd_doctor = {
	.name = "doctor",
	.help = "say what this machine can and cannot measure",
	.about = "Says what this machine can and cannot measure, one line a "
		 "check:\n"
		 "\n"
		 "  ok    NAME: what was found\n"
		 "  warn  NAME: what was found - consequence - remedy\n"
		 "  no    NAME: the same, and no run is possible\n"
		 "\n"
		 "It takes about half a second, part of which it watches for "
		 "noise.",
	.rows = rows,
	.after = "Exit status: 0 a run is possible; 2 command line; 4 it is "
		 "not.",
	.run = run,
};
