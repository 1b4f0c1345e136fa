/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the forms of a trend say alike. */
#ifndef JUDGE_TREND_WORDS_H
#define JUDGE_TREND_WORDS_H

#include "judge/trend.h"

/* "3 open changes, 1 acknowledged, 1 drift; nothing in 168 of 172 series". */
void trend_conclusion(const struct trend *t, char *text, size_t size);
/* "6 series: too few nights since their parameters changed" */
void trend_unjudged_words(const struct trend *t, enum trend_unjudged why,
			  char *text, size_t size);
/* What is wrong with t->odd[@i], and how many of them are told. */
enum { TREND_ODD_TOLD = 8 };
void trend_odd_words(const struct trend *t, size_t i, char *text, size_t size);
/* "walks / uniform, rcu, 1 walker (own): walk_lat_ns" */
void trend_title(const struct trend_series *s, char *text, size_t size);
/* "5.1 % slower", "worse", "changed". */
void trend_words(const struct trend_series *s, const struct trend_change *c,
		 char *text, size_t size);
/* "12.1 ns" */
void trend_value(const struct trend_series *s, double value, char *text,
		 size_t size);
/* "1a2b3c4..5d6e7f8", and what that says if the two are the same. */
void trend_commits(const struct trend *t, const struct trend_range *r,
		   char *text, size_t size);
/* Why there are no suspects, or "" where there are. */
const char *trend_no_suspects(const struct trend_range *r);
/* The night on which change @c had ended, or NULL. */
const struct trend_night *trend_ended(const struct trend *t,
				      const struct trend_change *c);
/* The day of a night, "2026-10-01". */
enum { TREND_DAY = 11 };
void trend_day(const struct trend_night *night, char text[TREND_DAY]);
double trend_latest(const struct trend_series *s);

/* All of that of one change, or of the drift of a series (best and last). */
struct trend_said {
	char words[48], before[32], after[32], latest[32], title[512];
};
void trend_say_change(const struct trend_series *s,
		      const struct trend_change *c, struct trend_said *said);
void trend_say_drift(const struct trend_series *s, struct trend_said *said);

#endif
