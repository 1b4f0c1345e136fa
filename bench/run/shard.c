/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run that is a shard: its part of the plan, and whether it is there. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "run/loop.h"
#include "base/version.h"

int runner_deal_out(struct runner *r, struct err *e)
{
	char digest[SHARD_DIGEST];

	shard_digest(&r->plan, digest);
	r->whole = r->plan.ntrials;
	if (r->digest[0] && strcmp(r->digest, digest)) {
		err_set(e, -EINVAL,
			"shard %u/%u was dealt from another plan than this "
			"machine's",
			r->shard.number, r->shard.count);
		return err_remedy(e, "resume it on the machine it was begun "
				     "on, with the same CPUs");
	}
	snprintf(r->digest, sizeof(r->digest), "%s", digest);
	if (!r->sweep_id[0] && r->options.sweep)
		snprintf(r->sweep_id, sizeof(r->sweep_id), "%s",
			 r->options.sweep);
	else if (!r->sweep_id[0])
		shard_sweep_name(r->text, r->config.run.seed, VTDBENCH_VERSION,
				 VTDBENCH_CFLAGS, r->shard.count, r->sweep_id);
	return shard_take(&r->plan, r->shard, e);
}

/* The run is of the sweep of this one; all its shards agree in that. */
static int same_shard(const struct runner *r, const struct store_run *run,
		      const struct store_shards *shards, struct err *e)
{
	const struct store_shard *s = shards->shard;
	const char *other = NULL;

	if (strcmp(run->config_text ? run->config_text : "", r->text))
		other = "config";
	else if (s->count != r->shard.count)
		other = "number of shards";
	else if (strcmp(s->plan, r->digest))
		other = "plan";
	if (!other)
		return 0;
	err_set(e, -EINVAL,
		"%s: shard %u of sweep %s is there with another %s: run "
		"%" PRId64,
		r->config.run.results, r->shard.number, r->sweep_id, other,
		run->id);
	return err_remedy(e, "give this sweep an id of its own: --sweep ID");
}

/* What is to be done with the run that is there. */
static int judge(struct runner *r, const struct store_run *run,
		 const struct store_shards *shards, struct err *e)
{
	int ret = same_shard(r, run, shards, e);

	if (ret)
		return ret;
	if (!r->options.resume || store_run_merged(run, shards)) {
		err_set(e, -EEXIST,
			"%s: has shard %u/%u of sweep %s: run %" PRId64 ", %s",
			r->config.run.results, r->shard.number, r->shard.count,
			r->sweep_id, run->id, run->status);
		return err_remedy(e, "%s",
				  strcmp(run->status, "done")
					  ? "complete it with --resume"
					  : "to measure it again, give the new "
					    "sweep an id: --sweep ID");
	}
	if (!strcmp(run->status, "done"))
		return 1;
	if (!r->options.force)
		ret = runner_same_circumstances(run, e);
	return ret;
}

int runner_find_shard(struct runner *r, struct err *e)
{
	struct store_shards shards = {0};
	struct store_run run = {0};
	struct store *s;
	int64_t id;
	int ret;

	if (!r->shard.count || r->run)
		return 0;
	ret = store_open_readonly(&s, r->config.run.results, e);
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	ret = store_shard_find(s, r->sweep_id, r->shard.number, &id, e);
	if (ret <= 0)
		goto out;
	ret = store_run_read(s, id, &run, e);
	if (!ret)
		ret = store_shards_load(s, id, &shards, e);
	if (!ret)
		ret = judge(r, &run, &shards, e);
	if (!ret || ret == 1)
		r->run = id;
out:
	store_shards_release(&shards);
	store_run_release(&run);
	store_close(s);
	return ret;
}
