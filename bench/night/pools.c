/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which runs of the sweep stand for tonight's build, and for the one before. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "night/steps.h"
#include "store/results.h"

enum { POOL_MAX = 4 }; /* runs of a build */

/* The nights of one build, the latest first. */
struct pool {
	char version[128], commit[64];
	unsigned n;
	char *ids; /* "12,11" */
	size_t size;
};

struct pools {
	struct pool tonight, before;
	char name[128], host[256];
};

static bool same(const char *a, const char *b)
{
	return !strcmp(a, b ? b : "");
}

static bool takes(const struct pool *p, const struct store_run *run)
{
	return !p->n ||
	       (same(p->version, run->version) && same(p->commit, run->commit));
}

static void take(struct pool *p, const struct store_run *run)
{
	if (!p->n) {
		snprintf(p->version, sizeof(p->version), "%s",
			 run->version ? run->version : "");
		snprintf(p->commit, sizeof(p->commit), "%s",
			 run->commit ? run->commit : "");
	}
	if (p->n++ < POOL_MAX)
		text_join(p->ids, p->size, ",", "%" PRId64, run->id);
}

static int visit(void *arg, const struct store_run *run)
{
	struct pools *p = arg;

	if (!p->tonight.n) {
		snprintf(p->name, sizeof(p->name), "%s", run->name);
		snprintf(p->host, sizeof(p->host), "%s",
			 run->host ? run->host : "");
	}
	if (!same(p->name, run->name) || !same(p->host, run->host))
		return 0;
	if (strcmp(run->status, "done"))
		return !p->tonight.n; /* tonight's is not complete */
	if (!p->before.n && takes(&p->tonight, run))
		take(&p->tonight, run);
	else if (takes(&p->before, run))
		take(&p->before, run);
	else
		return 1;
	return 0;
}

int night_pools(const struct night *n, char *tonight, char *before, size_t size,
		struct err *e)
{
	struct pools p = {.tonight = {.ids = tonight, .size = size},
			  .before = {.ids = before, .size = size}};
	struct store *s = NULL;
	int rc = store_open_readonly(&s, n->results, e);

	*tonight = *before = '\0';
	if (!rc)
		rc = store_runs_each(s, visit, &p, e);
	store_close(s);
	return rc < 0 ? rc : 0;
}
