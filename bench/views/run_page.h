/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs as one document: what to send to somebody who has nothing else. */
#ifndef VIEWS_RUN_PAGE_H
#define VIEWS_RUN_PAGE_H

#include "document/blocks.h"
#include "store/results.h"

/*
 * run_pages() - of each of @n runs of @s by itself (nothing of two is mixed):
 * the answers to what its config claims, the plots with their data, the
 * report's tables, how it was measured and on what, and how to do it again. Of
 * several their ratios before that, side by side (views/beside.h). 0, or the
 * error of the store or of plot_document().
 */
int run_pages(struct store *s, const int64_t *run, size_t n, struct document *d,
	      struct err *e);
/*
 * One run, shorter, for a merge request: answers, ratios to the reference, how
 * to do it again.
 */
int run_page_brief(struct store *s, int64_t run, struct document *d,
		   struct err *e);

#endif
