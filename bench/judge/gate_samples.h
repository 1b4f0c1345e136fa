/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `vtdbench pair` prints, read back. */
#ifndef JUDGE_GATE_SAMPLES_H
#define JUDGE_GATE_SAMPLES_H

#include "measure/pair.h"

struct gate_sample {
	char design[32], metric[64];
	enum pair_class class;
	unsigned triples, tried, lost[PAIR_SIDES];
	double change, canary, ns[PAIR_SIDES]; /* only if there are triples */
};

struct gate_samples {
	struct gate_sample *sample;
	size_t n;
};

/* 0; -EPROTO: @json is not what pair prints, said in @e. */
int gate_samples_read(struct gate_samples *s, const char *json, struct err *e);
void gate_samples_release(struct gate_samples *s);

#endif
