/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench tables walk`: leaves, translations and devices of an image. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/image.h"
#include "base/must.h"
#include "cli/args.h"
#include "commands/tables.h"
#include "base/err.h"
#include "trace/iova_list.h"
#include "trace/snapshot.h"

enum { BROKEN_SHOWN = 10 };
/* No address: the option was not given. */
#define NOT_GIVEN UINT64_MAX

struct walk_options {
	const char *file, *list, *device;
	uint64_t base, root_table;
	struct image_tree tree; /* table: of --root */
	struct image image;
	unsigned scalable; /* --reasons */
};

/* Where a listing stands. */
struct walk_listing {
	const char *prefix; /* of every line: "" or "domain,table," */
	uint64_t broken;
};

static int print_leaf(void *arg, const struct image_leaf *leaf)
{
	struct walk_listing *l = arg;

	if (!leaf->reason) {
		printf("%s0x%" PRIx64 ",%" PRIu64 ",0x%" PRIx64 ",%s\n",
		       l->prefix, leaf->iova, leaf->bytes, leaf->pa,
		       perm_text(leaf->perm));
		return 0;
	}
	if (l->broken++ < BROKEN_SHOWN)
		err_warn("IOVA 0x%" PRIx64 ": level %u entry 0x%" PRIx64
			 " at 0x%" PRIx64 ": %s (fault:%x)",
			 leaf->iova, leaf->level, leaf->entry, leaf->entry_pa,
			 vtd_reason_text(leaf->reason), leaf->reason);
	return 0;
}

static int list_leaves(const struct walk_options *o,
		       const struct image_tree *tree, const char *prefix,
		       struct err *e)
{
	struct walk_listing l = {.prefix = prefix};
	int rc = image_leaves(&o->image, tree, print_leaf, &l);

	if (rc == -ELOOP)
		return err_set(e, rc,
			       "%s: gave up after %" PRIu64 " tables under "
			       "0x%" PRIx64 ": tables are shared or in a cycle",
			       o->file, o->image.max_tables, tree->table);
	if (rc)
		return err_set(e, rc, "%s: %s", o->file, strerror(-rc));
	if (l.broken)
		return err_set(e, -EINVAL,
			       "%s: %" PRIu64 " broken entries under "
			       "0x%" PRIx64,
			       o->file, l.broken, tree->table);
	return 0;
}

static void print_result(const struct iova_request *q, unsigned reason,
			 uint64_t pa)
{
	printf("0x%" PRIx64 ",%s,", q->iova, perm_text(q->access));
	if (reason)
		printf("fault:%x\n", reason);
	else
		printf("0x%" PRIx64 "\n", pa);
}

static int translate_list(const struct walk_options *o,
			  const struct image_device *dev, struct err *e)
{
	struct iova_list list;
	int rc = iova_list_open(&list, o->list, e);

	if (rc)
		return rc;
	puts("iova,access,result");
	for (size_t i = 0; i < list.n; i++) {
		struct iova_request *q = &list.requests[i];
		struct image_result r = {.pa = q->iova};

		if (dev && dev->reason)
			r.reason = dev->reason;
		else if (!dev || dev->type != IMAGE_PASS_THROUGH)
			image_walk(&o->image, &o->tree, q->iova, q->access, &r);
		print_result(q, r.reason, r.pa);
	}
	iova_list_release(&list);
	return 0;
}

static int walk_tree(const struct walk_options *o, struct err *e)
{
	if (!o->image.page(o->image.arg, o->tree.table & VTD_ADDR_MASK)) {
		err_set(e, -EINVAL, "%s: no page at the root 0x%" PRIx64,
			o->file, o->tree.table);
		return err_remedy(e, "check --root and --base");
	}
	if (o->list)
		return translate_list(o, NULL, e);
	puts("iova,size,pa,perm");
	return list_leaves(o, &o->tree, "", e);
}

/* Trees of the image, each once, with the domain it was first seen in. */
struct walk_domains {
	struct image_tree *trees;
	uint16_t *ids;
	size_t n, broken;
};

static int note_tree(struct walk_domains *d, const struct image_tree *t,
		     uint16_t id)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->ids[i] == id && d->trees[i].table == t->table &&
		    d->trees[i].format == t->format &&
		    d->trees[i].levels == t->levels)
			return 0;
	if (try_grow(&d->trees, d->n, sizeof(*d->trees)) ||
	    try_grow(&d->ids, d->n, sizeof(*d->ids)))
		return -ENOMEM;
	d->trees[d->n] = *t;
	d->ids[d->n++] = id;
	return 0;
}

static void print_device(const struct image_device *dev, const char *type,
			 const struct image_tree *t)
{
	printf("%02x:%02x.%u,%u,%s,%u,0x%" PRIx64 ",", dev->source_id >> 8,
	       dev->source_id >> 3 & 31, dev->source_id & 7u, dev->domain_id,
	       type, t->levels, t->table);
	if (dev->reason)
		printf("fault:%x\n", dev->reason);
	else
		puts("ok");
}

static int show_device(void *arg, const struct image_device *dev)
{
	static const struct image_tree none;
	struct walk_domains *d = arg;
	int rc = 0;

	if (dev->reason) {
		d->broken++;
		print_device(dev, image_type_name(dev->type), &none);
		return 0;
	}
	if (dev->type == IMAGE_PASS_THROUGH)
		print_device(dev, image_type_name(dev->type), &none);
	if (dev->type == IMAGE_FIRST || dev->type == IMAGE_NESTED) {
		print_device(dev, image_type_name(dev->type), &dev->fs);
		rc = note_tree(d, &dev->fs, dev->domain_id);
	}
	if (!rc && (dev->type == IMAGE_SECOND || dev->type == IMAGE_NESTED)) {
		print_device(dev, image_type_name(IMAGE_SECOND), &dev->ss);
		rc = note_tree(d, &dev->ss, dev->domain_id);
	}
	return rc;
}

static int list_domains(const struct walk_options *o,
			const struct walk_domains *d, struct err *e)
{
	int rc = 0;

	puts("\ndomain,table,iova,size,pa,perm");
	for (size_t i = 0; i < d->n; i++) {
		char prefix[48];
		int one;

		snprintf(prefix, sizeof(prefix), "%u,0x%" PRIx64 ",", d->ids[i],
			 d->trees[i].table);
		one = list_leaves(o, &d->trees[i], prefix, e);
		rc = rc ? rc : one;
	}
	return rc;
}

static int walk_root_table(const struct walk_options *o, struct err *e)
{
	struct walk_domains d = {0};
	int rc;

	puts("device,domain,type,levels,table,result");
	rc = image_devices(&o->image, o->root_table, show_device, &d);
	if (rc)
		err_set(e, rc, "%s: %s", o->file, strerror(-rc));
	else
		rc = list_domains(o, &d, e);
	if (!rc && d.broken)
		rc = err_set(e, -EINVAL,
			     "%s: %zu devices cannot be translated for",
			     o->file, d.broken);
	free(d.trees);
	free(d.ids);
	return rc;
}

static bool parse_device(const char *text, uint16_t *source_id)
{
	unsigned bus, dev, fn;
	int end = 0;

	if (sscanf(text, "%2x:%2x.%1u%n", &bus, &dev, &fn, &end) != 3 ||
	    text[end] || dev > 31 || fn > 7)
		return false;
	*source_id = (uint16_t)(bus << 8 | dev << 3 | fn);
	return true;
}

static int walk_device(struct walk_options *o, struct err *e)
{
	struct image_device dev;
	uint16_t source_id;

	if (!parse_device(o->device, &source_id)) {
		err_set(e, -EINVAL, "--device '%s' is no device", o->device);
		return err_remedy(e, "write it as BUS:DEV.FN, e.g. 00:05.0");
	}
	image_device(&o->image, o->root_table, source_id, &dev);
	o->tree = dev.type == IMAGE_FIRST || dev.type == IMAGE_NESTED ? dev.fs
								      : dev.ss;
	o->image.write_protect = dev.write_protect;
	if (dev.type == IMAGE_NESTED)
		return err_set(e, -EINVAL,
			       "device %s: translation is nested; list its "
			       "tables without --device",
			       o->device);
	if (o->list)
		return translate_list(o, &dev, e);
	if (dev.reason)
		return err_set(e, -EINVAL, "device %s: %s (fault:%x)",
			       o->device, vtd_reason_text(dev.reason),
			       dev.reason);
	puts("iova,size,pa,perm");
	return dev.type == IMAGE_PASS_THROUGH ? 0
					      : list_leaves(o, &o->tree, "", e);
}

/* What rows cannot say of the options; 0 or EXIT_USAGE. */
static int settle(struct walk_options *o)
{
	const struct command *c = &tables_walk;
	bool root = o->tree.table != NOT_GIVEN;
	bool root_table = o->root_table != NOT_GIVEN;

	if (root == root_table)
		return args_error(c, "give either --root or --root-table");
	if (root && !o->tree.levels)
		return args_error(c, "--root needs --levels");
	if (root && o->tree.table % VTD_PAGE_BYTES)
		return args_error(c,
				  "--root 0x%" PRIx64 " is not 4 KiB aligned",
				  o->tree.table);
	if (root && o->tree.format == VTD_FS &&
	    o->tree.levels == VTD_LEVELS_MIN)
		return args_error(c, "the first stage has 4 or 5 levels");
	if (o->device && !root_table)
		return args_error(c, "--device needs --root-table");
	if (o->list && root_table && !o->device)
		return args_error(c, "--iova with --root-table needs --device");
	o->image.scalable =
		o->scalable ||
		(root_table && (o->root_table & VTD_RTADDR_SCALABLE));
	o->image.snoop = o->image.scalable;
	return 0;
}

static int run(int argc, char **argv)
{
	struct walk_options o = {.tree.table = NOT_GIVEN,
				 .root_table = NOT_GIVEN};
	struct snapshot snapshot;
	struct err e = {0};
	int rc;

	if (args_parse(&tables_walk, argc, argv, &o) || settle(&o))
		return EXIT_USAGE;
	rc = snapshot_open(&snapshot, o.file, o.base, &e);
	if (!rc) {
		o.image.page = snapshot_page;
		o.image.arg = &snapshot;
		/* A sane image has every table once. */
		o.image.max_tables = 4 * snapshot.npages + 4096;
		if (o.root_table == NOT_GIVEN)
			rc = walk_tree(&o, &e);
		else if (o.device)
			rc = walk_device(&o, &e);
		else
			rc = walk_root_table(&o, &e);
		snapshot_close(&snapshot);
	}
	if (rc)
		err_print(&e);
	return err_status(rc);
}

/* Whose fault numbers; 1 is struct image's scalable. */
static const char *reasons(size_t i)
{
	static const char *const names[] = {"legacy", "scalable", NULL};

	return names[i];
}

#define O struct walk_options
static const struct option_row rows[] = {
	ROW_OPERAND(O, file, "FILE"),
	ROW_INT(O, tree.table, "root", "ADDR", 0, VTD_ADDR_MASK,
		"physical address of the top table"),
	ROW_INT(O, tree.levels, "levels", "N", VTD_LEVELS_MIN, VTD_LEVELS_MAX,
		"3, 4 or 5; first stage 4 or 5"),
	ROW_CHOICE(O, tree.format, "format", "F", option_formats,
		   "second_stage", ""),
	ROW_INT(O, base, "base", "ADDR", 0, VTD_ADDR_MASK,
		"address of the first page of a raw image", .initial = "0"),
	ROW_TEXT(O, list, "iova", "LIST",
		 "translate: a file with lines IOVA[,r|w], - for standard "
		 "input, or the list itself: 0x1000,0x2000,w"),
	ROW_INT(O, root_table, "root-table", "ADDR", 0,
		VTD_ADDR_MASK | VTD_RTADDR_SCALABLE,
		"start from the root table; bit 10 set, as in RTADDR: "
		"scalable mode"),
	ROW_TEXT(O, device, "device", "B:D.F",
		 "with --root-table: the tables of one device"),
	ROW_INT(O, image.host_width, "host-width", "N", 32, 52,
		"physical address bits; those above are reserved",
		.initial = "52"),
	ROW_CHOICE(
		O, scalable, "reasons", "M", reasons, "legacy",
		"whose fault numbers, and whether bit 11 of a leaf is SNP or "
		"reserved"),
	{0}};

const struct command tables_walk = {
	.name = "tables walk",
	.help = "leaves, translations and devices of an image",
	.usage = "FILE --root ADDR --levels N [OPTION...]\n"
		 "FILE --root-table ADDR [--device BUS:DEV.FN] [OPTION...]",
	.about = "Reads page tables that anyone built, as VT-d would. FILE is "
		 "a raw image of table pages or a VTDPAGE1 snapshot, plain or "
		 "gzip. Numbers are decimal, or hexadecimal after 0x.",
	.rows = rows,
	.after =
		"Prints CSV. Without --iova: iova,size,pa,perm of every leaf, "
		"ascending. With it: iova,access,result with the PA, or "
		"fault:N with VT-d's reason in hexadecimal. From a root table: "
		"the devices, an empty line, and the leaves of each domain. "
		"Exit status: 0 done; 2 an entry is broken (each is named on "
		"stderr), or command line or file.",
	.run = run,
};
