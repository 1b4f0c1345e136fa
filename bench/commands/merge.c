/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench merge`: the runs of several results files in one. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/args.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "judge/compare.h"
#include "store/merge.h"

static const struct option options[] = {{"partial", no_argument, NULL, 'p'},
					{"help", no_argument, NULL, 'h'},
					{NULL, 0, NULL, 0}};

static void usage(void)
{
	fputs("usage: vtdbench merge [--partial] OUT IN...\n"
	      "\n"
	      "Puts the runs of the results files IN into OUT, which is "
	      "created if it is not\n"
	      "there. Shards of one sweep (vtdbench run --shard) become one "
	      "run; what is in OUT\n"
	      "already is compared and not added again. Either all of it is "
	      "merged or nothing.\n"
	      "\n"
	      "  --partial  also runs that are not complete; merge again when "
	      "they are\n"
	      "\n"
	      "A line per run says what was added and which shards are "
	      "missing. Exit status: 0\n"
	      "merged, also if shards are missing; 1 could not be written; 2 "
	      "command line, a\n"
	      "file that is no results file, a run that is not complete, "
	      "shards that do not\n"
	      "belong together, or a run or trial that is there with another "
	      "content.\n",
	      stdout);
}

/* Each IN can be opened, and none is OUT. */
static int check_inputs(const char *out, char **in, int n, struct err *e)
{
	struct stat target, st;
	bool there = !stat(out, &target);

	for (int i = 0; i < n; i++) {
		struct store *s;
		int rc = store_open_readonly(&s, in[i], e);

		if (rc)
			return rc == -ENOENT
				       ? err_remedy(e, "nothing was merged")
				       : rc;
		store_close(s);
		if (there && !stat(in[i], &st) && st.st_dev == target.st_dev &&
		    st.st_ino == target.st_ino) {
			err_set(e, -EINVAL, "%s: is OUT itself", in[i]);
			return err_remedy(e, "name another file for OUT, or "
					     "leave this IN out");
		}
	}
	return 0;
}

static int merge_all(struct store_merge *m, struct store *out, char **in, int n,
		     const struct store_merge_rules *rules, struct err *e)
{
	int rc = store_merge_begin(m, out, rules, e);

	if (rc)
		return rc;
	for (int i = 0; !rc && i < n; i++) {
		struct store *s;

		rc = store_open_readonly(&s, in[i], e);
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

static int merge(const char *path, char **in, int n,
		 const struct store_merge_rules *rules, struct err *e)
{
	struct store_merge m = {0};
	struct store *out = NULL;
	int rc = check_inputs(path, in, n, e);

	if (!rc)
		rc = store_open(&out, path, e);
	if (!rc)
		rc = merge_all(&m, out, in, n, rules, e);
	if (rc == -ENOSPC)
		err_remedy(e, "the disk is full, and nothing was merged");
	for (size_t i = 0; !rc && i < m.nmerged; i++)
		rc = print_merged(out, &m.merged[i], e);
	store_merge_release(&m);
	store_close(out);
	return rc;
}

int cmd_merge(int argc, char **argv)
{
	struct store_merge_rules rules = {.same_machine = compare_same_machine};
	struct err e = {0};
	int c, rc;

	while ((c = args_next(argc, argv, "", options)) != -1) {
		if (c == 'h') {
			usage();
			return EXIT_OK;
		}
		if (c != 'p')
			return EXIT_USAGE;
		rules.partial = true;
	}
	if (argc - optind < 2)
		return args_error("merge", "needs OUT and at least one IN");
	rc = merge(argv[optind], argv + optind + 1, argc - optind - 1, &rules,
		   &e);
	if (rc)
		err_print(&e);
	return rc ? cmd_open_status(rc) : EXIT_OK;
}
