/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run: prepare, loop over the plan, repeat what was disturbed. */
#include "base/match.h"
#include "run/loop.h"

#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "../topology/numamem.h"
#include "../topology/place.h"
#include "machine/alone.h"
#include "machine/clock.h"
#include "base/version.h"

/* Repetitions of disturbed trials take at most this part of the plan's. */
#define RETRY_SHARE 0.25

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
static struct counter_group *group_of(const struct runner *r,
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

		if (!strcmp(name, "none") || group_of(r, p))
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
						    p->dumpers,
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

int runner_check_memory(const struct runner *r, struct err *e)
{
	for (size_t i = 0; i < r->plan.ntrials; i++) {
		const struct trial_plan *t = &r->plan.trials[i];
		uint64_t need, have;
		int ret;

		if (t->repetition)
			continue;
		ret = trial_memory(&t->p, &need, e);
		if (ret)
			return ret;
		have = available(r, &t->p);
		if (need <= have)
			continue;
		err_set(e, -E2BIG,
			"trial %s needs %.1f GiB of table memory; %.1f GiB "
			"are free",
			t->name, (double)need / 0x1p30, (double)have / 0x1p30);
		return err_remedy(e, "use a smaller footprint or larger "
				     "pages, or leave it out with --filter");
	}
	return 0;
}

static void now_utc(char text[32])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
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

static void trial_key(const struct trial_plan *t, unsigned attempt,
		      char key[PLAN_KEY + 16])
{
	if (attempt)
		snprintf(key, PLAN_KEY + 16, "%s.%u", t->key, attempt);
	else
		snprintf(key, PLAN_KEY + 16, "%s", t->key);
}

static void tell(struct runner *r, const struct trial_plan *t,
		 const struct record *rec)
{
	char name[512];

	runner_trial_name(t, name, sizeof(name));
	switch (rec->status) {
	case TRIAL_OK:
		if (rec->disturbed)
			err_debug("%s: disturbed: %s", name, rec->reason);
		break;
	case TRIAL_WRONG:
		r->counts.wrong++;
		err_warn("%s: %s", name, rec->reason);
		break;
	case TRIAL_FAILED:
		r->counts.failed++;
		err_warn("%s: failed: %s", name, rec->reason);
		break;
	case TRIAL_INTERRUPTED:
		break;
	}
}

/* What the loop over trials keeps. */
struct loop {
	struct runner *r;
	const struct runner_progress *progress;
	unsigned *again; /* [plan index]: phases disturbed in every attempt */
	uint64_t began_ns, planned_ns, ran_ns;
};

/* Once in a run: the report repeats it for each trial. */
static void say_missing(struct loop *l, const struct record *rec)
{
	l->r->said_missing = true;
	l->progress->clear(l->progress->arg);
	for (size_t i = 0; i < rec->nmissing; i++)
		err_note("not counted: %s: %s", rec->missing[i].name,
			 rec->missing[i].reason);
}

/*
 * Runs and stores one trial. 0, -EINTR, or the store's error. Leaves those
 * phases in *@disturbed that were so in this attempt as well; the control
 * alone is not worth another one.
 */
static int one(struct loop *l, const struct trial_plan *t, unsigned attempt,
	       unsigned *disturbed, struct err *e)
{
	struct runner *r = l->r;
	struct trial_env env = {.topo = r->topo,
				.stop = r->options.stop,
				.counters = group_of(r, &t->p)};
	char key[PLAN_KEY + 16], started[32];
	uint64_t from = clock_monotonic_ns();
	struct store_trial st;
	struct record rec;
	char *params;
	int ret;

	now_utc(started);
	record_init(&rec);
	trial_run(&t->p, &env, &rec);
	if (rec.status == TRIAL_INTERRUPTED) {
		record_release(&rec);
		return err_set(e, -EINTR, "interrupted");
	}
	if (rec.status != TRIAL_OK)
		l->progress->clear(l->progress->arg);
	tell(r, t, &rec);
	if (!r->said_missing && env.counters)
		say_missing(l, &rec);
	*disturbed &= rec.status == TRIAL_OK ? rec.disturbed : 0;
	trial_key(t, attempt, key);
	params = runner_params_json(&t->p);
	st = (struct store_trial){
		.key = key,
		.cell = t->cell,
		.axes = t->axes,
		.sweep = t->p.sweep,
		.design = t->p.design,
		.workload = t->p.workload,
		.params = params,
		.started_utc = started,
		.index = t->order,
		.walkers = t->p.walkers,
		.mappers = t->p.mappers,
		.dumpers = t->p.dumpers,
		.repetition = t->repetition,
		.attempt = attempt,
		.shard = r->shard.number,
		.duration_s = (double)(clock_monotonic_ns() - from) / 1e9,
	};
	ret = store_trial_add(r->store, r->run, &st, &rec, e);
	free(params);
	record_release(&rec);
	r->counts.done += !ret;
	return ret;
}

/* Time left: the estimate, corrected by how it has been so far. */
static double left_s(const struct loop *l, uint64_t done_ns, uint64_t rest_ns)
{
	double factor = done_ns ? (double)l->ran_ns / (double)done_ns : 1;

	return (double)rest_ns * factor / 1e9;
}

static int first_attempts(struct loop *l, struct err *e)
{
	struct runner *r = l->r;
	uint64_t done_ns = 0, rest_ns = 0;

	for (size_t i = 0; i < r->plan.ntrials; i++)
		rest_ns += plan_trial_ns(&r->plan.trials[i].p);
	for (size_t i = 0; i < r->plan.ntrials; i++) {
		const struct trial_plan *t = &r->plan.trials[i];
		uint64_t estimate = plan_trial_ns(&t->p), from;
		int ret = store_trial_done(r->store, r->run, t->key, e);

		rest_ns -= estimate;
		if (ret < 0)
			return ret;
		if (ret) {
			r->counts.done++;
			r->counts.skipped++;
			continue;
		}
		if (*r->options.stop)
			return err_set(e, -EINTR, "interrupted");
		l->progress->show(l->progress->arg, t, i, r->plan.ntrials,
				  left_s(l, done_ns, rest_ns + estimate));
		from = clock_monotonic_ns();
		l->again[i] = ~(unsigned)PHASE_CONTROL;
		ret = one(l, t, 0, &l->again[i], e);
		if (ret)
			return ret;
		l->ran_ns += clock_monotonic_ns() - from;
		done_ns += estimate;
	}
	return 0;
}

/* Which of the trials that were there already are to be repeated. */
static int disturbed_before(struct loop *l, struct err *e)
{
	struct runner *r = l->r;
	struct store_trials all;
	int ret;

	if (!r->counts.skipped || !r->config.run.retries)
		return 0;
	ret = store_trials_load(r->store, r->run, STORE_VALUES, &all, e);
	if (ret)
		return ret;
	for (size_t k = 0; k < all.n; k++) {
		const struct store_trial *t = &all.trial[k];

		for (size_t i = 0; i < r->plan.ntrials && !t->attempt; i++)
			if (!strcmp(r->plan.trials[i].key, t->key))
				l->again[i] =
					t->record.status == TRIAL_OK
						? t->record.disturbed &
							  ~(unsigned)
								  PHASE_CONTROL
						: 0;
	}
	store_trials_release(&all);
	return 0;
}

static int retries(struct loop *l, unsigned attempt, struct err *e)
{
	struct runner *r = l->r;
	uint64_t budget = (uint64_t)((double)l->ran_ns * RETRY_SHARE);
	uint64_t until = l->began_ns + l->ran_ns + budget;
	size_t left = 0;

	for (size_t i = 0; i < r->plan.ntrials; i++)
		left += l->again[i] != 0;
	for (size_t i = 0; i < r->plan.ntrials && left; i++) {
		const struct trial_plan *t = &r->plan.trials[i];
		char key[PLAN_KEY + 16];
		int ret;

		if (!l->again[i])
			continue;
		if (*r->options.stop)
			return err_set(e, -EINTR, "interrupted");
		if (clock_monotonic_ns() > until) {
			err_debug("%zu disturbed trials not repeated: the "
				  "time for that is used up",
				  left);
			return 0;
		}
		l->progress->show(l->progress->arg, t, r->plan.ntrials - left,
				  r->plan.ntrials,
				  (double)(left * plan_trial_ns(&t->p)) / 1e9);
		trial_key(t, attempt, key);
		ret = store_trial_done(r->store, r->run, key, e);
		if (ret > 0) {
			left--;
			continue;
		}
		ret = ret ? ret : one(l, t, attempt, &l->again[i], e);
		if (ret)
			return ret;
		r->counts.done--; /* a trial counts once */
		left--;
	}
	return 0;
}

static int all_trials(struct runner *r, const struct runner_progress *progress,
		      struct err *e)
{
	struct loop l = {
		.r = r, .progress = progress, .began_ns = clock_monotonic_ns()};
	int ret;

	l.again = calloc(r->plan.ntrials + 1, sizeof(*l.again));
	if (!l.again)
		return err_set(e, -ENOMEM, "no memory for the run");
	ret = first_attempts(&l, e);
	if (!ret)
		ret = disturbed_before(&l, e);
	for (unsigned a = 1; !ret && a <= r->config.run.retries; a++)
		ret = retries(&l, a, e);
	free(l.again);
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
	ret = all_trials(r, progress, e);
	progress->clear(progress->arg);
	if (!ret)
		return store_run_end(r->store, r->run, "done", e);
	store_run_end(r->store, r->run,
		      ret == -EINTR ? "interrupted" : "failed", &ignored);
	return ret;
}

void runner_release(struct runner *r)
{
	trial_trace_forget();
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
