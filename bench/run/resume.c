/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the run that --resume completes, and making its plan again. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "run/loop.h"
#include "base/version.h"

/* Cuts the "#! …" lines, which runner_config_text() laid down, off the end of
 * @text; what points into it is in *@lines, which the caller frees. */
static int split(char *text, const char ***lines, struct config_over *over,
		 const char **filter)
{
	char *at = strncmp(text, "#! ", 3) ? strstr(text, "\n#! ") : text;
	const char **sets, **defaults;
	size_t n = 1;

	if (!at)
		return 0;
	if (at != text)
		*at++ = '\0';
	for (char *c = at; *c; c++)
		n += *c == '\n';
	*lines = calloc(2 * n, sizeof(**lines));
	if (!*lines)
		return -ENOMEM;
	over->sets = sets = *lines;
	over->defaults = defaults = *lines + n;
	for (char *line = strtok(at, "\n"); line; line = strtok(NULL, "\n")) {
		if (!strncmp(line, "#! set ", 7))
			sets[over->nsets++] = line + 7;
		else if (!strncmp(line, "#! default ", 11))
			defaults[over->ndefaults++] = line + 11;
		else if (!strncmp(line, "#! filter ", 10))
			*filter = line + 10;
	}
	return 0;
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* The figures of one run come from one program on one machine. */
int runner_same_circumstances(const struct store_run *run, struct err *e)
{
	struct utsname uts = {0};
	char host[128] = "";
	const char *what = NULL, *was = NULL, *is = NULL;

	uname(&uts);
	gethostname(host, sizeof(host) - 1);
	if (!same(run->version, VTDBENCH_VERSION))
		what = "version", was = run->version, is = VTDBENCH_VERSION;
	else if (!same(run->cflags, VTDBENCH_CFLAGS))
		what = "compiler flags", was = run->cflags,
		is = VTDBENCH_CFLAGS;
	else if (!same(run->host, host))
		what = "host", was = run->host, is = host;
	else if (!same(run->kernel, uts.release))
		what = "kernel", was = run->kernel, is = uts.release;
	if (!what)
		return 0;
	err_set(e, -EINVAL,
		"run %" PRId64 " was started with another %s: "
		"%.150s; this is %.150s",
		run->id, what, was ? was : "unknown", is);
	return err_remedy(e, "start a new run, or mix them with --force");
}

static int check_status(const struct store_run *run, struct err *e)
{
	if (!same(run->status, "done"))
		return 0;
	err_set(e, -EINVAL, "run %" PRId64 " (%s) is complete", run->id,
		run->name);
	return err_remedy(e, "start a new run, or name another: --resume=RUN");
}

/* With a config given, it has to be the stored one. */
static int check_config(struct runner *r, const struct store_run *run,
			struct config_errors *errs, struct err *e)
{
	const struct runner_options *o = &r->options;
	struct config c;
	char *text;
	int ret;

	if (!o->config || o->force)
		return 0;
	ret = config_load(&c, o->config, o->sets, o->nsets, errs);
	if (ret)
		return ret;
	text = runner_config_text(&c, o);
	config_release(&c);
	if (!text)
		return err_set(e, -ENOMEM, "no memory for the config");
	ret = same(text, run->config_text)
		      ? 0
		      : err_set(e, -EINVAL,
				"%s (with --set, --filter and environment) is "
				"not the config that run %" PRId64
				" was started with",
				o->config, run->id);
	free(text);
	return ret ? err_remedy(e, "start a new run, or leave the config out "
				   "to go on with the stored one")
		   : 0;
}

static int parse_stored(struct runner *r, const struct store_run *run,
			struct config_errors *errs, struct err *e)
{
	const char *path = run->config_path && run->config_path[0]
				   ? run->config_path
				   : "stored config";
	struct config_over over = {.stored = true};
	const char *filter = NULL, **lines = NULL;
	char *text;
	int ret;

	r->text = strdup(run->config_text ? run->config_text : "");
	text = strdup(r->text ? r->text : "");
	if (!r->text || !text || split(text, &lines, &over, &filter))
		ret = err_set(e, -ENOMEM, "no memory for the config");
	else
		ret = config_parse_over(&r->config, path, text, strlen(text),
					&over, errs);
	r->has_config = !ret;
	if (!ret && filter) {
		r->filter = strdup(filter);
		r->options.filter = r->filter;
	}
	free(lines);
	free(text);
	return ret;
}

/* A run that is a shard goes on as that shard. */
static int read_shard(struct runner *r, struct store *s,
		      const struct store_run *run, struct err *e)
{
	struct store_shards shards;
	int ret = store_shards_load(s, run->id, &shards, e);

	if (ret)
		return ret;
	if (store_run_merged(run, &shards)) {
		err_set(e, -EINVAL,
			"run %" PRId64 " (%s) is merged from shards", run->id,
			run->name);
		err_remedy(e, "resume the shard where it was begun, and merge "
			      "again");
		ret = -EINVAL;
	} else if (shards.n) {
		r->shard = (struct shard){shards.shard->number,
					  shards.shard->count};
		snprintf(r->sweep_id, sizeof(r->sweep_id), "%s",
			 shards.shard->sweep_id);
		snprintf(r->digest, sizeof(r->digest), "%s",
			 shards.shard->plan);
	}
	store_shards_release(&shards);
	return ret;
}

int runner_resume(struct runner *r, struct config_errors *errs, struct err *e)
{
	const char *path = r->options.results;
	struct store_run run = {0};
	struct store *s;
	int64_t id;
	int ret;

	ret = store_open_readonly(&s, path, e);
	if (ret)
		return ret;
	ret = store_run_find(s, r->options.resume, &id, e);
	if (!ret)
		ret = store_run_read(s, id, &run, e);
	if (!ret)
		ret = read_shard(r, s, &run, e);
	store_close(s);
	if (ret)
		return ret;
	ret = check_status(&run, e);
	if (!ret && !r->options.force)
		ret = runner_same_circumstances(&run, e);
	if (!ret)
		ret = check_config(r, &run, errs, e);
	if (!ret)
		ret = parse_stored(r, &run, errs, e);
	if (!ret) {
		r->run = id;
		snprintf(r->config.run.results, sizeof(r->config.run.results),
			 "%s", path);
	}
	store_run_release(&run);
	return ret;
}
