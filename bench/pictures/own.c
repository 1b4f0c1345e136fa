/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scripts in a user's folder, and what their first lines say. */
#include "pictures/own.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/* scandir() has no argument of its own. */
static int is_script(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 3 && *d->d_name != '.' &&
	       !strcmp(d->d_name + n - 3, ".gp") &&
	       strcmp(d->d_name, "common.gp");
}

/* "NAME.gp": the name; false: it can be none of a plot. */
static bool name_of(const char *file, char name[OWN_NAME])
{
	size_t n = strlen(file) - 3;

	snprintf(name, OWN_NAME, "%.*s", (int)n, file);
	return n < OWN_NAME &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

/* What stands behind @key in @text; NULL: another line. */
static const char *value_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	return strncmp(text, key, n) ? NULL
				     : text + n + strspn(text + n, " \t");
}

/* The comments before the first command. @table: "" if they name none. */
static void read_head(FILE *in, struct own_plot *p, char table[OWN_NAME])
{
	char line[PLOT_TEXT];

	*table = '\0';
	while (fgets(line, sizeof(line), in) &&
	       (*line == '#' || *line == '\n')) {
		const char *text = line + strspn(line, "# \t"), *value;

		line[strcspn(line, "\r\n")] = '\0';
		value = value_of(text, "table:");
		if (value)
			snprintf(table, OWN_NAME, "%.*s",
				 (int)strcspn(value, " \t"), value);
		else if (*text && !*p->help && !value_of(text, "SPDX"))
			snprintf(p->help, sizeof(p->help), "%s", text);
	}
}

static const struct plot *find_table(const char *name)
{
	return strcmp(name, plot_values.name) ? plot_find(name) : &plot_values;
}

/* What @file of @folder is; 0, or -errno with *e. */
static int look(struct own_plot *p, const char *folder, const char *file,
		struct err *e)
{
	char path[4096], table[OWN_NAME];
	FILE *in;

	snprintf(path, sizeof(path), "%.3800s/%.255s", folder, file);
	in = fopen(path, "re");
	if (!in)
		return err_set(e, -errno, "cannot read %.400s: %s", path,
			       strerror(errno));
	read_head(in, p, table);
	fclose(in);
	p->table = find_table(*table ? table : p->name);
	if (!p->table && !*table)
		p->table = &plot_values;
	if (!p->table) {
		err_set(e, -EINVAL, "%.300s: no table '%s'", path, table);
		return err_remedy(e, "there is `values`, and each plot has one "
				     "of its name: vtdbench list plots");
	}
	if (!*p->help)
		snprintf(p->help, sizeof(p->help), "table %s, drawn by %.180s",
			 p->table->name, path);
	return 0;
}

int own_plots_read(struct own_plots *o, const char *folder, struct err *e)
{
	struct dirent **file;
	int n, rc = 0;

	*o = (struct own_plots){0};
	if (!folder || !*folder)
		return 0;
	n = scandir(folder, &file, is_script, alphasort);
	if (n < 0) {
		err_set(e, -errno, "cannot read the scripts in %.300s: %s",
			folder, strerror(errno));
		return err_remedy(e, "--scripts and " OWN_PLOTS_TWIN
				     " name a folder of NAME.gp");
	}
	for (int i = 0; i < n; i++) {
		struct own_plot p = {.help = ""};

		if (!name_of(file[i]->d_name, p.name))
			err_warn("%s/%s is no plot: a name is of a-z, 0-9, _ "
				 "and -",
				 folder, file[i]->d_name);
		else if (!rc)
			rc = look(&p, folder, file[i]->d_name, e);
		if (p.table) {
			o->plot = must_grow(o->plot, o->n, sizeof(*o->plot));
			o->plot[o->n++] = p;
		}
		free(file[i]);
	}
	free(file);
	return rc;
}

const struct own_plot *own_plots_find(const struct own_plots *o,
				      const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->plot[i].name, name))
			return &o->plot[i];
	return NULL;
}

void own_plots_release(struct own_plots *o)
{
	free(o->plot);
	*o = (struct own_plots){0};
}
