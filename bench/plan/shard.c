/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dealing the trials of a plan out to shards. */
#include "plan/shard.h"
#include "plan/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/fnv.h"
#include "base/number.h"
#include "trial/axes.h"

/* The trials that one machine has to measure. */
struct question {
	uint64_t id, ns;
	unsigned shard; /* from 1 */
};

int shard_parse(const char *text, struct shard *s, struct err *e)
{
	const char *slash = strchr(text, '/');
	uint64_t number, count;

	if (!slash || !number_parse(text, (size_t)(slash - text), &number) ||
	    !number_parse_string(slash + 1, &count)) {
		err_set(e, -EINVAL, "--shard '%s': not of the form I/N", text);
		return err_remedy(e, "--shard 2/5 is the second shard of five");
	}
	if (!count || count > SHARDS_MAX || !number || number > count) {
		err_set(e, -EINVAL, "--shard %s: there is no such shard", text);
		return err_remedy(e,
				  "shards are numbered from 1: 1/N to N/N, N "
				  "at most %d",
				  SHARDS_MAX);
	}
	*s = (struct shard){(unsigned)number, (unsigned)count};
	return 0;
}

/* All parameters of @t but its design and numbers of threads. */
static uint64_t question_of(const struct trial_plan *t)
{
	uint64_t h = fnv_text(FNV_OFFSET, t->p.sweep);
	const struct option_row *row;
	char text[PARAMS_PATH];

	for (size_t i = 0; (row = option_at(i)); i++) {
		if (row->scope != OPTION_TRIAL || axes_is_role(row->key) ||
		    !strcmp(row->key, "design"))
			continue;
		option_format(row, &t->p, text, sizeof(text));
		if (option_is_silent(row, text))
			continue;
		h = fnv_text(fnv_text(h, row->key), text);
	}
	return h;
}

static int by_id(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int longest_first(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	return x->ns == y->ns ? by_id(a, b) : x->ns < y->ns ? 1 : -1;
}

/* The questions of @plan, by id; returns how many. */
static size_t find_questions(const struct plan *plan, struct question *q)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->ntrials; i++)
		q[i] = (struct question){.id = question_of(&plan->trials[i]),
					 .ns = schedule_ns(&plan->trials[i].p)};
	qsort(q, plan->ntrials, sizeof(*q), by_id);
	for (size_t i = 0; i < plan->ntrials; i++)
		if (n && q[n - 1].id == q[i].id)
			q[n - 1].ns += q[i].ns;
		else
			q[n++] = q[i];
	return n;
}

static int deal(struct question *q, size_t n, unsigned count)
{
	uint64_t *load = calloc(count, sizeof(*load));

	if (!load)
		return -ENOMEM;
	qsort(q, n, sizeof(*q), longest_first);
	for (size_t i = 0; i < n; i++) {
		unsigned least = 0;

		for (unsigned s = 1; s < count; s++)
			if (load[s] < load[least])
				least = s;
		load[least] += q[i].ns;
		q[i].shard = least + 1;
	}
	free(load);
	qsort(q, n, sizeof(*q), by_id);
	return 0;
}

static void keep(struct plan *plan, const struct question *q, size_t n,
		 unsigned number)
{
	size_t kept = 0;

	plan->estimated_ns = 0;
	for (size_t i = 0; i < plan->ntrials; i++) {
		const struct question key = {
			.id = question_of(&plan->trials[i])};
		const struct question *found =
			bsearch(&key, q, n, sizeof(*q), by_id);

		if (!found ||
		    (found->shard != number && !(MUTANT(shard_foreign) && !i)))
			continue;
		plan->estimated_ns += schedule_ns(&plan->trials[i].p);
		plan->trials[kept++] = plan->trials[i];
	}
	plan->ntrials = kept;
}

int shard_take(struct plan *plan, struct shard s, struct err *e)
{
	struct question *q;
	size_t n;
	int ret;

	if (!s.count)
		return 0;
	q = calloc(plan->ntrials + 1, sizeof(*q));
	if (!q)
		return err_set(e, -ENOMEM, "no memory for the plan");
	n = find_questions(plan, q);
	if (n < s.count) {
		free(q);
		err_set(e, -EINVAL,
			"--shard %u/%u: the plan has no more than %zu part%s: "
			"what differs in design, threads and repetition only "
			"stays on one machine",
			s.number, s.count, n, n == 1 ? "" : "s");
		return err_remedy(e, "use N up to %zu", n);
	}
	ret = deal(q, n, s.count);
	if (ret)
		err_set(e, ret, "no memory for the plan");
	else
		keep(plan, q, n, s.number);
	free(q);
	return ret;
}

void shard_digest(const struct plan *plan, char digest[SHARD_DIGEST])
{
	uint64_t a = FNV_OFFSET, b = ~FNV_OFFSET;

	for (size_t i = 0; i < plan->ntrials; i++) {
		a = fnv_text(a, plan->trials[i].key);
		b = fnv_text(b, plan->trials[i].key);
	}
	snprintf(digest, SHARD_DIGEST, "%016" PRIx64 "%016" PRIx64, a, b);
}

void shard_sweep_name(const char *config_text, uint64_t seed,
		      const char *version, const char *cflags, unsigned count,
		      char name[SHARD_SWEEP])
{
	uint64_t h = FNV_OFFSET;
	char numbers[64];

	snprintf(numbers, sizeof(numbers), "%" PRIu64 " %u", seed, count);
	h = fnv_text(fnv_text(h, config_text), numbers);
	h = fnv_text(fnv_text(h, version), cflags);
	snprintf(name, SHARD_SWEEP, "%016" PRIx64, h);
}

int shard_check_name(const char *name, struct err *e)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t n = strspn(name, allowed);

	if (n && n < SHARD_SWEEP && !name[n])
		return 0;
	err_set(e, -EINVAL, "--sweep '%.80s': not a name", name);
	return err_remedy(e, "use 1 to %d letters, digits, '.', '_' and '-'",
			  SHARD_SWEEP - 1);
}
