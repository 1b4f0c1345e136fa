/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's configuration: file, environment and --set laid over each other. */
#include "plan/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/scope.h"
#include "base/yaml_doc.h"
#include "base/datadir.h"

/* The scopes of one load, strongest last. */
struct layers {
	struct reader reader;
	struct scope environment, set;
	struct scope was; /* of a stored config: defaults of its time */
};

/* @text split at commas if the row is an axis. */
static int add_texts(struct scope *s, struct reader *r, size_t index,
		     const char *text)
{
	bool axis = option_at(index)->flags & OPTION_AXIS;
	char *copy = strdup(text), *rest = copy, *item;
	int ret = copy ? 0 : -ENOMEM;

	if (!axis)
		ret = ret ? ret : scope_add(s, r, index, text, 0, 0);
	else
		while (copy && ret != -ENOMEM && (item = strsep(&rest, ",")))
			ret = scope_add(s, r, index, item, 0, 0);
	free(copy);
	return ret ? ret : scope_no_twins(s, r, index);
}

static int read_environment(struct layers *l)
{
	struct reader *r = &l->reader;
	const struct option_row *row;
	int ret = 0;

	r->origin = CONFIG_ENVIRONMENT;
	for (size_t i = 0; (row = option_at(i)) && ret != -ENOMEM; i++) {
		char name[64];
		const char *text;

		option_environment(row, name, sizeof(name));
		text = getenv(name);
		if (text && text[0])
			ret = add_texts(&l->environment, r, i, text);
	}
	return ret;
}

/* A variable that is nearly the twin of a key is a mistake worth a word. */
static void warn_of_environment(void)
{
	for (char **v = environ; *v; v++) {
		const char *name = *v, *near;
		size_t n = strcspn(name, "=");
		char key[64], twin[64];

		if (strncmp(name, "VTDBENCH_", 9) || n - 9 >= sizeof(key))
			continue;
		for (size_t i = 9; i <= n; i++)
			key[i - 9] = (char)(i == n ? '\0'
					    : name[i] >= 'A' && name[i] <= 'Z'
						    ? name[i] + 32
						    : name[i]);
		near = option_nearest(key, -1);
		if (!near)
			continue;
		option_environment(option_find(near), twin, sizeof(twin));
		if (strncmp(twin, name, n) || twin[n])
			err_warn("%.*s in the environment is not used; did "
				 "you mean %s?",
				 (int)n, name, twin);
	}
}

static int read_set(struct layers *l, const char *set)
{
	struct reader *r = &l->reader;
	const char *equals = strchr(set, '=');
	char key[64], where[160];
	const char *near;
	int index;

	snprintf(where, sizeof(where), "--set %.100s", set);
	if (!equals) {
		reader_error(r, where, "no '='; write it as KEY=VALUE");
		return -EINVAL;
	}
	snprintf(key, sizeof(key), "%.*s", (int)(equals - set), set);
	index = scope_index(key);
	if (index < 0) {
		reader_error(r, where, "unknown key '%s'", key);
		near = option_nearest(key, -1);
		if (near)
			reader_remedy(r, "did you mean '%s'?", near);
		else
			reader_remedy(r,
				      "vtdbench list options shows all keys");
		return -EINVAL;
	}
	/* The last one given counts. */
	for (size_t i = 0; i < l->set.axes[index].n; i++)
		free(l->set.axes[index].values[i].text);
	l->set.axes[index].n = 0;
	return add_texts(&l->set, r, (size_t)index, equals + 1);
}

static int read_sets(struct layers *l, const char *const *sets, size_t n)
{
	int ret = 0;

	l->reader.origin = CONFIG_SET;
	for (size_t i = 0; i < n && ret != -ENOMEM; i++)
		ret = read_set(l, sets[i]);
	return ret;
}

static int copy_axis(struct config_axis *to, const struct config_axis *from)
{
	to->row = from->row;
	to->values = calloc(from->n, sizeof(*to->values));
	if (!to->values)
		return -ENOMEM;
	for (; to->n < from->n; to->n++) {
		to->values[to->n] = from->values[to->n];
		to->values[to->n].text = strdup(from->values[to->n].text);
		if (!to->values[to->n].text)
			return -ENOMEM;
	}
	return 0;
}

static int default_axis(struct layers *l, size_t index,
			struct config_axis *axis)
{
	struct scope s;
	int ret = scope_init(&s);

	l->reader.origin = CONFIG_DEFAULT;
	if (!ret)
		ret = scope_add(&s, &l->reader, index,
				option_at(index)->initial, 0, 0);
	if (!ret)
		ret = copy_axis(axis, &s.axes[index]);
	scope_release(&s);
	return ret;
}

/* What row @index is in @sweep (NULL: at the top level). */
static int resolve(struct layers *l, const struct scope *sweep, size_t index,
		   struct config_axis *axis)
{
	const struct scope *order[] = {&l->set, &l->environment, sweep,
				       &l->reader.top, &l->was};

	for (size_t i = 0; i < 5; i++)
		if (order[i] && order[i]->axes[index].n)
			return copy_axis(axis, &order[i]->axes[index]);
	return default_axis(l, index, axis);
}

static void release_axis(struct config_axis *axis)
{
	for (size_t i = 0; i < axis->n; i++)
		free(axis->values[i].text);
	free(axis->values);
	*axis = (struct config_axis){0};
}

static int build_run(struct config *c, struct layers *l)
{
	const struct option_row *row;
	int ret = 0;

	option_defaults(&c->run, NULL);
	for (size_t i = 0; !ret && (row = option_at(i)); i++) {
		struct config_axis axis = {0};

		if (row->scope != OPTION_RUN)
			continue;
		ret = resolve(l, NULL, i, &axis);
		if (!ret)
			ret = option_parse(row, axis.values[0].text, &c->run,
					   NULL);
		release_axis(&axis);
	}
	return ret;
}

static int build_sweep(struct config_sweep *out, struct layers *l,
		       const struct scope *sweep)
{
	const struct option_row *row;
	int ret = 0;

	out->axes = calloc(scope_rows(), sizeof(*out->axes));
	if (!out->axes)
		return -ENOMEM;
	for (size_t i = 0; !ret && (row = option_at(i)); i++)
		if (row->scope == OPTION_TRIAL)
			ret = resolve(l, sweep, i, &out->axes[out->naxes++]);
	return ret;
}

/* Only after all layers were read without an error. */
static int build(struct config *c, struct layers *l)
{
	size_t n = l->reader.nsweeps ? l->reader.nsweeps : 1;
	int ret = build_run(c, l);

	if (ret)
		return ret;
	c->sweeps = calloc(n, sizeof(*c->sweeps));
	if (!c->sweeps)
		return -ENOMEM;
	for (; c->nsweeps < n && !ret; c->nsweeps++) {
		struct config_sweep *out = &c->sweeps[c->nsweeps];
		const struct scope *in = l->reader.nsweeps
						 ? &l->reader.sweeps[c->nsweeps]
						 : NULL;

		snprintf(out->name, sizeof(out->name), "%s",
			 in ? in->name : c->run.name);
		ret = build_sweep(out, l, in);
	}
	return ret;
}

static int out_of_memory(struct config_errors *errs)
{
	errs->n = 0;
	return err_set(&errs->e[errs->n++], -ENOMEM, "out of memory");
}

int config_parse_over(struct config *c, const char *path, const char *text,
		      size_t length, const struct config_over *over,
		      struct config_errors *errs)
{
	struct layers l = {.reader = {.path = path ? path : "no file",
				      .origin = CONFIG_FILE,
				      .errs = errs}};
	int ret;

	*c = (struct config){0};
	errs->n = 0;
	snprintf(c->path, sizeof(c->path), "%s", path ? path : "");
	c->text = strndup(text, length);
	ret = c->text ? scope_init(&l.reader.top) : -ENOMEM;
	if (!ret)
		ret = scope_init(&l.environment);
	if (!ret)
		ret = scope_init(&l.set);
	if (!ret)
		ret = scope_init(&l.was);
	if (!ret && path)
		ret = config_yaml_read(&l.reader, text, length);
	if (ret != -ENOMEM && path)
		question_check(&l.reader);
	question_release(&l.reader.question);
	if (ret != -ENOMEM)
		ret = read_environment(&l);
	if (ret != -ENOMEM)
		ret = read_sets(&l, over->sets, over->nsets);
	if (ret != -ENOMEM && over->stored)
		ret = scope_of_then(&l.was, &l.reader, over);
	if (ret != -ENOMEM)
		ret = errs->n ? -EINVAL : build(c, &l);
	for (size_t i = 0; i < l.reader.nsweeps; i++)
		scope_release(&l.reader.sweeps[i]);
	free(l.reader.sweeps);
	scope_release(&l.reader.top);
	scope_release(&l.environment);
	scope_release(&l.set);
	scope_release(&l.was);
	if (ret)
		config_release(c);
	return ret == -ENOMEM ? out_of_memory(errs) : ret;
}

int config_parse(struct config *c, const char *path, const char *text,
		 size_t length, const char *const *sets, size_t nsets,
		 struct config_errors *errs)
{
	const struct config_over over = {.sets = sets, .nsets = nsets};

	return config_parse_over(c, path, text, length, &over, errs);
}

/* Of the configs that come with vtdbench the one that @path may mean: "quick",
 * "q5.yaml", "configs/questions/q5.yaml". */
static bool find_ours(const char *path, datadir_path found)
{
	static const char *const folders[] = {"configs", "configs/questions"};
	datadir_path below;
	const char *name = strstr(path, "configs/");

	name = name ? name + strlen("configs/") : path;
	for (unsigned i = 0; i < 4 && !strstr(name, ".."); i++) {
		const char *ends = i / 2 ? ".yaml" : "";

		if (snprintf(below, sizeof(below), "%s/%s%s", folders[i % 2],
			     name, ends) < PATH_MAX &&
		    strstr(below, ".yaml") && datadir_find(below, found))
			return true;
	}
	return false;
}

/* The remedy where @path is not there. */
static void name_ours(const char *path, struct err *e)
{
	datadir_path found;

	if (find_ours(path, found))
		err_remedy(e, "vtdbench's own is %s", found);
	else if (datadir_find("configs", found))
		err_remedy(e, "configs that come with vtdbench are in %s",
			   found);
	else
		err_remedy(e, "VTDBENCH_DATADIR names the folder that holds "
			      "vtdbench's configs/");
}

int config_load(struct config *c, const char *path, const char *const *sets,
		size_t nsets, struct config_errors *errs)
{
	char *text = NULL;
	size_t length = 0;
	int ret = 0;

	*c = (struct config){0};
	errs->n = 0;
	warn_of_environment();
	if (path)
		ret = yaml_doc_file(path, &text, &length, &errs->e[0]);
	if (ret) {
		errs->n = 1;
		if (ret == -ENOENT)
			name_ours(path, &errs->e[0]);
		return ret;
	}
	ret = config_parse(c, path, text ? text : "", length, sets, nsets,
			   errs);
	free(text);
	return ret;
}

void config_release(struct config *c)
{
	for (size_t i = 0; i < c->nsweeps; i++) {
		for (size_t k = 0; k < c->sweeps[i].naxes; k++)
			release_axis(&c->sweeps[i].axes[k]);
		free(c->sweeps[i].axes);
	}
	free(c->sweeps);
	free(c->text);
	*c = (struct config){0};
}

void config_errors_print(const struct config_errors *errs)
{
	for (size_t i = 0; i < errs->n; i++)
		err_print(&errs->e[i]);
	if (errs->n == CONFIG_ERRORS_MAX)
		err_warn("there may be more errors than these %d",
			 CONFIG_ERRORS_MAX);
}

const struct config_axis *config_axis(const struct config_sweep *sweep,
				      const char *key)
{
	for (size_t i = 0; i < sweep->naxes; i++)
		if (!strcmp(sweep->axes[i].row->key, key))
			return &sweep->axes[i];
	abort();
}

void config_where(const struct config *c, const struct option_row *row,
		  const struct config_value *value, char *buf, size_t n)
{
	const struct reader r = {.path = c->path, .origin = value->origin};

	reader_where(&r, row, value->text, value->line, value->column, buf, n);
}
