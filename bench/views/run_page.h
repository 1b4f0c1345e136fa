/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs as one document: what to send to somebody who has nothing else. */
#ifndef VIEWS_RUN_PAGE_H
#define VIEWS_RUN_PAGE_H

#include "document/blocks.h"
#include "store/results.h"

/* How a page is to be. */
struct page_wanted {
	bool brief; /* for a merge request: answers, ratios, how to repeat it */
	const char *scripts; /* a folder of plots (pictures/own.h); or NULL */
	/* What will stand below a run: its verdicts come first; or NULL. */
	const struct document *also;
};

/*
 * run_pages() - of each of @n runs of @s by itself (nothing of two is mixed):
 * the answers to what its config claims, the plots with their data, the
 * report's tables, how it was measured and on what, and how to do it again. Of
 * several runs_head() before that. 0, or the error of the store or of
 * plot_document().
 */
int run_pages(struct store *s, const int64_t *run, size_t n,
	      const struct page_wanted *w, struct document *d, struct err *e);
/*
 * What each of @n runs says of its claims, a line each, and their ratios side
 * by side (views/beside.h; @brief as there). 0, or the store's error.
 */
int runs_head(struct store *s, const int64_t *run, size_t n, bool brief,
	      struct document *d, struct err *e);

#endif
