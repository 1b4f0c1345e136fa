/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into vtdbench (LD_PRELOAD): an allocation that fails, at one place
 * of the program and for once. A place is the chain of calls in the program
 * itself that led to the allocation, as offsets, so that it has the same name
 * in every process; what a library allocates for us counts as well.
 *
 *   NOMEM_LOG=FILE   append the name of each place, once, and its libraries
 *   NOMEM_AT=NAME    the first allocation there fails
 *   NOMEM_FINE=1     places within libraries differ, too: many times as many
 *   NOMEM_SHOW=1     and the calls that led to it are shown (for addr2line)
 *
 * Only the process that is started: its children run without.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, DEPTH = 48, PLACES = 1 << 15 };

/* glibc's own, beneath the names that are taken over here */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);
void *__libc_memalign(size_t align, size_t bytes);

static uintptr_t first, last; /* the program's code */
static int log_fd = -1;
static uint64_t at;
static bool ready, failed, show, fine;
static uint64_t seen[PLACES]; /* open addressing; races log a place twice */
static __thread bool inside __attribute__((tls_model("initial-exec")));

static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
			continue;
		first = info->dlpi_addr + ph->p_vaddr;
		last = first + ph->p_memsz - 1;
	}
	return 1; /* the program comes first */
}

__attribute__((constructor)) static void start(void)
{
	const char *log = getenv("NOMEM_LOG"), *place = getenv("NOMEM_AT");
	void *warm[4];

	backtrace(warm, 4); /* allocates the first time */
	dl_iterate_phdr(find_program, NULL);
	if (log)
		log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			      0666);
	show = getenv("NOMEM_SHOW");
	fine = getenv("NOMEM_FINE");
	if (place)
		at = strtoull(place, NULL, 16);
	unsetenv("NOMEM_LOG");
	unsetenv("NOMEM_AT");
	unsetenv("LD_PRELOAD");
	ready = log || place;
}

static bool is_new(uint64_t place)
{
	for (size_t i = place % PLACES, n = 0; n < PLACES;
	     i = (i + 1) % PLACES, n++) {
		if (seen[i] == place)
			return false;
		if (!seen[i]) {
			seen[i] = place;
			return true;
		}
	}
	return false;
}

/* Whether this allocation fails. */
static bool fails(void)
{
	void *frames[DEPTH];
	uint64_t place = UINT64_C(0xcbf29ce484222325);
	int n, ours = -1;
	bool fail = false;

	if (!ready || inside)
		return false;
	inside = true;
	n = backtrace(frames, DEPTH);
	for (int i = 1; i < n; i++) { /* after our own */
		uintptr_t pc = (uintptr_t)frames[i];
		bool program = pc >= first && pc <= last;

		if (program && ours < 0)
			ours = i;
		/* libraries lie elsewhere in every process, by whole pages */
		if (program || fine)
			place = (place ^ (program ? pc - first : pc % PAGE)) *
				UINT64_C(0x100000001b3);
	}
	if (ours >= 0 && place == at &&
	    !__atomic_exchange_n(&failed, true, __ATOMIC_RELAXED))
		fail = true;
	if (fail && show)
		backtrace_symbols_fd(frames, n, STDERR_FILENO);
	if (log_fd >= 0 && ours > 0 && is_new(place)) {
		char line[512];
		Dl_info by;

		n = snprintf(line, sizeof(line), "%016" PRIx64, place);
		for (int i = 1; i < ours && n < 400; i++)
			if (dladdr(frames[i], &by) && by.dli_fname)
				n += snprintf(line + n, 100, " %.90s",
					      basename(by.dli_fname));
		line[n++] = '\n';
		if (write(log_fd, line, (size_t)n) != n)
			_exit(126);
	}
	inside = false;
	if (fail)
		errno = ENOMEM;
	return fail;
}

void *malloc(size_t bytes)
{
	return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
	return fails() ? NULL : __libc_calloc(n, bytes);
}

void *realloc(void *memory, size_t bytes)
{
	return fails() ? NULL : __libc_realloc(memory, bytes);
}

void *memalign(size_t align, size_t bytes)
{
	return fails() ? NULL : __libc_memalign(align, bytes);
}

void *aligned_alloc(size_t align, size_t bytes)
{
	return memalign(align, bytes);
}

int posix_memalign(void **memory, size_t align, size_t bytes)
{
	void *got = memalign(align, bytes);

	if (!got)
		return ENOMEM;
	*memory = got;
	return 0;
}

void *mmap(void *address, size_t bytes, int prot, int flags, int fd,
	   off_t offset)
{
	if ((flags & MAP_ANONYMOUS) && fails())
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, address, bytes, prot, flags, fd,
			       offset);
}
