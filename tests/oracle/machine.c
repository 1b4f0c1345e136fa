/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's command line, PCI set-up and the registers of its IOMMU. */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GCMD	     (MACHINE_IOMMU + 0x18)
#define GSTS	     (MACHINE_IOMMU + 0x1c)
#define RTADDR	     (MACHINE_IOMMU + 0x20)
#define CCMD	     (MACHINE_IOMMU + 0x28)
#define IOTLB	     (MACHINE_IOMMU + 0xf8)
#define FAULT_RECORD (MACHINE_IOMMU + 0x220)

#define CCMD_GLOBAL   (UINT64_C(1) << 63 | UINT64_C(1) << 61)
#define IOTLB_GLOBAL  (UINT64_C(1) << 63 | UINT64_C(1) << 60)
#define FAULT_CLEAR_F UINT32_C(0x80000000) /* in the topmost word */

#define ROCKER_BAR	  UINT64_C(0xfe800000)
#define ROCKER_BAR_BYTES  0x2000
#define ROCKER_DMA_LENGTH 0x30
#define EDU_BAR		  UINT64_C(0xfe000000)
#define EDU_BAR_BYTES	  0x100000

enum { ROM_BYTES = 65536, POLLS = 100000 };

/* QEMU words the second stage's faults in scalable mode as in legacy mode. */
const struct machine_mode machine_modes[MACHINE_MODES] = {
	{
		.name = "legacy",
		.format = VTD_SS,
		.levels = {3, 4},
		.iommu = "intel-iommu,intremap=off,aw-bits=48",
		.reasons = {VTD_BEYOND_WIDTH, VTD_NO_WRITE, VTD_NO_READ,
			    VTD_ENTRY_ACCESS, VTD_ENTRY_RESERVED},
	},
	{
		.name = "scalable",
		.scalable = true,
		.format = VTD_SS,
		.levels = {3, 4},
		.iommu = "intel-iommu,intremap=off,aw-bits=48,"
			 "x-scalable-mode=on",
		.reasons = {VTD_BEYOND_WIDTH, VTD_NO_WRITE, VTD_NO_READ,
			    VTD_ENTRY_ACCESS, VTD_ENTRY_RESERVED},
	},
	{
		.name = "first stage",
		.scalable = true,
		.format = VTD_FS,
		.levels = {4, 4},
		.iommu = "intel-iommu,intremap=off,aw-bits=48,"
			 "x-scalable-mode=on,x-flts=on",
		.reasons = {VTD_FS_NOT_CANONICAL, VTD_FS_NOT_PRESENT,
			    VTD_FS_NO_WRITE, VTD_FS_SUPERVISOR, VTD_FS_ACCESS,
			    VTD_FS_RESERVED},
	},
};

/* PCI slots: some in each half of the bus, as scalable mode divides it. */
static const unsigned rocker_slot[MACHINE_SPACES] = {0x03, 0x12};
static const unsigned edu_slot[MACHINE_SPACES][MACHINE_EDUS] = {
	{0x04, 0x05, 0x15}, {0x13, 0x14, 0x06}};

static uint16_t source_id(unsigned slot)
{
	return (uint16_t)(slot << 3);
}

/* What the CPU runs from its reset vector on: cli; hlt; and again. */
static int make_rom(void)
{
	static const unsigned char code[] = {0xfa, 0xf4, 0xeb, 0xfd};
	int fd = memfd_create("rom", 0);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, ROM_BYTES) ||
	    pwrite(fd, code, sizeof(code), ROM_BYTES - 16) != sizeof(code)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* One line of -device a device; all of them go into one buffer. */
static void add_devices(const char **args, size_t *n, char text[][64])
{
	size_t line = 0;

	for (unsigned s = 0; s < MACHINE_SPACES; s++) {
		snprintf(text[line], sizeof(*text), "rocker,addr=0x%x,name=r%u",
			 rocker_slot[s], s);
		args[(*n)++] = "-device";
		args[(*n)++] = text[line++];
		for (unsigned e = 0; e < MACHINE_EDUS; e++) {
			snprintf(text[line], sizeof(*text),
				 "edu,addr=0x%x,dma_mask=0xffffffffffffffff",
				 edu_slot[s][e]);
			args[(*n)++] = "-device";
			args[(*n)++] = text[line++];
		}
	}
}

static int start_qemu(struct machine *m, const char *program, int rom)
{
	static char devices[MACHINE_SPACES * (MACHINE_EDUS + 1)][64];
	char memory[128], size[32], bios[64];
	const char *args[48] = {
		program,
		"-nodefaults",
		"-no-user-config",
		"-display",
		"none",
		"-machine",
		"q35,accel=tcg,pit=off,hpet=off,max-ram-below-4g=2147483648,"
		"memory-backend=ram,smbios-entry-point-type=64",
		"-cpu",
		"qemu64,vendor=GenuineIntel,phys-bits=48",
		"-icount",
		"shift=0,sleep=off",
		"-device",
		m->mode->iommu,
		"-object",
		memory,
		"-m",
		size,
		"-bios",
		bios,
	};
	size_t n = 0;

	snprintf(memory, sizeof(memory),
		 "memory-backend-file,id=ram,share=on,mem-path=/proc/self/fd/"
		 "%d,size=%llu",
		 m->ram_fd, (unsigned long long)MACHINE_RAM);
	snprintf(size, sizeof(size), "%lluM",
		 (unsigned long long)(MACHINE_RAM / MIB));
	snprintf(bios, sizeof(bios), "/proc/self/fd/%d", rom);
	while (args[n])
		n++;
	add_devices(args, &n, devices);
	return qtest_start(&m->q, args);
}

static void pci_write(struct machine *m, uint16_t id, unsigned reg,
		      uint32_t value)
{
	qtest_outl(&m->q, 0xcf8, 0x80000000u | (uint32_t)id << 8 | reg);
	qtest_outl(&m->q, 0xcfc, value);
}

/* BAR 0, then memory decoding and bus mastering. */
static struct device set_up_device(struct machine *m, unsigned slot,
				   uint64_t bar)
{
	struct device d = {source_id(slot), bar};

	pci_write(m, d.source_id, 0x10, (uint32_t)bar);
	pci_write(m, d.source_id, 0x04, 6);
	return d;
}

static bool set_up_devices(struct machine *m)
{
	unsigned edus = 0;

	for (unsigned s = 0; s < MACHINE_SPACES; s++) {
		m->rocker[s] = set_up_device(m, rocker_slot[s],
					     ROCKER_BAR + s * ROCKER_BAR_BYTES);
		qtest_writel(&m->q, m->rocker[s].bar + ROCKER_DMA_LENGTH, 8);
		for (unsigned e = 0; e < MACHINE_EDUS; e++)
			m->edu[s][e] = set_up_device(
				m, edu_slot[s][e],
				EDU_BAR + EDU_BAR_BYTES * (uint64_t)edus++);
	}
	return qtest_run(&m->q);
}

int machine_start(struct machine *m, const struct machine_mode *mode,
		  const char *program)
{
	int rom, rc;

	memset(m, 0, sizeof(*m));
	m->mode = mode;
	m->q.fd = m->q.log_fd = -1;
	m->ram = MAP_FAILED;
	m->ram_fd = memfd_create("guest-ram", 0);
	rom = make_rom();
	if (m->ram_fd < 0 || rom < 0 ||
	    ftruncate(m->ram_fd, (off_t)MACHINE_RAM))
		return -errno;
	m->ram = mmap(NULL, MACHINE_RAM, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_NORESERVE, m->ram_fd, 0);
	if (m->ram == MAP_FAILED)
		return -errno;
	rc = start_qemu(m, program, rom);
	close(rom);
	if (rc)
		return rc;
	return set_up_devices(m) ? 0 : -EIO;
}

void machine_stop(struct machine *m)
{
	qtest_stop(&m->q);
	if (m->ram != MAP_FAILED)
		munmap(m->ram, MACHINE_RAM);
	if (m->ram_fd >= 0)
		close(m->ram_fd);
}

void *machine_ram(const struct machine *m, uint64_t pa)
{
	if (pa < MACHINE_LOW_END)
		return m->ram + pa;
	if (pa >= MACHINE_HIGH && pa < MACHINE_HIGH_END)
		return m->ram + (pa - MACHINE_HIGH + MACHINE_LOW_END);
	return NULL;
}

const uint64_t *machine_page(void *arg, uint64_t pa)
{
	return machine_ram(arg, pa);
}

void machine_clear(struct machine *m)
{
	/* Cannot fail on a memfd; if it does, stale tables show at once. */
	if (fallocate(m->ram_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		      (off_t)MACHINE_RAM))
		perror("# punching guest RAM");
}

static bool wait_status(struct machine *m, uint32_t bit, bool set)
{
	for (unsigned i = 0; i < POLLS && !m->q.broken; i++) {
		size_t n = qtest_readl(&m->q, GSTS);

		if (qtest_run(&m->q) && !(m->q.value[n] & bit) != set)
			return true;
	}
	if (!m->q.broken)
		snprintf(m->q.why, sizeof(m->q.why),
			 "the IOMMU's status bit 0x%x stays", bit);
	m->q.broken = true;
	return false;
}

void machine_flush_iotlb(struct machine *m)
{
	qtest_writeq(&m->q, IOTLB, IOTLB_GLOBAL);
}

void machine_flush_context(struct machine *m)
{
	qtest_writeq(&m->q, CCMD, CCMD_GLOBAL);
}

bool machine_command(struct machine *m, uint32_t command, uint32_t bit,
		     bool set)
{
	qtest_writel(&m->q, GCMD, command);
	return wait_status(m, bit, set);
}

bool machine_translate(struct machine *m, uint64_t rtaddr)
{
	qtest_writeq(&m->q, RTADDR, rtaddr);
	if (!machine_command(m, GCMD_SRTP, GCMD_SRTP, true))
		return false;
	machine_flush_context(m);
	machine_flush_iotlb(m);
	return machine_command(m, GCMD_TE, GCMD_TE, true);
}

bool machine_stop_translating(struct machine *m)
{
	return machine_command(m, 0, GCMD_TE, false);
}

void fault_clear(struct machine *m)
{
	qtest_writel(&m->q, FAULT_RECORD + 12, FAULT_CLEAR_F);
}

void fault_read(struct machine *m, struct fault *f)
{
	f->low_read = qtest_readq(&m->q, FAULT_RECORD);
	f->high_read = qtest_readq(&m->q, FAULT_RECORD + 8);
}

void fault_take(const struct machine *m, struct fault *f)
{
	uint64_t low = m->q.value[f->low_read], high = m->q.value[f->high_read];

	f->recorded = high >> 63;
	f->is_read = high >> 62 & 1;
	f->reason = high >> 32 & 0xff;
	f->source_id = (uint16_t)high;
	f->page = low & ~UINT64_C(0xfff);
}
