/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that take long share: being stopped, starting themselves. */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include <signal.h>

#include "base/err.h"

/* Set by the first signal that process_catch() catches. */
extern volatile sig_atomic_t process_stop;

/*
 * process_catch() - from now on SIGINT, SIGTERM, and with @hangup SIGHUP
 * unless it is ignored, set process_stop; the second of a kind kills.
 */
void process_catch(bool hangup);

/* The path of this program; 0 or -errno with *e. */
int process_program(char path[4096], struct err *e);

#endif
