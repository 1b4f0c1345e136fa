/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the files of counter groups are looked for.
 */
#include "counters/group.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/must.h"

enum { PLACES = 4 + DATADIR_PLACES };
typedef char folder[PATH_MAX];

static void add(folder *to, size_t *n, const char *base, const char *below)
{
	if (*n < PLACES &&
	    snprintf(to[*n], sizeof(*to), "%s%s", base, below) < PATH_MAX)
		++*n;
}

/* Cuts the last component off; "." if there is no other. */
static void parent(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
	else
		strcpy(path, ".");
}

/* The folders in order; returns how many. */
static size_t places(folder *to, const char *config)
{
	datadir_path *data = must_calloc(DATADIR_PLACES, sizeof(*data));
	folder dir;
	bool named = false;
	size_t n = 0, ndata = datadir_places(data, &named);

	if (config && strlen(config) < sizeof(dir)) {
		strcpy(dir, config);
		parent(dir);
		add(to, &n, dir, "");
		add(to, &n, dir, "/counters");
		add(to, &n, dir, "/../counters");
	}
	if (named)
		add(to, &n, data[0], "/configs/counters");
	add(to, &n, "configs/counters", "");
	for (size_t i = named; i < ndata; i++)
		add(to, &n, data[i], "/configs/counters");
	free(data);
	return n;
}

/* The metric that two groups have, or NULL. */
static const struct counter_metric *common(const struct counter_group *a,
					   const struct counter_group *b)
{
	for (size_t i = 0; i < a->nmetrics; i++)
		for (size_t k = 0; k < b->nmetrics; k++)
			if (!strcmp(a->metrics[i].name, b->metrics[k].name))
				return &a->metrics[i];
	return NULL;
}

struct against {
	const struct counter_group *g;
	struct err *e;
};

/* A group of the same name takes the other's place; what cannot be read is
 * said when it is used. */
static int check_against(void *arg, const char *path)
{
	const struct against *a = arg;
	const struct counter_metric *m;
	struct counter_group *other;
	int rc = 0;

	if (counter_group_read(&other, path, NULL))
		return 0;
	m = strcmp(other->name, a->g->name) ? common(a->g, other) : NULL;
	if (m) {
		rc = err_set(a->e, -EINVAL,
			     "%.200s:%u:%u: metric '%s' is one of group '%s' "
			     "(%.150s)",
			     a->g->path, m->line, m->column, m->name,
			     other->name, path);
		err_remedy(a->e, "two figures of one name cannot be told "
				 "apart: choose another");
	}
	counter_group_free(other);
	return rc;
}

/* Takes @g away if a metric of it is another group's. */
static int check_unique(struct counter_group **g, const char *config,
			struct err *e)
{
	struct against a = {.g = *g, .e = e};
	int rc = counter_group_each(config, check_against, &a, NULL);

	if (rc == -ENOENT) /* no folder of groups: nobody to differ from */
		return 0;
	if (rc) {
		counter_group_free(*g);
		*g = NULL;
	}
	return rc;
}

/* The last of them that exists, for messages: where the program's own are. */
static const char *last_there(folder *where, size_t n)
{
	folder real;

	for (size_t i = n; i--;)
		if (!access(where[i], F_OK)) {
			if (realpath(where[i], real))
				strcpy(where[i], real);
			return where[i];
		}
	return where[n - 1];
}

int counter_group_find(struct counter_group **g, const char *name,
		       const char *config, struct err *e)
{
	folder *where;
	folder path;
	size_t n;
	int rc = -ENOENT;

	*g = NULL;
	if (!strcmp(name, "none"))
		return 0;
	if (strchr(name, '/')) {
		rc = counter_group_read(g, name, e);
		return rc ? rc : check_unique(g, config, e);
	}
	where = calloc(PLACES, sizeof(*where));
	if (!where)
		return err_set(e, -ENOMEM, "out of memory");
	n = places(where, config);
	for (size_t i = 0; i < n; i++) {
		if (snprintf(path, sizeof(path), "%s/%s.yaml", where[i],
			     name) >= PATH_MAX ||
		    access(path, F_OK))
			continue;
		rc = counter_group_read(g, path, e);
		if (!rc)
			rc = check_unique(g, config, e);
		goto out;
	}
	err_set(e, rc, "no counter group '%s' (%s.yaml) in %.200s or %.200s",
		name, name, where[0], last_there(where, n));
	err_remedy(e, "vtdbench counters lists the groups; 'none' counts none");
out:
	free(where);
	return rc;
}

static int is_yaml(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 5 &&
	       !strcmp(d->d_name + len - 5, ".yaml");
}

int counter_group_each(const char *config,
		       int (*each)(void *arg, const char *path), void *arg,
		       struct err *e)
{
	folder *where = calloc(PLACES, sizeof(*where));
	struct dirent **files;
	struct stat st;
	folder path;
	int n = -1, rc = 0;
	size_t i;

	if (!where)
		return err_set(e, -ENOMEM, "out of memory");
	i = places(where, config);
	/* Only folders of groups, not the config's own. */
	for (size_t k = 0; k < i && n < 0; k++) {
		const char *base = strrchr(where[k], '/');

		if (!base || strcmp(base, "/counters") || stat(where[k], &st) ||
		    !S_ISDIR(st.st_mode))
			continue;
		n = scandir(where[k], &files, is_yaml, alphasort);
		if (n < 0 && errno == ENOMEM)
			must_fail();
		for (int f = 0; f < n; f++) {
			if (!rc &&
			    snprintf(path, sizeof(path), "%s/%s", where[k],
				     files[f]->d_name) < PATH_MAX)
				rc = each(arg, path);
			free(files[f]);
		}
		if (n >= 0)
			free(files);
	}
	if (n < 0) {
		rc = err_set(e, -ENOENT, "no folder of counter groups in %s",
			     where[i - 1]);
		err_remedy(
			e,
			"set VTDBENCH_DATADIR to where vtdbench's configs/ is");
	}
	free(where);
	return rc;
}
