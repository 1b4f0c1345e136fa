/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs as the only process of a machine under QEMU, whose name is its
 * argument. Prints TAP.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../topology/numamem.h"
#include "../topology/pin.h"
#include "../topology/place.h"
#include "guest.h"

enum { BYTES = 8 << 20, SAMPLES = 256 };

static unsigned tests;
char why[256];

void result(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %u - ", good ? "" : "not ", ++tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good)
		printf("# %s\n", why);
	why[0] = '\0';
}

/* Pins to the CPUs in turn; the first one touches the memory, as a worker. */
static bool lies_right(const struct place *p, enum numamem_huge huge)
{
	struct numamem_check check;
	struct numamem m;
	bool good;

	for (unsigned i = p->nthreads; i--;)
		if (pin_self(p->cpus[i], why, sizeof(why)) ||
		    pin_verify(p->cpus[i], why, sizeof(why)))
			return false;
	if (numamem_alloc(&m, BYTES, &p->mem, huge, why, sizeof(why)))
		return false;
	memset(m.base, 1, m.bytes);
	good = !numamem_verify(&m, SAMPLES, &check, why, sizeof(why)) &&
	       check.verified && m.bound && check.placed == SAMPLES;
	if (check.nodes_seen != numa_policy_count(&p->mem) &&
	    huge == NUMAMEM_OFF)
		good = false;
	printf("# %zu placed on %u nodes, pages of %zu; %s\n", check.placed,
	       check.nodes_seen, m.page_bytes, m.note);
	numamem_free(&m);
	return good;
}

void check_rows(const struct topo *t, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct place_request r = {rows[i].placement, rows[i].list,
					  rows[i].memory, rows[i].threads,
					  NULL};
		char cpus[64] = "", nodes[64] = "";
		struct pin_saved *saved = pin_save();
		struct place p;
		bool good = !place_threads(t, &r, &p, why, sizeof(why));

		if (good) {
			topo_list_text(p.cpus, p.nthreads, cpus, sizeof(cpus));
			numa_policy_text(&p.mem, nodes, sizeof(nodes));
			good = !strcmp(cpus, rows[i].cpus) &&
			       !strcmp(nodes, rows[i].nodes);
			snprintf(why, sizeof(why), "CPUs %s, memory %s", cpus,
				 nodes);
			good = good && lies_right(&p, NUMAMEM_OFF) &&
			       lies_right(&p, NUMAMEM_AUTO);
			place_release(&p);
		}
		result(good, "%s %s, %u threads: CPUs %s, memory %s",
		       r.placement, r.memory, r.nthreads, rows[i].cpus,
		       rows[i].nodes);
		pin_restore(saved);
	}
}

int main(int argc, char **argv)
{
	bool memoryless = argc > 1 && !strcmp(argv[1], "memoryless");
	struct topo *t;

	if (getpid() != 1) {
		fputs("guest: meant as the first process of a guest\n", stderr);
		return 2;
	}
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	result(!topo_load(&t, "live", why, sizeof(why)), "the topology");
	if (t) {
		(memoryless ? memoryless_guest : placements_guest)(t);
		topo_free(t);
	}
	printf("1..%u\n", tests);
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
