/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench merge`: the runs of several results files in one. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/args.h"
#include "cli/open.h"
#include "commands/registry.h"
#include "judge/compare.h"
#include "store/merge.h"

struct options {
	const char *out;
	struct option_texts in;
	bool partial;
};

/* Each IN can be opened, and none is OUT. */
static int check_inputs(const char *out, const struct option_texts *in,
			struct err *e)
{
	struct stat target, st;
	bool there = !stat(out, &target);

	for (size_t i = 0; i < in->n; i++) {
		struct store *s;
		int rc = store_open_readonly(&s, in->text[i], e);

		if (rc)
			return rc == -ENOENT
				       ? err_remedy(e, "nothing was merged")
				       : rc;
		store_close(s);
		if (there && !stat(in->text[i], &st) &&
		    st.st_dev == target.st_dev && st.st_ino == target.st_ino) {
			err_set(e, -EINVAL, "%s: is OUT itself", in->text[i]);
			return err_remedy(e, "name another file for OUT, or "
					     "leave this IN out");
		}
	}
	return 0;
}

static int merge_all(struct store_merge *m, struct store *out,
		     const struct option_texts *in,
		     const struct store_merge_rules *rules, struct err *e)
{
	int rc = store_merge_begin(m, out, rules, e);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < in->n; i++) {
		struct store *s;

		rc = store_open_readonly(&s, in->text[i], e);
		if (rc)
			break;
		rc = store_merge_add(m, s, e);
		store_close(s);
	}
	if (!rc)
		return store_merge_commit(m, e);
	store_merge_rollback(m);
	return rc;
}

/* "; missing: 2, 4-6, 9"; shards are by number. */
static void print_missing(const struct store_shards *shards)
{
	unsigned count = shards->shard->count, at = 0, n = 0;

	for (unsigned next = 1; next <= count; next++) {
		unsigned last = next;

		while (at < shards->n && shards->shard[at].number < next)
			at++;
		if (at < shards->n && shards->shard[at].number == next)
			continue;
		last = at < shards->n ? shards->shard[at].number - 1 : count;
		printf("%s%u", n++ ? ", " : "; missing: ", next);
		if (last > next)
			printf("-%u", last);
		next = last;
	}
}

static void print_incomplete(const struct store_shards *shards)
{
	for (size_t i = 0, n = 0; i < shards->n; i++)
		if (strcmp(shards->shard[i].status, "done"))
			printf("%s%u", n++ ? ", " : "; not complete: ",
			       shards->shard[i].number);
}

static int print_merged(struct store *out, const struct store_merged *merged,
			struct err *e)
{
	struct store_shards shards = {0};
	struct store_run run;
	int rc = store_run_read(out, merged->run, &run, e);

	if (!rc)
		rc = store_shards_load(out, merged->run, &shards, e);
	if (!rc) {
		printf("run %" PRId64 " (%s): ", run.id, run.name);
		if (shards.n)
			printf("%zu of %u shards of sweep %s; ", shards.n,
			       shards.shard->count, shards.shard->sweep_id);
		printf("%zu trial%s added", merged->added,
		       merged->added == 1 ? "" : "s");
		if (shards.n) {
			print_missing(&shards);
			print_incomplete(&shards);
		}
		putchar('\n');
	}
	store_shards_release(&shards);
	store_run_release(&run);
	return rc;
}

static int merge(const char *path, const struct option_texts *in,
		 const struct store_merge_rules *rules, struct err *e)
{
	struct store_merge m = {0};
	struct store *out = NULL;
	int rc = check_inputs(path, in, e);

	if (!rc)
		rc = store_open(&out, path, e);
	if (!rc)
		rc = merge_all(&m, out, in, rules, e);
	if (rc == -ENOSPC)
		err_remedy(e, "the disk is full, and nothing was merged");
	for (size_t i = 0; !rc && i < m.nmerged; i++)
		rc = print_merged(out, &m.merged[i], e);
	store_merge_release(&m);
	store_close(out);
	return rc;
}

static int run(int argc, char **argv)
{
	struct store_merge_rules rules = {.same_machine = compare_same_machine};
	struct options o = {0};
	struct err e = {0};
	int rc;

	if (args_parse(&cmd_merge, argc, argv, &o))
		return EXIT_USAGE;
	rules.partial = o.partial;
	rc = merge(o.out, &o.in, &rules, &e);
	if (rc)
		err_print(&e);
	return err_status(rc);
}

#define O struct options
static const struct option_row rows[] = {
	ROW_OPERAND(O, out, "OUT"),
	ROW_OPERANDS(O, in, "IN", OPTION_REQUIRED),
	ROW_BOOL(O, partial, "partial",
		 "also runs that are not complete; merge again "
		 "when they are"),
	{0}};

const struct command cmd_merge = {
	.name = "merge",
	.help = "put the runs of several results files, or shards, into one",
	.about = "Puts the runs of the results files IN into OUT, which is "
		 "created if it is not there. Shards of one sweep (vtdbench "
		 "run --shard) become one run; what is in OUT already is "
		 "compared and not added again. Either all of it is merged or "
		 "nothing.",
	.rows = rows,
	.after = "A line per run says what was added and which shards are "
		 "missing. Exit status: 0 merged, also if shards are missing; "
		 "1 could not be written; 2 command line, a file that is no "
		 "results file, a run that is not complete, shards that do "
		 "not belong together, or a run or trial that is there with "
		 "another content.",
	.run = run,
};
