/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kinds of walkers, by what is stored of a trial. */
#include "store/walkers.h"

#include <stdlib.h>
#include <string.h>

#include "trial/axes.h"
#include "workloads/registry.h"
#include "workloads/walker_kind.h"

unsigned trial_devices(const struct store_trial *t)
{
	const char *axes = t->axes;
	struct axis a;

	while (axes && axes_next(&axes, &a))
		if (!strcmp(a.key, "device_walkers"))
			return (unsigned)strtoul(a.value, NULL, 10);
	return 0;
}

unsigned trial_walker_kinds(const struct store_trial *t)
{
	const unsigned count[ROLE_NR] = {[ROLE_WALKER] = t->walkers,
					 [ROLE_MAPPER] = t->mappers,
					 [ROLE_DUMPER] = t->dumpers,
					 [ROLE_DEVICE] = trial_devices(t)};

	return walker_kinds(workload_find(t->workload), count);
}

const char *trial_walker_kinds_name(const struct store_trial *t)
{
	return walker_kinds_name(trial_walker_kinds(t));
}
