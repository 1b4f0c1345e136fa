/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures that depend on nothing but config and seed: entries read, simulated
 * cache misses, IOTLB hits of one pass, table bytes. One thread takes them
 * over fresh tables, before anything is raced for.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "counters/cachesim.h"
#include "counters/crowd.h"
#include "measure/trial_parts.h"
#include "../kernels/aligned.h"
#include "../kernels/mutant.h"

/* Of a crowd, and as many before: enough for a few turns of 64 CPUs. */
enum { CROWD_WALKS = 4096 };

static struct trial *trial_of(const struct worker *w)
{
	return (struct trial *)(void *)((char *)w->group -
					offsetof(struct trial, group));
}

static void count_refs(struct trial *t, struct worker *self)
{
	uint64_t refs = 0, walks = 0;

	for (unsigned i = 0; i < t->p->walkers; i++) {
		size_t n = t->work->nops[i];

		n = n < t->p->sim.ops ? n : (size_t)t->p->sim.ops;
		for (size_t k = 0; k < n; k++) {
			struct engine_walk walk;
			struct nested_walk both;
			uint64_t iova = t->work->streams[i][k] &
					~(uint64_t)(VTD_PAGE_BYTES - 1);

			if (t->nested.second) {
				t->design->nested_walk(t->group.domain,
						       &self->t, iova, VTD_R,
						       &both);
				refs += both.refs;
				continue;
			}
			t->design->walk(t->group.domain, &self->t, iova, &walk);
			refs += walk.refs;
		}
		t->design->thread_quiesce(&self->t);
		walks += n;
	}
	record_add(t->r, METRIC_refs_per_walk, (double)refs / (double)walks,
		   true);
}

/* The walkers' streams in turn, a block each, through an empty IOTLB. */
static void iotlb_pass(struct trial *t, struct worker *self)
{
	engine_exec *exec =
		t->design->exec[t->work->walks_change ? EXEC_TRANSLATE_CHECK
						      : EXEC_TRANSLATE_THR];
	struct iotlb_stats before;
	size_t n = t->work->nops[0];

	iotlb_invalidate_global(t->iotlb, &self->t.iotlb);
	before = self->t.iotlb;
	n = n < t->p->sim.ops ? n : (size_t)t->p->sim.ops;
	for (size_t at = 0; at + WORK_BLOCK_OPS <= n; at += WORK_BLOCK_OPS) {
		for (unsigned i = 0; i < t->p->walkers; i++) {
			struct engine_block b = {0};

			exec(t->group.domain, &self->t,
			     t->work->streams[i] + at, WORK_BLOCK_OPS, &b);
			t->design->thread_quiesce(&self->t);
		}
	}
	before.hits = self->t.iotlb.hits - before.hits;
	before.misses = self->t.iotlb.misses - before.misses;
	if (before.hits + before.misses)
		record_add(t->r, METRIC_iotlb_pass_hit_ratio,
			   (double)before.hits /
				   (double)(before.hits + before.misses),
			   true);
}

/* What a dumper does to the lines of a lock or a counter is not known, which
 * is not 0. */
static void keep(struct trial *t, const struct record *sim)
{
	for (size_t i = 0; i < sim->nvalues; i++) {
		const struct value *v = &sim->values[i];

		if (t->p->dumpers && !MUTANT(dumper_is_zero) &&
		    (strstr(v->name, "_sync") ||
		     strstr(v->name, "_coherence") ||
		     strstr(v->name, "_moved")))
			record_missing(t->r, v->metric,
				       "the cache model has no dumper");
		else
			record_add(t->r, v->metric, v->value, true);
	}
	for (size_t i = 0; i < sim->nmissing; i++)
		record_missing(t->r, metric_of(sim->missing[i].name),
			       sim->missing[i].reason);
}

/* Mappers of map_sizes have their streams from here: what else they have is for
 * the floor. *@all is to be freed after @m is gone. 0 or -ENOMEM. */
static int give_sizes(struct trial *m, uint64_t **all, struct err *e)
{
	unsigned n = m->p->mappers;

	*all = calloc(n, SIZE_STREAM_MAX * sizeof(**all));
	if (!*all)
		return err_set(e, -ENOMEM, "no memory for the cache model");
	for (unsigned i = 0; i < n; i++) {
		struct worker *w = &m->group.workers[m->p->walkers + i];
		uint64_t *ops = *all + (size_t)i * SIZE_STREAM_MAX;

		w->ops = ops;
		w->nops = size_stream(m->group.domain, i, n, ops);
	}
	return 0;
}

/* The pass over @m, whose tables are as populated; its threads have left. */
static int replay(struct trial *m, struct cachesim *sim,
		  struct cachesim_thread *threads, size_t n, struct record *r,
		  struct err *e)
{
	struct worker *w = m->group.workers;
	struct rng rng;
	int ret;

	for (size_t i = 0; i < n; i++) {
		threads[i] = (struct cachesim_thread){.t = &w[i].t,
						      .ops = w[i].ops,
						      .n = w[i].nops,
						      .updates = w[i].role ==
								 ROLE_MAPPER};
		pool_cache_init(&w[i].t.cache, &m->pool);
	}
	/* It registers this thread, which is all of them in turn. */
	m->design->thread_enter(&w[0].t, &m->pool);
	rng_seed(&rng, m->p->seed, UINT64_C(0x73696d));
	ret = cachesim_crew(sim, m->design, m->group.domain, threads, n,
			    m->p->sim.ops, &rng, r, e);
	if (!ret && m->p->sim.cpus && m->p->walkers)
		ret = crowd_record(m->design, m->group.domain, threads, n,
				   m->p->sim.cpus,
				   m->p->sim.ops < CROWD_WALKS ? m->p->sim.ops
							       : CROWD_WALKS,
				   &rng, r, e);
	for (size_t i = 1; i < n; i++)
		pool_cache_drain(&w[i].t.cache);
	m->design->thread_leave(&w[0].t);
	return ret;
}

/*
 * The cache model changes tables as mappers do: it gets tables of its own, made
 * as those that are measured, and these stay as they are in every draw.
 */
static int simulate(struct trial *t, struct crew *crew, struct err *e)
{
	const struct topo *topo = t->env->topo;
	/* Those of the core that the first walker runs on. */
	int cpu = topo_cpu_find(topo, t->place->cpus[0]);
	unsigned n = t->p->walkers + t->p->mappers;
	struct batch populate = {.name = "populate", .run = batch_populate};
	struct trial *m = aligned_zalloc(_Alignof(struct trial), 1, sizeof(*m));
	struct cachesim_thread *threads = calloc(n, sizeof(*threads));
	struct cachesim_geometry geometry;
	struct cachesim *sim = NULL;
	struct record figures, own;
	uint64_t *sizes = NULL;
	int ret;

	record_init(&figures);
	record_init(&own);
	ret = cachesim_geometry_fill(&geometry, &t->p->sim,
				     topo->cpus[cpu].caches,
				     topo->cpus[cpu].ncaches, e);
	if (!ret)
		sim = cachesim_new(&geometry, n);
	if (!ret && (!sim || !m || !threads))
		ret = err_set(e, -ENOMEM, "no memory for the cache model");
	if (!ret) {
		*m = (struct trial){.p = t->p,
				    .env = t->env,
				    .workload = t->workload,
				    .design = t->design,
				    .r = &own,
				    .work = t->work,
				    .place = t->place};
		ret = trial_setup(m, e);
		if (!ret)
			ret = crew_run(crew, &m->group, &populate, e);
		if (!ret && trial_is_sizes(m))
			ret = give_sizes(m, &sizes, e);
		if (!ret)
			ret = replay(m, sim, threads, n, &figures, e);
		trial_teardown(m);
		if (!ret && own.status != TRIAL_OK)
			ret = err_set(e, -EIO, "cache model: %.120s",
				      own.reason);
	}
	if (!ret)
		keep(t, &figures);
	record_release(&figures);
	record_release(&own);
	cachesim_free(sim);
	free(sizes);
	free(threads);
	free(m);
	return ret;
}

static void model_run(struct worker *w, const struct batch *b)
{
	struct trial *t = trial_of(w);

	if (w->thread || !t->p->walkers)
		return;
	count_refs(t, w);
	if (t->iotlb)
		iotlb_pass(t, w);
}

/* The first leaf that is walked names another page. */
static void misdirect(struct trial *t)
{
	struct worker *w = &t->group.workers[0];
	struct engine_walk walk;

	if (!t->p->walkers || !t->work->nmaps)
		return;
	t->design->thread_enter(&w->t, &t->pool);
	if (!t->design->walk(t->group.domain, &w->t, t->work->maps[0].iova,
			     &walk))
		*(uint64_t *)pool_va(&t->pool, walk.entry_pa[walk.refs - 1]) ^=
			UINT64_C(1) << 40;
	t->design->thread_leave(&w->t);
}

/* Walks, and updates beside them; of mappers alone, for the lines that they
 * take from each other, those that submit to the queue, and several of
 * map_sizes. */
static bool is_simulated(const struct trial *t)
{
	const struct params *p = t->p;
	bool queue = t->inv && (p->inv.submit_ns || p->inv.service_ns);

	if (!p->sim.enabled || p->walkers)
		return p->sim.enabled;
	return trial_is_sizes(t) ? p->mappers > 1
				 : p->mappers && queue && !t->plan;
}

int trial_model(struct trial *t, struct crew *crew, bool exact, struct err *e)
{
	struct batch populate = {.name = "populate", .run = batch_populate};
	struct batch model = {.name = "model", .run = model_run};
	int ret = crew_run(crew, &t->group, &populate, e);

	if (ret)
		return ret;
	record_add(t->r, METRIC_table_bytes_mapped, held_bytes(&t->group),
		   true);
	if (MUTANT(trial_leaf_elsewhere))
		misdirect(t);
	if (!exact)
		return 0;
	ret = crew_run(crew, &t->group, &model, e);
	if (!ret && is_simulated(t))
		ret = simulate(t, crew, e);
	return ret;
}
