/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nice values of processes and of sessions. */
#include "machine/priority.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FIRST = -20 };

/* A session's share is not that of its processes. */
static void raise_session(void)
{
	static const char value[] = "-20";
	int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Not allowed, or no such feature: as it was. */
	if (write(fd, value, sizeof(value) - 1) < 0)
		(void)value;
	close(fd);
}

/* Whoever started it with less than is usual meant that. */
static bool meant(void)
{
	return getpriority(PRIO_PROCESS, 0) > 0;
}

void priority_raise(bool own_session)
{
	if (meant())
		return;
	if (own_session && setsid() >= 0)
		raise_session();
	setpriority(PRIO_PROCESS, 0, FIRST);
}

int priority_allowed(void)
{
	int now = getpriority(PRIO_PROCESS, 0), best;

	if (meant())
		return now;
	setpriority(PRIO_PROCESS, 0, FIRST);
	best = getpriority(PRIO_PROCESS, 0);
	/* Back is down, which is always allowed. */
	setpriority(PRIO_PROCESS, 0, now);
	return best;
}
