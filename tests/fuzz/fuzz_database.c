/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a results file, opened both ways, every run of it read and
 * exported in every form, and merged. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "outputs/registry.h"
#include "store/merge.h"
#include "fuzz.h"

struct reading {
	struct store *store;
	FILE *null;
};

static int read_run(void *arg, const struct store_run *run)
{
	struct reading *r = arg;
	struct err e = {0};

	struct store_trials trials;
	struct output_input in = {run, &trials, "walk_single",
				  &margins_default};

	if (store_trials_load(r->store, run->id, STORE_HISTS, &trials, &e)) {
		if (!e.what[0])
			abort();
		return 0;
	}
	for (const struct output *o = outputs; o->name; o++) {
		e = (struct err){0};
		if (o->write(&in, r->null, &e) && !e.what[0])
			abort();
	}
	store_trials_release(&trials);
	return 0;
}

static void temporary(char *path, const uint8_t *data, size_t size)
{
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* Into an empty results file, twice: the second time all is there. */
static void merge(struct store *in)
{
	char path[] = "/tmp/vtdbench-fuzz-out-XXXXXX";
	const struct store_merge_rules rules = {.partial = true};
	struct err e = {0};
	struct store_merge m;
	struct store *out;

	temporary(path, NULL, 0);
	if (store_open(&out, path, &e))
		abort();
	for (int i = 0; i < 2; i++) {
		if (store_merge_begin(&m, out, &rules, &e))
			abort();
		if (!store_merge_add(&m, in, &e)) {
			if (store_merge_commit(&m, &e))
				abort();
			/* Whoever merges twice merges nothing. */
			for (size_t k = 0; i && k < m.nmerged; k++)
				if (m.merged[k].added)
					abort();
		} else {
			if (!e.what[0])
				abort();
			store_merge_rollback(&m);
		}
		store_merge_release(&m);
	}
	store_close(out);
	unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading r = {NULL, NULL};
	struct err e = {0};
	char path[] = "/tmp/vtdbench-fuzz-XXXXXX";

	temporary(path, data, size);
	r.null = fopen("/dev/null", "w");
	if (!r.null)
		abort();
	if (!store_open_readonly(&r.store, path, &e)) {
		store_runs_each(r.store, read_run, &r, &e);
		merge(r.store);
		store_close(r.store);
	} else if (!e.what[0]) {
		abort();
	}
	e = (struct err){0};
	if (!store_open(&r.store, path, &e))
		store_close(r.store);
	else if (!e.what[0])
		abort();
	fclose(r.null);
	unlink(path);
	return 0;
}
