/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run: prepare, loop over the plan, the draws, the store. */
#include "base/match.h"
#include "run/loop.h"

#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../topology/numamem.h"
#include "../topology/place.h"
#include "machine/alone.h"
#include "machine/clock.h"
#include "base/version.h"

static int filter(struct runner *r, struct err *e)
{
	const char *pattern = r->options.filter;
	size_t kept = 0;
	char name[512];
	regex_t re;
	int ret;

	if (!pattern)
		return 0;
	ret = regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB);
	if (ret) {
		char why[128];

		regerror(ret, &re, why, sizeof(why));
		return err_set(e, -EINVAL, "--filter '%s': %s", pattern, why);
	}
	for (size_t i = 0; i < r->plan.ntrials; i++)
		if (match(&re, runner_trial_name(&r->plan.trials[i], name,
						 sizeof(name))))
			r->plan.trials[kept++] = r->plan.trials[i];
	regfree(&re);
	if (!kept) {
		err_set(e, -EINVAL,
			"--filter '%s' matches none of the %zu trials", pattern,
			r->plan.ntrials);
		return err_remedy(e, "names look like %s; --dry-run lists all",
				  runner_trial_name(&r->plan.trials[0], name,
						    sizeof(name)));
	}
	r->plan.estimated_ns =
		(uint64_t)((double)r->plan.estimated_ns * (double)kept /
			   (double)r->plan.ntrials);
	r->plan.ntrials = kept;
	return 0;
}

/* The group of trial @p; NULL: none. Read by load_groups(). */
struct counter_group *runner_group_of(const struct runner *r,
				      const struct params *p)
{
	for (size_t i = 0; i < r->ngroups; i++)
		if (!strcmp(r->group_names[i], p->counters.group))
			return r->groups[i];
	return NULL;
}

static int load_groups(struct runner *r, struct err *e)
{
	const char *config = r->config.path[0] ? r->config.path : NULL;

	for (size_t i = 0; i < r->plan.ntrials; i++) {
		const struct params *p = &r->plan.trials[i].p;
		const char *name = p->counters.group;
		int ret;

		if (!strcmp(name, "none") || runner_group_of(r, p))
			continue;
		if (r->ngroups == RUNNER_GROUPS)
			return err_set(e, -EINVAL,
				       "more than %d counter groups",
				       RUNNER_GROUPS);
		ret = counter_group_find(&r->groups[r->ngroups], name, config,
					 e);
		if (ret)
			return ret;
		r->group_names[r->ngroups++] = name;
	}
	return 0;
}

static int make_plan(struct runner *r, struct err *e)
{
	char why[512];
	int ret;

	ret = topo_load(&r->topo, r->config.run.topology, why, sizeof(why));
	if (ret)
		return err_set(e, ret, "topology %s: %s",
			       r->config.run.topology, why);
	ret = plan_make(&r->config, r->topo, &r->plan, e);
	if (!ret)
		ret = filter(r, e);
	if (!ret && r->shard.count)
		ret = runner_deal_out(r, e);
	return ret ? ret : load_groups(r, e);
}

int runner_prepare(struct runner *r, const struct runner_options *o,
		   struct config_errors *errs, struct err *e)
{
	int ret;

	*r = (struct runner){.options = *o, .shard = o->shard};
	if (o->resume && !o->shard.count) {
		ret = runner_resume(r, errs, e);
		return ret ? ret : make_plan(r, e);
	}
	ret = config_load(&r->config, o->config, o->sets, o->nsets, errs);
	if (ret)
		return ret;
	r->has_config = true;
	r->text = runner_config_text(&r->config, o);
	if (!r->text)
		return err_set(e, -ENOMEM, "no memory for the config");
	return make_plan(r, e);
}

static uint64_t available(const struct runner *r, const struct params *p)
{
	struct place_request request = {.placement = p->place.placement,
					.cpus = p->place.cpus,
					.memory = p->place.memory,
					.nthreads = p->walkers + p->mappers +
						    p->dumpers +
						    p->device_walkers,
					.core_kind = p->place.core_kind};
	struct place place;
	uint64_t bytes;
	char why[256];

	if (place_threads(r->topo, &request, &place, why, sizeof(why)))
		return UINT64_MAX; /* the trial will say it */
	bytes = numamem_available(&place.mem);
	place_release(&place);
	return bytes;
}

/* What all designs of the cell of plan index @first take, side by side. */
static int cell_memory(const struct runner *r, size_t first, uint64_t *bytes,
		       size_t *end, struct err *e)
{
	const struct trial_plan *t = &r->plan.trials[first];
	uint64_t need = 0, most = 0;

	*bytes = 0;
	for (*end = first; *end < r->plan.ntrials; ++*end) {
		const struct trial_plan *next = &r->plan.trials[*end];
		int ret;

		if (next->group != t->group ||
		    next->repetition != t->repetition)
			break;
		ret = trial_memory(&next->p, &need, e);
		if (ret)
			return ret;
		*bytes += need;
		most = need > most ? need : most;
	}
	/* and the twin */
	*bytes += *end - first > 1 ? most : 0;
	return 0;
}

int runner_check_memory(const struct runner *r, struct err *e)
{
	size_t end;

	for (size_t i = 0; i < r->plan.ntrials; i = end) {
		const struct trial_plan *t = &r->plan.trials[i];
		uint64_t need, have;
		char name[512];
		int ret = cell_memory(r, i, &need, &end, e);

		if (ret)
			return ret;
		have = available(r, &t->p);
		if (need <= have || t->repetition)
			continue;
		err_set(e, -E2BIG,
			"the designs of %s need %.1f GiB of table memory; "
			"%.1f GiB are free",
			runner_trial_name(t, name, sizeof(name)),
			(double)need / 0x1p30, (double)have / 0x1p30);
		return err_remedy(e, "use a smaller footprint or larger "
				     "pages, or leave it out with --filter");
	}
	return 0;
}

/* Until this process ends. */
static int claim(struct store *s, int64_t id, struct err *e)
{
	struct store_run run = {0};
	int ret = store_run_read(s, id, &run, e);

	if (!ret)
		ret = alone_run(run.uuid ? run.uuid : "", id, e);
	store_run_release(&run);
	return ret;
}

int runner_claim(const struct runner *r, struct err *e)
{
	struct store *s;
	int ret;

	if (!r->run)
		return 0;
	ret = store_open_readonly(&s, r->config.run.results, e);
	if (ret)
		return ret;
	ret = claim(s, r->run, e);
	store_close(s);
	return ret;
}

static int begin(struct runner *r, struct err *e)
{
	const char *commit = strstr(VTDBENCH_VERSION, "+g");
	struct utsname uts = {0};
	char host[128] = "", *context, *machine, *noise;
	const struct store_shard shard = {.number = r->shard.number,
					  .count = r->shard.count,
					  .sweep_id = r->sweep_id,
					  .plan = r->digest,
					  .plan_size = r->whole,
					  .trials = r->plan.ntrials};
	struct store_run run = {0};
	int ret = store_open(&r->store, r->config.run.results, e);

	if (ret)
		return ret;
	if (r->run)
		return store_run_reopen(r->store, r->run, e);
	uname(&uts);
	gethostname(host, sizeof(host) - 1);
	context = runner_context_json(&r->options);
	if (runner_machine(r->topo, &machine, &noise))
		err_warn("nothing is known of this machine: out of memory");
	run = (struct store_run){
		.name = r->config.run.name,
		.title = r->config.run.title,
		.config_path = r->config.path,
		.config_text = r->text,
		.version = VTDBENCH_VERSION,
		.commit = commit ? commit + strlen("+g") : NULL,
		.compiler = RUNNER_COMPILER,
		.cflags = VTDBENCH_CFLAGS,
		.host = host,
		.kernel = uts.release,
		.machine = machine,
		.noise = noise,
		.context = context,
		.seed = r->config.run.seed,
		.plan_size = r->plan.ntrials,
		.shard = r->shard.count ? &shard : NULL,
	};
	ret = store_run_begin(r->store, &run, &r->run, e);
	if (!ret)
		ret = claim(r->store, r->run, e);
	free(context);
	free(machine);
	free(noise);
	return ret;
}

int runner_execute(struct runner *r, const struct runner_progress *progress,
		   struct err *e)
{
	struct err ignored;
	int ret;

	if (!r->topo->measurable) {
		err_set(e, -ENOTSUP, "topology %s cannot be measured: %s",
			r->config.run.topology, r->topo->why_not);
		return err_remedy(e, "use `topology: live`; --dry-run shows "
				     "the plan for this one");
	}
	ret = clock_init(true, e);
	if (!ret)
		ret = begin(r, e);
	if (ret)
		return ret;
	ret = runner_draws(r, progress, e);
	progress->clear(progress->arg);
	if (!ret)
		return store_run_end(r->store, r->run, "done", e);
	store_run_end(r->store, r->run,
		      ret == -EINTR ? "interrupted" : "failed", &ignored);
	return ret;
}

void runner_release(struct runner *r)
{
	if (r->store)
		store_close(r->store);
	plan_release(&r->plan);
	if (r->topo)
		topo_free(r->topo);
	if (r->has_config)
		config_release(&r->config);
	free(r->text);
	free(r->filter);
	for (size_t i = 0; i < r->ngroups; i++)
		counter_group_free(r->groups[i]);
}
