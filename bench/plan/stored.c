/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the stored config of a run says, whatever of it is refused today. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "plan/scope.h"

size_t config_sweep_names(const char *text, char (**names)[PARAMS_NAME])
{
	struct config_errors errs = {.n = 0};
	struct reader r = {.path = "",
			   .origin = CONFIG_FILE,
			   .errs = &errs,
			   .stored = true};
	size_t n = 0;

	*names = NULL;
	if (text && !scope_init(&r.top) &&
	    config_yaml_read(&r, text, strlen(text)) != -ENOMEM)
		*names = calloc(r.nsweeps + 1, sizeof(**names));
	for (size_t i = 0; i < r.nsweeps; i++) {
		if (*names)
			memcpy((*names)[n++], r.sweeps[i].name, PARAMS_NAME);
		scope_release(&r.sweeps[i]);
	}
	free(r.sweeps);
	question_release(&r.question);
	scope_release(&r.top);
	return n;
}

int scope_of_then(struct scope *s, struct reader *r,
		  const struct config_over *over)
{
	const struct option_row *row;
	int ret = 0;

	r->origin = CONFIG_DEFAULT;
	for (size_t i = 0; (row = option_at(i)) && ret != -ENOMEM; i++) {
		const char *text = row->before;
		size_t n = strlen(row->key);

		if (!text)
			continue;
		for (size_t k = 0; k < over->ndefaults; k++)
			if (!strncmp(over->defaults[k], row->key, n) &&
			    over->defaults[k][n] == '=')
				text = over->defaults[k] + n + 1;
		ret = scope_add(s, r, i, text, 0, 0);
	}
	return ret;
}

/* Before each KEY=VALUE that was laid over the config, behind its text. */
static const char laid_over[] = "\n#! set ";

static void take_key(const char *key, const char *value, struct params_run *run)
{
	const struct option_row *row = option_find(key);

	if (row && row->scope == OPTION_RUN)
		option_parse(row, value, run, NULL);
}

void config_run_keys(const char *text, struct params_run *run)
{
	struct config_errors errs = {.n = 0};
	struct reader r = {.path = "",
			   .origin = CONFIG_FILE,
			   .errs = &errs,
			   .stored = true};

	option_defaults(run, NULL);
	/* What an old config has that is unknown today does not matter. */
	if (text && (scope_init(&r.top) == -ENOMEM ||
		     config_yaml_read(&r, text, strlen(text)) == -ENOMEM))
		must_fail();
	for (size_t i = 0; r.top.axes && i < scope_rows(); i++)
		if (r.top.axes[i].n)
			take_key(option_at(i)->key,
				 r.top.axes[i].values[0].text, run);
	for (const char *at = text ? strstr(text, laid_over) : NULL; at;
	     at = strstr(at + 1, laid_over)) {
		char line[PARAMS_PATH + 64], *value;

		snprintf(line, sizeof(line), "%.*s",
			 (int)strcspn(at + sizeof(laid_over) - 1, "\n"),
			 at + sizeof(laid_over) - 1);
		value = strchr(line, '=');
		if (value)
			*value++ = '\0', take_key(line, value, run);
	}
	for (size_t i = 0; i < r.nsweeps; i++)
		scope_release(&r.sweeps[i]);
	free(r.sweeps);
	question_release(&r.question);
	scope_release(&r.top);
}
