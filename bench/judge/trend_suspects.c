/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commits between two nights, from the git repository we stand in. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "judge/trend.h"

enum { SHOWN_MAX = 20 };

/*
 * The hash at the beginning of what a run says of its commit, "1a2b3c4-dirty".
 * False: it is none, and nothing that git should see.
 */
static bool hash_of(const char *commit, char hash[48])
{
	size_t n = commit ? strspn(commit, "0123456789abcdef") : 0;

	if (n < 4 || n > 40 || (commit[n] && commit[n] != '-'))
		return false;
	snprintf(hash, 48, "%.*s", (int)n, commit);
	return true;
}

/* git with @argv; what it prints can be read from *@out. 0 or an errno. */
static int start(char *const argv[], pid_t *pid, FILE **out)
{
	posix_spawn_file_actions_t actions;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	rc = posix_spawn_file_actions_init(&actions);
	if (!rc) {
		rc = posix_spawn_file_actions_adddup2(&actions, ends[1],
						      STDOUT_FILENO);
		if (!rc)
			rc = posix_spawn_file_actions_addopen(&actions,
							      STDERR_FILENO,
							      "/dev/null",
							      O_WRONLY, 0);
		if (!rc)
			rc = posix_spawnp(pid, "git", &actions, NULL, argv,
					  environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	*out = rc ? NULL : fdopen(ends[0], "r");
	if (!*out)
		close(ends[0]);
	return rc;
}

static void take_line(struct trend_range *r, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (r->nlines == SHOWN_MAX) {
		r->more = true;
		return;
	}
	r->line = realloc(r->line, (r->nlines + 1) * sizeof(*r->line));
	if (!r->line)
		must_fail();
	r->line[r->nlines] = strdup(line);
	if (!r->line[r->nlines++])
		must_fail();
}

/* No prompt, no pager, no colour: only what is asked. */
static void ask(struct trend_range *r, const char *before, const char *after)
{
	char git[] = "git", log[] = "log", oneline[] = "--oneline";
	char plain[] = "--no-decorate", colour[] = "--no-color", end[] = "--";
	char most[16], range[104];
	char *const argv[] = {git,  log,   oneline, plain, colour,
			      most, range, end,	    NULL};
	char *line = NULL;
	size_t size = 0;
	int status = -1;
	FILE *out;
	pid_t pid;

	snprintf(most, sizeof(most), "-n%d", SHOWN_MAX + 1);
	snprintf(range, sizeof(range), "%s..%s", before, after);
	if (start(argv, &pid, &out))
		return;
	while (out && getline(&line, &size, out) > 0)
		take_line(r, line);
	free(line);
	if (out)
		fclose(out);
	r->known = waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		   WEXITSTATUS(status) == 0;
}

void trend_suspects(struct trend *t)
{
	for (size_t i = 0; i < t->nranges; i++) {
		struct trend_range *r = &t->range[i];
		char before[48], after[48];

		if (r->open && hash_of(t->night[r->before].commit, before) &&
		    hash_of(t->night[r->after].commit, after) &&
		    strcmp(before, after))
			ask(r, before, after);
	}
}
