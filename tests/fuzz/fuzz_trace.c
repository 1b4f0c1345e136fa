/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a trace (text before the first NUL byte) and its side file of
 * domain labels (after it), read both ways, paired and planned.
 */
#include <stdlib.h>
#include <string.h>

#include "trace/replay_plan.h"
#include "trace/ftrace.h"
#include "fuzz.h"

static void plan(const struct trace *t)
{
	const struct replay_plan_options o = {.nthreads = 3,
					      .max_leaf_level = 2};
	struct err e = {0};
	struct replay_plan *p = replay_plan_new(t, &o, &e);

	if (!p && !e.what[0])
		abort();
	replay_plan_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	size_t n = strnlen(text, size);

	for (int keep_going = 0; keep_going < 2; keep_going++) {
		struct trace_options o = {.keep_going = keep_going};
		struct trace_pairs pairs = {0};
		struct err e = {0};
		struct trace t;

		if (trace_from_memory(&t, "fuzz", text, n, &o, &e)) {
			if (!e.what[0])
				abort();
			continue;
		}
		if (n == size ||
		    !trace_label_from_memory(&t, "labels", text + n + 1,
					     size - n - 1, &e)) {
			trace_pair(&t, t.n, &pairs, &e);
			plan(&t);
		}
		trace_release(&t);
	}
	return 0;
}
