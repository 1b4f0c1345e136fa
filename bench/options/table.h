/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option rows: one row a key, and everything about a key is in its row.
 * Config files, --set, the environment, `vtdbench list`, the man page and
 * shell completion all read these rows. What commands take on their command
 * line (cli/command.h) is rows as well.
 *
 * Adding an option: a member of trial/params.h and a row in options/MODULE.c.
 */
#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trial/params.h"

/* What a value looks like, and the member it is stored in. */
enum option_type {
	OPTION_BOOL, /* true or false; bool */
	OPTION_INT,  /* decimal or 0x; unsigned or uint64_t */
	OPTION_SIZE, /* bytes, or with K, M, G, T (1024); uint64_t, unsigned */
	OPTION_DURATION, /* number with ns, us, ms, s or m; uint64_t in ns */
	OPTION_NUMBER,	 /* decimal fraction; double */
	OPTION_ENUM,	 /* one of choices; unsigned: its index */
	OPTION_NAME,	 /* one of choices; char array: the name */
	OPTION_STRING,	 /* char array */
	OPTION_PATH,	 /* char array; relative to the config file */
	OPTION_TEXT,	 /* const char *, as given; one of choices, if any */
	OPTION_TEXTS,	 /* struct option_texts: may be given several times */
	OPTION_PERCENT,	 /* number, a % behind it or not; double: the share */
	OPTION_TYPE_NR,
};
const char *option_type_name(enum option_type t);

/* Where the value is stored. */
enum option_scope {
	OPTION_RUN,   /* struct params_run: holds for the run as a whole */
	OPTION_TRIAL, /* struct params: may differ between sweeps */
};

enum option_flags {
	OPTION_AXIS = 1 << 0,  /* takes a list: an axis of the sweep */
	OPTION_ALL = 1 << 1,   /* "all" stands for the list of all choices */
	OPTION_POW2 = 1 << 2,  /* a power of two (or 0, if in range) */
	OPTION_PAGES = 1 << 3, /* a multiple of 4 KiB */
	/* Came when there were results: what was done before is no part of a
	 * trial's key and seed, so runs begun without it can be resumed and
	 * merged. */
	OPTION_ADDED = 1 << 4,
	/* Of a command line only: */
	OPTION_TWIN = 1 << 5, /* has an environment twin, as all keys have */
	OPTION_REQUIRED = 1 << 6, /* cannot be left out */
	OPTION_OPERAND = 1 << 7,  /* no flag: what is named, in order of rows */
	OPTION_RUN_NAMED = 1
			   << 8, /* value may be left out; a run if it is not */
};

/* Values in the order given; text[n] is NULL if they are operands. */
struct option_texts {
	const char **text; /* of flags: whoever parses frees it */
	size_t n;
};

struct option_row {
	const char *key; /* as in YAML, nested keys with dots: "iotlb.sets" */
	enum option_type type;
	const char *unit;    /* for people: "pages", "ops/s"; "" = none */
	uint64_t min, max;   /* BOOL..DURATION: range; STRING, PATH: length */
	double low, high;    /* NUMBER, PERCENT: range */
	const char *initial; /* default, as it would be written */
	/* OPTION_ADDED: what was done when there was no such key, if that is
	 * not today's default; else NULL. As option_format() writes it. */
	const char *before;
	unsigned flags;
	enum option_scope scope;
	size_t offset, size; /* of the member */
	/* ENUM, NAME, TEXT, and SIZE of which only some values are good. TEXT
	 * with check: what completion offers. */
	const char *(*choices)(size_t i); /* NULL past the end */
	/* NAME, TEXT: what a choice is called now that had this name; NULL:
	 * none had. */
	const char *(*renamed)(const char *old);
	/* NAME: further forms, e.g. "node:N"; "" = none. TEXT: its form. */
	const char *also;
	/* STRING, PATH, TEXT, NAME with also: says in @e what is wrong. */
	int (*check)(const char *text, struct err *e);
	const char *help;    /* what it is and does, one line */
	const char *metavar; /* flags and operands: what stands for the value */
	char letter;	     /* of a flag; 0: none */
};

/* The rows of one file of options/. */
struct option_module {
	const char *name; /* "iotlb" */
	const char *title;
	const struct option_row *rows; /* ended by key == NULL */
};
extern const struct option_module option_modules[]; /* ended by name == NULL */

/* Row @i of all modules in order, or NULL past the end. */
const struct option_row *option_at(size_t i);
const struct option_row *option_find(const char *key);
/* The key nearest to @typed among those of @scope (or any: -1), or NULL. */
const char *option_nearest(const char *typed, int scope);
/* Whether @prefix + "." begins a key: a mapping of nested keys. */
bool option_is_group(const char *prefix);

/* @text, or what the choice of that name is called now; *old then is true. */
const char *option_renamed(const struct option_row *row, const char *text,
			   bool *old);

/*
 * option_parse() - read @text into the member of @base (struct params or
 * params_run, as the row's scope says). Returns 0, or -EINVAL with e->what
 * "KEY: what is wrong; what is accepted" and *base unchanged. @base may be
 * NULL: only check.
 */
int option_parse(const struct option_row *row, const char *text, void *base,
		 struct err *e);

/* What the row accepts: "an integer from 0 to 1024", "auto, off or require". */
void option_accepts(const struct option_row *row, char *buf, size_t n);

/* The member's value as it could be written in a config: "64M", "40ms". */
void option_format(const struct option_row *row, const void *base, char *buf,
		   size_t n);

/* What a plan or result without the row did, as option_format() writes it:
 * that of one that was added. */
const char *option_before(const struct option_row *row);

/* Whether @text, of option_format(), says no more than a plan without the row.
 * What hashes a plan leaves it out. */
bool option_is_silent(const struct option_row *row, const char *text);

/* The row's environment twin: "VTDBENCH_IOTLB_SETS". */
void option_environment(const struct option_row *row, char *buf, size_t n);

/* All defaults; "all" leaves the first choice. Either may be NULL. */
void option_defaults(struct params_run *run, struct params *p);

/* "64M", "4K", "123": the largest unit that divides @bytes. */
void option_format_size(uint64_t bytes, char *buf, size_t n);
void option_format_duration(uint64_t ns, char *buf, size_t n);

/* What several rows choose from, the index that of the enum: formats of
 * entries, ways to reclaim, sizes of leaves by level, when to flush, designs,
 * placements. */
const char *option_formats(size_t i);
const char *option_reclaims(size_t i);
const char *option_leaf_sizes(size_t i);
const char *option_flushes(size_t i);
const char *option_designs(size_t i);
const char *option_placements(size_t i);

#endif
