/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a run, as docs/formats.md lays it down. */
#include <errno.h>

#include "envinfo.h"
#include "runner.h"

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
