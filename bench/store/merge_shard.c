/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging shards: the parts of one sweep become one run. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fnv.h"
#include "store/merge_shard.h"
#include "trial/reference.h"

static const char merging[] = "cannot merge";

/* A UUID of version 8 (RFC 9562) from the id: the same in every file. */
static void sweep_uuid(const char *sweep_id, char uuid[37])
{
	uint64_t a = fnv_text(FNV_OFFSET, sweep_id);
	uint64_t b = fnv_text(~FNV_OFFSET, sweep_id);

	snprintf(uuid, 37, "%08x-%04x-8%03x-%04x-%012" PRIx64,
		 (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff,
		 (unsigned)a & 0xfff, 0x8000 | ((unsigned)(b >> 48) & 0x3fff),
		 b & UINT64_C(0xffffffffffff));
}

/* A results file that measured a shard itself is not merged into. */
static int check_measured(struct store_merge *m, const struct store_shard *part,
			  struct err *e)
{
	int64_t number;
	int rc = store_db_ask(m->out, &number, merging, e,
			      "SELECT number FROM shard"
			      " JOIN run ON run.id = shard.run"
			      " WHERE shard.uuid = run.uuid AND sweep_id = ?",
			      "t", part->sweep_id);

	if (rc <= 0)
		return rc;
	err_set(e, -EINVAL,
		"%s: shard %" PRId64 " of sweep %s was measured into it",
		m->out->path, number, part->sweep_id);
	return err_remedy(e, "merge all shards, this one too, into another "
			     "file");
}

/* The run of the sweep is begun with the row of the first shard's. */
static int begin_sweep(struct store_merge *m, struct store *in,
		       const struct store_run *run, const char *uuid,
		       int64_t *to, struct err *e)
{
	static const struct store_rows row = {.table = "run",
					      .where = "id = ?1"};
	int rc = store_rows_copy(in, m->out, &row, run->id, 0, 0, e);

	*to = sqlite3_last_insert_rowid(m->out->db);
	return rc ? rc
		  : store_db_ask(m->out, NULL, merging, e,
				 "UPDATE run SET uuid = ? WHERE id = ?", "ti",
				 uuid, *to);
}

/* What all shards of a sweep have in common; @run of @in against @to. */
static int check_sweep(struct store_merge *m, struct store *in,
		       const struct store_run *run,
		       const struct store_shard *part, int64_t to,
		       struct err *e)
{
	static const struct store_rows row = {
		.table = "run",
		.where = "id = ?1",
		.loose = " uuid status started_utc ended_utc config_path"
			 " plan_size host machine kernel noise context "};
	char column[96];
	int rc = store_rows_same(in, m->out, &row, run->id, to, 0, column, e);

	if (rc == 1) {
		snprintf(column, sizeof(column), "the plan");
		rc = store_db_ask(m->out, NULL, merging, e,
				  "SELECT 1 FROM shard WHERE run = ?"
				  " AND plan = ? AND count = ?",
				  "iti", to, part->plan, (int64_t)part->count);
		if (rc == 1)
			return 0;
	}
	if (rc < 0)
		return rc;
	err_set(e, -EINVAL,
		"%s: shard %u/%u of sweep %s does not belong to the shards "
		"merged before: %s differs",
		in->path, part->number, part->count, part->sweep_id, column);
	return err_remedy(e, "nothing was merged; start all shards of a sweep "
			     "with one config, program and N, and on machines "
			     "with as many CPUs");
}

static int check_machine(struct store_merge *m, struct store *in,
			 const struct store_run *run,
			 const struct store_shard *part, int64_t to,
			 struct err *e)
{
	struct store_run there;
	char why[256] = "";
	int rc;

	if (!m->rules.same_machine)
		return 0;
	rc = store_run_read(m->out, to, &there, e);
	if (!rc && !m->rules.same_machine(&there, run, why, sizeof(why))) {
		err_set(e, -EINVAL,
			"%s: shard %u/%u of sweep %s was measured on another "
			"kind of machine than those before (A): %s",
			in->path, part->number, part->count, part->sweep_id,
			why);
		rc = err_remedy(e, "nothing was merged; a run is of one kind "
				   "of machine: give each kind a sweep of its "
				   "own, --sweep ID");
	}
	store_run_release(&there);
	return rc;
}

static int measured_twice(struct store_merge *m, struct store *in,
			  const struct store_shard *part, struct err *e)
{
	err_set(e, -EEXIST,
		"%s: shard %u/%u of sweep %s (run %.8s of %s) is in %s "
		"already, "
		"from another run",
		in->path, part->number, part->count, part->sweep_id, part->uuid,
		part->started_utc, m->out->path);
	return err_remedy(e, "nothing was merged; leave one of the two out, or "
			     "give each sweep an id when it is started: "
			     "--sweep ID");
}

/* The row of the shard: copied, or the same but for how far it is. */
static int merge_row(struct store_merge *m, struct store *in, int64_t from,
		     const struct store_shard *part, int64_t to, struct err *e)
{
	static const struct store_rows row = {
		.table = "shard",
		.where = "run = ?1 AND number = ?2",
		.owner = "run",
		.loose = " status ended_utc "};
	char column[96], what[96];
	int64_t same;
	int rc = store_db_ask(m->out, &same, merging, e,
			      "SELECT uuid = ? FROM shard WHERE run = ?"
			      " AND number = ?",
			      "tii", part->uuid, to, (int64_t)part->number);

	if (rc < 0)
		return rc;
	if (!rc)
		return store_rows_copy(in, m->out, &row, from, part->number, to,
				       e);
	if (!same)
		return measured_twice(m, in, part, e);
	rc = store_rows_same(in, m->out, &row, from, to, part->number, column,
			     e);
	snprintf(what, sizeof(what), "shard %u/%u", part->number, part->count);
	if (!rc)
		return store_merge_differs(in, what, column, e);
	return rc < 0 ? rc : store_merge_status(m, in, "shard", part->uuid, e);
}

/* A shard that is done has its trials, their twins, and draws beyond them. */
static int check_trials(struct store_merge *m, struct store *in,
			const struct store_shard *part, int64_t to,
			struct err *e)
{
	int64_t there = 0;
	int rc = store_db_ask(m->out, &there, merging, e,
			      "SELECT count(*) FROM trial WHERE run = ?"
			      " AND shard = ? AND attempt = 0 AND design"
			      " NOT IN ('" TWIN_DESIGN "', '" OTHER_DESIGN "')",
			      "ii", to, (int64_t)part->number);

	if (rc < 0)
		return rc;
	if ((uint64_t)there >= part->trials || strcmp(part->status, "done"))
		return 0;
	err_set(e, -EINVAL,
		"%s: shard %u/%u of sweep %s is %s with %" PRId64 " of %" PRIu64
		" trials",
		in->path, part->number, part->count, part->sweep_id,
		part->status, there, part->trials);
	return err_remedy(e, "nothing was merged; the file was changed by "
			     "something else: measure the shard again");
}

/* The run's own columns follow from its shards, in whatever order they came. */
static int summarise(struct store_merge *m, int64_t run, struct err *e)
{
	return store_db_ask(
		m->out, NULL, merging, e,
		"UPDATE run SET (config_path, machine, kernel, noise, context,"
		" plan_size) = (SELECT config_path, machine, kernel, noise,"
		"  context, plan_size FROM shard WHERE run = ?1"
		"  ORDER BY number LIMIT 1),"
		" host = (SELECT group_concat(host, ', ') FROM (SELECT DISTINCT"
		"  host FROM shard WHERE run = ?1 ORDER BY host)),"
		" started_utc = (SELECT min(started_utc) FROM shard"
		"  WHERE run = ?1),"
		" (status, ended_utc) = (SELECT"
		"  CASE WHEN count(*) = max(count) AND min(status = 'done')"
		"   THEN 'done' ELSE 'interrupted' END, max(ended_utc)"
		"  FROM shard WHERE run = ?1)"
		" WHERE id = ?1",
		"i", run);
}

int store_merge_shard(struct store_merge *m, struct store *in,
		      const struct store_run *run,
		      const struct store_shard *part, struct err *e)
{
	char uuid[37];
	int64_t to = 0;
	int rc = store_merge_check_done(m, in, run, part->status, e);

	sweep_uuid(part->sweep_id, uuid);
	if (!rc)
		rc = check_measured(m, part, e);
	if (!rc)
		rc = store_merge_find(m, uuid, &to, e);
	if (rc < 0)
		return rc;
	if (!rc) {
		rc = begin_sweep(m, in, run, uuid, &to, e);
	} else {
		rc = check_sweep(m, in, run, part, to, e);
		if (!rc)
			rc = check_machine(m, in, run, part, to, e);
	}
	if (!rc)
		rc = merge_row(m, in, run->id, part, to, e);
	if (!rc)
		rc = store_merge_trials(m, in, run->id, part->number, to, e);
	if (!rc)
		rc = check_trials(m, in, part, to, e);
	return rc ? rc : summarise(m, to, e);
}
