/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what the user names to shared objects. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trial/sides.h"

/* All engine-N.so of @folder, from 0 on, and what makes more; whether there are
 * any. */
static bool take_folder(struct gate_sides *s, const char *folder)
{
	if (snprintf(s->link, sizeof(s->link), "%s/link", folder) >=
		    (int)sizeof(s->link) ||
	    access(s->link, X_OK))
		*s->link = '\0';
	if (snprintf(s->race, sizeof(s->race), "%s/race.so", folder) >=
		    (int)sizeof(s->race) ||
	    access(s->race, R_OK))
		*s->race = '\0';
	for (s->n = 0; s->n < GATE_ORDERS_MAX; s->n++) {
		char *path = s->path[s->n];

		if (snprintf(path, sizeof(s->path[0]), "%s/engine-%u.so",
			     folder, s->n) >= (int)sizeof(s->path[0]) ||
		    access(path, R_OK))
			break;
	}
	return s->n > 0;
}

static bool take_below(struct gate_sides *s, const char *folder)
{
	char below[512];

	if (take_folder(s, folder))
		return true;
	snprintf(below, sizeof(below), "%s/sides", folder);
	return take_folder(s, below);
}

/* A path that exists. */
static int take_path(struct gate_sides *s, const char *path,
		     const struct stat *st, struct err *e)
{
	char folder[512];
	size_t n = strlen(path);

	if (S_ISDIR(st->st_mode)) {
		if (take_below(s, path))
			return 0;
	} else if (n > 3 && !strcmp(path + n - 3, ".so")) {
		snprintf(s->path[0], sizeof(s->path[0]), "%s", path);
		s->n = 1;
		return 0;
	} else {
		snprintf(folder, sizeof(folder), "%s", path);
		if (take_below(s, dirname(folder)))
			return 0;
	}
	err_set(e, -ENOENT, "%s: no engine-0.so there, nor in sides/", path);
	return err_remedy(e, "build them: make sides");
}

/* The source tree's script that builds, or false. */
static bool find_script(char *script, size_t size)
{
	const char *const argv[] = {"git", "rev-parse", "--show-toplevel",
				    NULL};
	/* Outside a repository git says so, which is no matter here. */
	const struct child_options quietly = {.quiet = true};
	struct err ignored = {0};
	int status = 1;
	char *out;
	bool found;

	found = !child_run(argv, &quietly, &out, &status, &ignored) && !status;
	if (found) {
		out[strcspn(out, "\n")] = '\0';
		snprintf(script, size, "%s/scripts/side-of.sh", out);
		found = !access(script, X_OK);
	}
	free(out);
	return found;
}

/* "COMMIT FOLDER\n" */
static bool take_answer(struct gate_sides *s, char *answer)
{
	char *folder = strchr(answer, ' ');

	if (!folder)
		return false;
	*folder++ = '\0';
	folder[strcspn(folder, "\n")] = '\0';
	snprintf(s->commit, sizeof(s->commit), "%s", answer);
	return take_folder(s, folder);
}

bool gate_sides_own(struct gate_sides *s)
{
	char self[512], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 32);

	*s = (struct gate_sides){.name = "this program"};
	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	strcpy(slash + 1, "sides");
	if (take_folder(s, self))
		return true;
	strcpy(slash + 1, "../lib/vtdbench");
	return take_folder(s, self);
}

static int take_revision(struct gate_sides *s, const char *ref, struct err *e)
{
	char script[512];
	const char *argv[] = {script, ref, NULL};
	char *out = NULL;
	int status, rc;

	if (!find_script(script, sizeof(script))) {
		if (!ref && gate_sides_own(s)) {
			return 0;
		}
		err_set(e, -ENOENT,
			"%s: no such file, and not in a source "
			"tree of vtdbench",
			ref ? ref : "working tree");
		return err_remedy(e, "name a folder that `make sides` filled, "
				     "or go to the source tree");
	}
	rc = child_run(argv, NULL, &out, &status, e);
	if (!rc && status == 2)
		rc = err_set(e, -ENOENT, "%s: no such file or revision", ref);
	else if (!rc && (status || !take_answer(s, out)))
		rc = err_set(e, -ENOTSUP,
			     "%s: the engine of it cannot be built",
			     ref ? ref : "working tree");
	free(out);
	return rc;
}

bool gate_sides_link(const struct gate_sides *s, unsigned number,
		     const char *path, const volatile sig_atomic_t *stop)
{
	const struct child_options child = {.quiet = true, .stop = stop};
	char order[16];
	const char *argv[] = {s->link, order, path, NULL};
	struct err ignored = {0};
	int status = 1;
	char *out;
	bool linked;

	if (!*s->link)
		return false;
	snprintf(order, sizeof(order), "%u", number);
	linked = !child_run(argv, &child, &out, &status, &ignored) && !status;
	free(out);
	return linked;
}

int gate_sides_find(struct gate_sides *s, const char *what, struct err *e)
{
	struct stat st;

	*s = (struct gate_sides){0};
	snprintf(s->name, sizeof(s->name), "%s", what ? what : "working tree");
	return what && !stat(what, &st) ? take_path(s, what, &st, e)
					: take_revision(s, what, e);
}
