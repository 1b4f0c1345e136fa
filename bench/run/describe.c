/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a run and its trials are described in the store. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/trial_name.h"
#include "run/loop.h"

char *runner_params_json(const struct params *p)
{
	json_t *o = json_object();
	const struct option_row *row;
	char *text;

	for (size_t i = 0; (row = option_at(i)); i++) {
		char value[PARAMS_PATH];

		if (row->scope != OPTION_TRIAL)
			continue;
		option_format(row, p, value, sizeof(value));
		json_object_set_new(o, row->key, json_string(value));
	}
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

char *runner_context_json(const struct runner_options *o)
{
	json_t *object = json_object();
	char *text;

	for (size_t i = 0; i < o->ncontext; i++) {
		const char *eq = strchr(o->context[i], '=');
		char key[128];

		if (!eq)
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)(eq - o->context[i]),
			 o->context[i]);
		json_object_set_new(object, key, json_string(eq + 1));
	}
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return text;
}

const char *runner_trial_name(const struct trial_plan *t, char *text,
			      size_t size)
{
	const struct store_trial as_stored = {.sweep = t->p.sweep,
					      .design = t->p.design,
					      .workload = t->p.workload,
					      .walkers = t->p.walkers,
					      .mappers = t->p.mappers,
					      .dumpers = t->p.dumpers,
					      .axes = t->axes,
					      .repetition = t->repetition};

	trial_name(&as_stored, text, size);
	return text;
}

/* Whether a sweep of @c goes by the default of @row, whose default was another
 * once: what resumes the run later has to know. */
static bool by_default(const struct config *c, const struct option_row *row)
{
	for (size_t i = 0; row->before && i < c->nsweeps; i++)
		if (config_axis(&c->sweeps[i], row->key)->values[0].origin ==
		    CONFIG_DEFAULT)
			return true;
	return false;
}

char *runner_config_text(const struct config *c, const struct runner_options *o)
{
	const struct option_row *row;
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs(c->text, f);
	if (size && c->text[strlen(c->text) - 1] != '\n')
		fputc('\n', f);
	for (size_t i = 0; (row = option_at(i)); i++) {
		char name[96];
		const char *value;

		option_environment(row, name, sizeof(name));
		value = getenv(name);
		if (value && strcmp(row->key, "results"))
			fprintf(f, "#! set %s=%s\n", row->key, value);
		if (by_default(c, row))
			fprintf(f, "#! default %s=%s\n", row->key,
				row->initial);
	}
	/* Where results go changes nothing, and the file may be moved. */
	for (size_t i = 0; i < o->nsets; i++)
		if (strncmp(o->sets[i], "results=", 8))
			fprintf(f, "#! set %s\n", o->sets[i]);
	if (o->filter)
		fprintf(f, "#! filter %s\n", o->filter);
	return fclose(f) ? (free(text), NULL) : text;
}
