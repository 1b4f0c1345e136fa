/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench tables build`: the tables a design makes of a list of operations. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../kernels/engine.h"
#include "../kernels/image.h"
#include "cli/args.h"
#include "commands/tables.h"
#include "outputs/file.h"
#include "base/err.h"
#include "trace/iova_list.h"
#include "trace/op_list.h"

/* Table pages that can be had: 4 GiB of address space, touched when used. */
#define PAGES_MAX (UINT64_C(1) << 20)

struct build_options {
	const char *ops, *out, *design;
	struct engine_config engine;
	uint64_t base;
	bool keep_going;
};

/* An engine and its one thread. */
struct builder {
	struct build_options o;
	const struct design *design;
	struct pool pool;
	void *mem;
	size_t bytes;
	struct engine_thread thread;
	struct domain *domain;
	uint64_t failed; /* operations, with --keep-going */
};

/* Tables the list can need at once, were nothing ever freed; capped. */
static uint64_t pages_needed(const struct op_list *l)
{
	uint64_t pages = 1024;

	for (size_t i = 0; i < l->n && pages < PAGES_MAX; i++)
		if (l->ops[i].map)
			pages += l->ops[i].bytes / vtd_span(2) +
				 2 * VTD_LEVELS_MAX;
	return pages < PAGES_MAX ? pages : PAGES_MAX;
}

static int builder_open(struct builder *b, const struct op_list *l,
			struct err *e)
{
	const struct design *d = b->design;
	int rc;

	b->bytes = (size_t)pages_needed(l) * VTD_PAGE_BYTES;
	if (b->o.base + b->bytes > VTD_ADDR_MASK)
		return err_set(e, -EINVAL,
			       "tables build: no room for tables between "
			       "--base 0x%" PRIx64 " and 2^52",
			       b->o.base);
	b->mem = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (b->mem == MAP_FAILED) {
		b->mem = NULL;
		return err_set(e, -errno, "tables build: no memory for tables");
	}
	rc = pool_init(&b->pool, b->mem, b->bytes, b->o.base);
	if (rc)
		return err_set(e, rc, "tables build: no memory for tables");
	b->o.engine.pool = &b->pool;
	b->domain = d->domain_new(&b->o.engine);
	if (!b->domain) {
		rc = -errno;
		pool_fini(&b->pool);
		return err_set(e, rc, "tables build: design %s: %s", d->name,
			       rc == -ENOTSUP ? "cannot free empty tables"
					      : strerror(-rc));
	}
	d->thread_enter(&b->thread, &b->pool);
	return 0;
}

static void builder_close(struct builder *b)
{
	if (b->domain) {
		b->design->thread_leave(&b->thread);
		b->design->domain_free(b->domain);
		pool_fini(&b->pool);
	}
	if (b->mem)
		munmap(b->mem, b->bytes);
}

static const char *why_refused(const struct op *op, int rc)
{
	switch (rc) {
	case -EEXIST:
		return "EEXIST: something is mapped there";
	case -ENOMEM:
		return "ENOMEM: no table page is left";
	case -EINVAL:
		return op->map ? "EINVAL: not a multiple of 4096, size 0, "
				 "beyond the address width, or a permission "
				 "the format does not have"
			       : "EINVAL: not a multiple of 4096, size 0, "
				 "beyond the address width, or it starts "
				 "inside a larger leaf";
	default:
		return strerror(-rc);
	}
}

static int refused(struct builder *b, const struct op *op, int rc,
		   struct err *e)
{
	char what[96];

	if (op->map)
		snprintf(what, sizeof(what),
			 "map,0x%" PRIx64 ",0x%" PRIx64 ",0x%" PRIx64 ",%s",
			 op->iova, op->pa, op->bytes, perm_text(op->prot));
	else
		snprintf(what, sizeof(what), "unmap,0x%" PRIx64 ",0x%" PRIx64,
			 op->iova, op->bytes);
	err_set(e, rc, "%s:%lu: %s: '%s'", b->o.ops, op->line,
		why_refused(op, rc), what);
	if (!b->o.keep_going)
		return rc;
	err_warn("%s", e->what);
	b->failed++;
	*e = (struct err){0};
	return 0;
}

static int apply(struct builder *b, const struct op_list *l, struct err *e)
{
	const struct design *d = b->design;

	for (size_t i = 0; i < l->n; i++) {
		const struct op *op = &l->ops[i];
		uint64_t unmapped;
		int rc = op->map ? d->map(b->domain, &b->thread, op->iova,
					  op->pa, op->bytes, op->prot)
				 : d->unmap(b->domain, &b->thread, op->iova,
					    op->bytes, &unmapped);

		if (rc && refused(b, op, rc, e))
			return e->code;
		if (i % 256 == 255)
			d->thread_quiesce(&b->thread);
	}
	/* What waits for readers is free before the image is taken. */
	d->thread_offline(&b->thread);
	d->reclaim_barrier();
	d->thread_online(&b->thread);
	return 0;
}

static const uint64_t *pool_image_page(void *arg, uint64_t pa)
{
	struct pool *pool = arg;

	if (pa < pool->pa_base ||
	    (pa - pool->pa_base) >> VTD_PAGE_LG2 >= pool->npages)
		return NULL;
	return pool_va(pool, pa);
}

static int count_leaf(void *arg, const struct image_leaf *leaf)
{
	uint64_t *leaves = arg;

	++*leaves;
	return 0;
}

/* Pages up to the last one in use; what is not in use is written as zeroes. */
static int write_image(struct builder *b, uint64_t *bytes, struct err *e)
{
	static const char zeroes[VTD_PAGE_BYTES];
	struct whole_file f;
	size_t end = b->pool.npages;
	int rc = whole_file_open(&f, b->o.out, e);

	if (rc)
		return rc;
	while (end && b->pool.pages[end - 1].state != POOL_LIVE)
		end--;
	for (size_t i = 0; i < end && !rc; i++) {
		struct pool_page *page = &b->pool.pages[i];
		const void *from = page->state == POOL_LIVE
					   ? pool_page_va(&b->pool, page)
					   : zeroes;

		if (fwrite(from, VTD_PAGE_BYTES, 1, f.out) != 1)
			rc = -errno;
	}
	*bytes = end * VTD_PAGE_BYTES;
	if (rc) {
		err_set(e, rc, "%s: cannot write: %s", b->o.out, strerror(-rc));
		err_remedy(e, "make room, or give --out another path");
	}
	return whole_file_close(&f, rc, e);
}

static int finish(struct builder *b, struct err *e)
{
	const struct image_tree tree = {b->o.engine.format, b->o.engine.levels,
					pool_pa(&b->pool, b->domain->root)};
	const struct image img = {.page = pool_image_page, .arg = &b->pool};
	uint64_t leaves = 0, bytes = 0, tables = image_tables(&img, &tree);
	int rc = write_image(b, &bytes, e);

	if (rc)
		return rc;
	image_leaves(&img, &tree, count_leaf, &leaves);
	printf("{\"root\": \"0x%" PRIx64 "\", \"base\": \"0x%" PRIx64
	       "\", \"levels\": %u, \"bytes\": %" PRIu64
	       ", \"tables\": %" PRIu64 ", \"leaves\": %" PRIu64
	       ", \"failed\": %" PRIu64 "}\n",
	       tree.table, b->o.base, tree.levels, bytes, tables, leaves,
	       b->failed);
	return 0;
}

static int run(int argc, char **argv)
{
	struct builder b = {.o.engine.domain_id = 1};
	struct op_list list;
	struct err e = {0};
	int rc;

	if (args_parse(&tables_build, argc, argv, &b.o))
		return EXIT_USAGE;
	b.design = design_find(b.o.design);
	b.o.engine.max_leaf_level++; /* was an index */
	if (b.o.base % VTD_PAGE_BYTES)
		return args_error(&tables_build, "--base is not 4 KiB aligned");
	if (b.o.engine.format == VTD_FS && b.o.engine.levels == VTD_LEVELS_MIN)
		return args_error(&tables_build,
				  "the first stage has 4 or 5 levels");
	rc = op_list_open(&list, b.o.ops, &e);
	if (!rc) {
		rc = builder_open(&b, &list, &e);
		if (!rc)
			rc = apply(&b, &list, &e);
		if (!rc)
			rc = finish(&b, &e);
		builder_close(&b);
		op_list_release(&list);
	}
	if (rc)
		err_print(&e);
	return err_status(rc);
}

#define O struct build_options
static const struct option_row rows[] = {
	ROW_OPERAND(O, ops, "OPS.csv"),
	ROW_TEXT(O, design, "design", "D", "a design of `vtdbench list`",
		 .choices = option_designs, .renamed = design_renamed,
		 .flags = OPTION_REQUIRED),
	ROW_INT(O, engine.levels, "levels", "N", VTD_LEVELS_MIN, VTD_LEVELS_MAX,
		"3, 4 or 5; first stage 4 or 5", .flags = OPTION_REQUIRED),
	ROW_INT(O, base, "base", "ADDR", 0, VTD_ADDR_MASK,
		"physical address of the image, 4 KiB aligned",
		.flags = OPTION_REQUIRED),
	ROW_TEXT(O, out, "out", "IMAGE", "the file to write",
		 .flags = OPTION_REQUIRED),
	ROW_CHOICE(O, engine.format, "format", "F", option_formats,
		   "second_stage", ""),
	ROW_CHOICE(O, engine.max_leaf_level, "max-leaf", "S", option_leaf_sizes,
		   "1G", "largest leaf"),
	ROW_CHOICE(O, engine.reclaim, "reclaim", "R", option_reclaims, "whole",
		   "free tables wholly inside an unmapped range, or also those "
		   "that became empty"),
	ROW_BOOL(O, keep_going, "keep-going",
		 "go on after an operation that fails"),
	{0}};

const struct command tables_build = {
	.name = "tables build",
	.help = "the tables that a design makes of a list of operations",
	.about = "Applies lines map,IOVA,PA,SIZE,r|w|rw and unmap,IOVA,SIZE "
		 "(decimal, 0x) through a design and writes its table pages: "
		 "page k at physical address base + 4096 k.",
	.rows = rows,
	.after = "Prints one JSON object: root and base (hexadecimal "
		 "strings), levels, bytes (of the image), tables and leaves "
		 "(reachable), failed (operations refused). Exit status: 0 "
		 "written; 2, and no image, if an operation fails; 1 could not "
		 "be written.",
	.run = run,
};
