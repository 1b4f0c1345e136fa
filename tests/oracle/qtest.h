/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU process and its qtest protocol: guest memory and ports from outside,
 * no guest running. Commands are queued and go out in packets of 256.
 *
 * Context: one thread. QEMU is killed by qtest_stop() and, by the kernel,
 * whenever this process ends.
 */
#ifndef QTEST_H
#define QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct qtest {
	pid_t pid;
	int fd;	    /* the protocol */
	int log_fd; /* what QEMU prints */

	char *text; /* queued commands */
	size_t length, room;
	size_t *start; /* of each queued command in text */
	uint64_t *value;
	size_t commands, slots;

	bool broken; /* all later calls do nothing; why says what happened */
	char why[256];
};

/*
 * qtest_start() - run @argv (NULL-terminated, argv[0] looked up in PATH) with
 * "-chardev socket,id=qtest,fd=N -object qtest,…" appended. File descriptors
 * without close-on-exec are inherited. Returns 0 or -errno.
 */
int qtest_start(struct qtest *q, const char *const *argv);
void qtest_stop(struct qtest *q);

/* Each queues one command and returns its number in the queue. */
size_t qtest_readl(struct qtest *q, uint64_t address);
size_t qtest_readq(struct qtest *q, uint64_t address);
size_t qtest_writel(struct qtest *q, uint64_t address, uint32_t value);
size_t qtest_writeq(struct qtest *q, uint64_t address, uint64_t value);
size_t qtest_outl(struct qtest *q, unsigned port, uint32_t value);

/*
 * qtest_run() - send the queue, wait for all answers and empty it. Until the
 * next command is queued, q->value[number] is the answer of each. Returns
 * false, and q->broken stays set, if QEMU died, refused a command or was
 * silent for a minute.
 */
bool qtest_run(struct qtest *q);

/* Queues nothing else: one read, run at once. */
uint64_t qtest_readq_now(struct qtest *q, uint64_t address);

/* Prints the end of what QEMU said, each line after "# qemu: ". */
void qtest_print_log(const struct qtest *q);

#endif
