/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a run, as docs/formats.md lays it down. */
#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "machine/envinfo.h"
#include "store/machine_class.h"
#include "run/loop.h"

static char *text_of(json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));

	json_decref(o);
	return text;
}

int runner_machine(const struct topo *t, char **machine, char **noise)
{
	json_t *env = envinfo_json();

	*machine = NULL;
	*noise = NULL;
	if (!env)
		return -ENOMEM;
	*machine = text_of(envinfo_machine(env, t));
	*noise = text_of(envinfo_noise(env));
	json_decref(env);
	return *machine && *noise ? 0 : -ENOMEM;
}

int runner_machine_class(struct machine_class *c)
{
	struct utsname uts = {0};
	char *machine, *noise;
	struct store_run run;
	struct topo *topo;
	char why[256];
	int rc = topo_load(&topo, "live", why, sizeof(why));

	/* Without a topology the class lacks what only that tells. */
	rc = runner_machine(rc ? NULL : topo, &machine, &noise);
	topo_free(topo);
	uname(&uts);
	run = (struct store_run){.machine = machine,
				 .noise = noise,
				 .kernel = uts.release,
				 .compiler = RUNNER_COMPILER};
	if (!rc)
		machine_class_of(c, &run);
	free(machine);
	free(noise);
	return rc;
}
