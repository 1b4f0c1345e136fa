/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that take long share: being stopped, starting themselves. */
#include "cli/process.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t process_stop;

static void on_signal(int sig)
{
	process_stop = 1;
}

void process_catch(bool hangup)
{
	struct sigaction sa = {.sa_handler = on_signal,
			       .sa_flags = (int)SA_RESETHAND};
	struct sigaction was;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* A terminal that goes stops as well, unless nohup holds it. */
	if (hangup && !sigaction(SIGHUP, NULL, &was) &&
	    was.sa_handler == SIG_DFL)
		sigaction(SIGHUP, &sa, NULL);
}

int process_program(char path[4096], struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", path, 4095);

	if (n <= 0)
		return err_set(e, -errno, "/proc/self/exe: %s",
			       strerror(errno));
	path[n] = '\0';
	return 0;
}
