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

/* Calls for the parts after "SWEEP/DESIGN/WORKLOAD" of a trial's name. */
static void axes(const struct trial_plan *t, bool threads, const char *between,
		 char *text, size_t size)
{
	static const char *const counted[] = {
		"walkers:", "mappers:", "dumpers:"};
	const char *p = t->name;
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < 3 && p; i++) {
		p = strchr(p, '/');
		p = p ? p + 1 : NULL;
	}
	while (p && *p) {
		size_t n = strcspn(p, "/");
		bool skip = false;

		for (size_t i = 0; i < 3; i++)
			skip = skip ||
			       (!threads &&
				!strncmp(p, counted[i], strlen(counted[i])));
		if (!skip && used < size) {
			char *at = text + used;

			used += (size_t)snprintf(at, size - used, "%s%.*s",
						 used ? between : "", (int)n,
						 p);
			at = strchr(at, ':');
			if (at)
				*at = '=';
		}
		p += n + (p[n] == '/');
	}
}

void runner_axes(const struct trial_plan *t, char *text, size_t size)
{
	axes(t, false, " ", text, size);
}

const char *runner_trial_name(const struct trial_plan *t, char *text,
			      size_t size)
{
	char varied[PLAN_NAME];
	const struct store_trial as_stored = {.sweep = t->p.sweep,
					      .design = t->p.design,
					      .workload = t->p.workload,
					      .walkers = t->p.walkers,
					      .mappers = t->p.mappers,
					      .dumpers = t->p.dumpers,
					      .axes = varied,
					      .repetition = t->repetition};

	runner_axes(t, varied, sizeof(varied));
	trial_name(&as_stored, text, size);
	return text;
}

void runner_cell(const struct trial_plan *t, char *text, size_t size)
{
	char rest[PLAN_NAME];

	axes(t, true, "/", rest, sizeof(rest));
	snprintf(text, size, "%s/%s/%u+%u+%u%s%s", t->p.sweep, t->p.workload,
		 t->p.walkers, t->p.mappers, t->p.dumpers, rest[0] ? "/" : "",
		 rest);
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
	}
	/* Where results go changes nothing, and the file may be moved. */
	for (size_t i = 0; i < o->nsets; i++)
		if (strncmp(o->sets[i], "results=", 8))
			fprintf(f, "#! set %s\n", o->sets[i]);
	if (o->filter)
		fprintf(f, "#! filter %s\n", o->filter);
	return fclose(f) ? (free(text), NULL) : text;
}
