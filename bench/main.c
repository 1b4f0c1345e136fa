/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line up to the verb, and the exit status. */
#include <errno.h>
#include <jansson.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/must.h"
#include "cli/args.h"
#include "commands/registry.h"
#include "base/version.h"

static void usage(FILE *out)
{
	fputs("usage: vtdbench [-q|-v] [--color=WHEN] COMMAND [ARGUMENT...]\n"
	      "       vtdbench help COMMAND\n"
	      "\n"
	      "Benchmarks a VT-d page-table engine under several "
	      "synchronisation designs.\n"
	      "\n"
	      "Commands:\n",
	      out);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(out, "  %-9s %s\n", (*c)->name, (*c)->help);
	fputs("\n"
	      "Options of every command:\n"
	      "  -q, --quiet     print errors only (VTDBENCH_QUIET=1)\n"
	      "  -v, --verbose   say more on stderr (VTDBENCH_VERBOSE=1)\n"
	      "  --color=WHEN    auto, never or always colour output "
	      "(VTDBENCH_COLOR, NO_COLOR)\n"
	      "  --help          this text, or that of a command\n"
	      "  --version       the version\n"
	      "\n"
	      "Exit status: 0 done; 1 a trial failed or gave a wrong answer; "
	      "2 command line,\n"
	      "config or input; 3 regression; 4 cannot be done on this "
	      "machine; 5 too noisy\n"
	      "to judge.\n",
	      out);
}

static int set_color(const char *when, const char *from)
{
	static const char *const names[] = {"auto", "never", "always"};
	struct err e = {0};

	for (unsigned i = 0; i < 3; i++)
		if (!strcmp(when, names[i])) {
			err_color((enum err_color)i);
			return 0;
		}
	err_set(&e, -EINVAL, "%s=%s: expected auto, never or always", from,
		when);
	err_print(&e);
	return -EINVAL;
}

static bool env_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] && strcmp(value, "0");
}

static int options_from_environment(void)
{
	const char *when = getenv("VTDBENCH_COLOR");

	if (env_set("VTDBENCH_QUIET"))
		err_verbosity(-1);
	else if (env_set("VTDBENCH_VERBOSE"))
		err_verbosity(1);
	return when ? set_color(when, "VTDBENCH_COLOR") : 0;
}

/*
 * Takes the options that hold for every command out of @argv, wherever they
 * stand before a "--". Returns the new argc, or -EINVAL.
 */
static int take_common_options(int argc, char **argv)
{
	int kept = 1;
	bool rest = false;

	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];

		rest = rest || !strcmp(a, "--");
		if (!rest && (!strcmp(a, "-q") || !strcmp(a, "--quiet")))
			err_verbosity(-1);
		else if (!rest && (!strcmp(a, "-v") || !strcmp(a, "--verbose")))
			err_verbosity(1);
		else if (!rest && !strncmp(a, "--color=", 8)) {
			if (set_color(a + 8, "--color"))
				return -EINVAL;
		} else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}

static int unknown(const char *kind, const char *typed)
{
	const char *near = command_nearest(typed);
	struct err e = {0};

	err_set(&e, -EINVAL, "unknown %s '%s'", kind, typed);
	if (near)
		err_remedy(&e, "did you mean '%s'?", near);
	else
		err_remedy(&e, "see vtdbench --help");
	err_print(&e);
	return EXIT_USAGE;
}

static int help(int argc, char **argv)
{
	const struct command *c, *v;

	if (argc == 0) {
		usage(stdout);
		return EXIT_OK;
	}
	c = command_find(argv[0]);
	if (!c)
		return unknown("command", argv[0]);
	v = argc > 1 ? command_verb(c, argv[1]) : NULL;
	command_help(v ? v : c, stdout);
	return EXIT_OK;
}

static int start(const struct command *c, int argc, char **argv)
{
	const struct command *v = argc > 1 ? command_verb(c, argv[1]) : NULL;

	if (v)
		return start(v, argc - 1, argv + 1);
	if (command_wants_help(argc, argv)) {
		command_help(c, stdout);
		return EXIT_OK;
	}
	if (c->run)
		return c->run(argc, argv);
	if (argc > 1)
		return args_error(c, "unknown verb '%s'", argv[1]);
	command_help(c, stderr);
	return EXIT_USAGE;
}

static int dispatch(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("vtdbench " VTDBENCH_VERSION);
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help"))
		return help(argc - 2, argv + 2);
	if (argv[1][0] == '-')
		return unknown("option", argv[1]);
	c = command_find(argv[1]);
	return c ? start(c, argc - 1, argv + 1) : unknown("command", argv[1]);
}

/* Results that did not reach their file are not results. */
static int flush_stdout(int status)
{
	struct err e = {0};

	errno = 0; /* stays so if it was an earlier write that failed */
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	err_set(&e, -EIO, "standard output: %s",
		errno ? strerror(errno) : "not all could be written");
	err_print(&e);
	return status ? status : EXIT_RUN_FAILED;
}

/* A file that is opened later must not become a standard stream. */
static void hold_standard_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			/* For output it is opened so that a write fails. */
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* JSON that lacks what there was no memory for looks like any other. */
static void *json_memory(size_t bytes)
{
	return must(malloc(bytes));
}

int main(int argc, char **argv)
{
	json_set_alloc_funcs(json_memory, free);
	hold_standard_streams();
	if (options_from_environment())
		return EXIT_USAGE;
	argc = take_common_options(argc, argv);
	if (argc < 0)
		return EXIT_USAGE;
	return flush_stdout(dispatch(argc, argv));
}
