/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine in which tables are judged: QEMU with its VT-d, devices that do
 * DMA on demand, and RAM that this process maps as well, so that the engine
 * under test writes its tables where QEMU walks them.
 *
 * Guest-physical addresses: RAM is [0, 2G) and [4G, 2G + MACHINE_RAM); what
 * lies between is never RAM. Sparse: only pages that are used take memory.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../kernels/image.h"
#include "qtest.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

#define MACHINE_RAM	 (512 * GIB)
#define MACHINE_LOW_END	 (2 * GIB)
#define MACHINE_HIGH	 (4 * GIB)
#define MACHINE_HIGH_END (MACHINE_RAM + 2 * GIB)
/* What the devices' data may use; the rest of RAM is for tables. */
#define MACHINE_DATA_LOW (512 * MIB)
#define MACHINE_DATA_END (MACHINE_HIGH_END - 8 * GIB)

/* The IOMMU's registers, and bits of its global command and status. */
#define MACHINE_IOMMU UINT64_C(0xfed90000)
#define GCMD_TE	      (UINT32_C(1) << 31)
#define GCMD_SRTP     (UINT32_C(1) << 30)
#define GCMD_QIE      (UINT32_C(1) << 26)

/* QEMU's IOMMU takes it as the host's address width, too. */
enum { MACHINE_WIDTH = 48 };

enum {
	MACHINE_MODES = 3,
	MACHINE_REASONS = 6,
};

/* Two groups of devices, each with an address space of its own. */
enum {
	MACHINE_SPACES = 2,
	MACHINE_EDUS = 3, /* of one space */
};

/* What the IOMMU is asked to do. */
struct machine_mode {
	const char *name;
	bool scalable;
	enum vtd_format format; /* of the page tables */
	unsigned levels[MACHINE_SPACES];
	const char *iommu;		   /* QEMU's -device */
	unsigned reasons[MACHINE_REASONS]; /* faults that have to come up */
};

extern const struct machine_mode machine_modes[MACHINE_MODES];

/* One PCI function that does DMA. */
struct device {
	uint16_t source_id;
	uint64_t bar;
};

struct machine {
	struct qtest q;
	const struct machine_mode *mode;
	int ram_fd;
	char *ram; /* the file; see machine_ram() */
	struct device rocker[MACHINE_SPACES];
	struct device edu[MACHINE_SPACES][MACHINE_EDUS];
};

/* With the QEMU @program. Returns 0 or -errno; m->q.why may say more. */
int machine_start(struct machine *m, const struct machine_mode *mode,
		  const char *program);
void machine_stop(struct machine *m);

/* The memory at @pa, or NULL: no RAM there. Good up to the end of the page. */
void *machine_ram(const struct machine *m, uint64_t pa);
/* Is an image_page over a struct machine. */
const uint64_t *machine_page(void *arg, uint64_t pa);
/* All RAM is zero again and takes no memory. Nothing may be queued. */
void machine_clear(struct machine *m);

/* Translation on, from root table @rtaddr, or off. Runs the queue. */
bool machine_translate(struct machine *m, uint64_t rtaddr);
bool machine_stop_translating(struct machine *m);

/* Global command @command, which repeats what is to stay; then until @bit of
 * the status is @set. Runs the queue. */
bool machine_command(struct machine *m, uint32_t command, uint32_t bit,
		     bool set);

/* These queue. */
void machine_flush_iotlb(struct machine *m);
void machine_flush_context(struct machine *m);

/* A fault record: numbers of the queued reads, then what they said. */
struct fault {
	size_t low_read, high_read;
	bool recorded;
	unsigned reason;
	bool is_read;
	uint16_t source_id;
	uint64_t page; /* the address, 63:12 */
};

void fault_clear(struct machine *m);
void fault_read(struct machine *m, struct fault *f);
/* After the queue has run. */
void fault_take(const struct machine *m, struct fault *f);

#endif
