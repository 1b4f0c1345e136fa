/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The placement that names its CPUs: "0,2-3". */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "place.h"

/* A number of at most five digits at *@p, which moves on; -1: none. */
static long number(const char **p)
{
	char *end;
	long n;

	if (**p < '0' || **p > '9')
		return -1;
	n = strtol(*p, &end, 10);
	if (end - *p > 5)
		return -1;
	*p = end;
	return n;
}

static int doubled(const unsigned *numbers, size_t n, unsigned x)
{
	for (size_t i = 0; i < n; i++)
		if (numbers[i] == x)
			return 1;
	return 0;
}

int place_list_parse(const char *text, unsigned **numbers, size_t *n, char *why,
		     size_t why_len)
{
	unsigned *out = calloc(TOPO_CPUS_MAX, sizeof(*out));
	const char *p = text;
	const char *bad = "";

	*numbers = NULL;
	*n = 0;
	if (!out) {
		snprintf(why, why_len, "CPU list: out of memory");
		return -ENOMEM;
	}
	for (;;) {
		long low = number(&p), high = low;

		if (low >= 0 && *p == '-') {
			p++;
			high = number(&p);
		}
		if (low < 0 || high < 0 || (*p && *p != ',')) {
			bad = "write numbers and ranges such as 0,2-3";
			goto bad;
		}
		if (high < low) {
			bad = "a range falls";
			goto bad;
		}
		for (long x = low; x <= high; x++) {
			if (doubled(out, *n, (unsigned)x)) {
				bad = "a CPU is named twice";
				goto bad;
			}
			if (*n == TOPO_CPUS_MAX) {
				bad = "too many CPUs";
				goto bad;
			}
			out[(*n)++] = (unsigned)x;
		}
		if (!*p)
			break;
		p++;
	}
	*numbers = out;
	return 0;
bad:
	snprintf(why, why_len, "CPU list '%s': %s", text, bad);
	free(out);
	*n = 0;
	return -EINVAL;
}

int place_list(const struct topo *t, const struct place_request *r,
	       unsigned *cpus, char *why, size_t why_len)
{
	char allowed[128];
	unsigned *numbers;
	size_t n;
	int ret;

	if (!r->cpus || !*r->cpus) {
		snprintf(why, why_len,
			 "placement list: it needs a list of CPUs such as "
			 "0,2-3");
		return -EINVAL;
	}
	ret = place_list_parse(r->cpus, &numbers, &n, why, why_len);
	if (ret)
		return ret;
	for (size_t i = 0; i < n && !ret; i++) {
		int cpu = topo_cpu_find(t, numbers[i]);

		if (cpu < 0) {
			topo_cpus_text(t, allowed, sizeof(allowed));
			snprintf(why, why_len,
				 "CPU list '%s': CPU %u is not there or not "
				 "allowed; allowed: %s",
				 r->cpus, numbers[i], allowed);
			ret = -EINVAL;
		} else if (i < r->nthreads) {
			cpus[i] = (unsigned)cpu;
		}
	}
	if (!ret && r->nthreads > n) {
		snprintf(why, why_len,
			 "placement list: %u threads, but the list '%s' has "
			 "%zu CPUs",
			 r->nthreads, r->cpus, n);
		ret = -ENOTSUP;
	}
	free(numbers);
	return ret;
}
