/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a config, as far as the plan on a synthetic machine. */
#include <stdlib.h>

#include "plan/config.h"
#include "plan/product.h"
#include "../topology/topo.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct topo *topo;
	static struct config_errors errs;
	struct config config;
	struct plan plan = {0};
	struct err e = {0};
	char why[160];

	if (!topo &&
	    topo_load(&topo, "synthetic:node:2 core:2 pu:1", why, sizeof(why)))
		abort();
	errs.n = 0;
	if (config_parse(&config, "fuzz.yaml", (const char *)data, size, NULL,
			 0, &errs)) {
		/* an error without a word is a bug */
		for (size_t i = 0; i < errs.n; i++)
			if (!errs.e[i].what[0])
				abort();
		if (!errs.n)
			abort();
		return 0;
	}
	/* plans of millions of trials are legal and slow */
	if (config.run.repetitions < 8) {
		if (plan_make(&config, topo, &plan, &e) && !e.what[0])
			abort();
		plan_release(&plan);
	}
	config_release(&config);
	return 0;
}
