/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command of the program is. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

struct command {
	const char *name;
	const char *help;
	int (*run)(int argc, char **argv);
};

#endif
