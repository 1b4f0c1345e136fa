/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commits between two nights, from the git repository we stand in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
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

/* No prompt, no pager, no colour: only what is asked. */
static void ask(struct trend_range *r, const char *before, const char *after)
{
	const struct child_options options = {.quiet = true};
	char most[16], range[104], *out, *rest, *line;
	const char *const argv[] = {"git",	     "log",	   "--oneline",
				    "--no-decorate", "--no-color", most,
				    range,	     "--",	   NULL};
	int status;

	snprintf(most, sizeof(most), "-n%d", SHOWN_MAX + 1);
	snprintf(range, sizeof(range), "%s..%s", before, after);
	r->known = !child_run(argv, &options, &out, &status, NULL) && !status;
	for (rest = out; (line = strtok_r(rest, "\n", &rest));) {
		r->more = r->nlines == SHOWN_MAX;
		if (r->more)
			break;
		r->line = must_grow(r->line, r->nlines, sizeof(*r->line));
		r->line[r->nlines++] = must_copy(line);
	}
	free(out);
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
