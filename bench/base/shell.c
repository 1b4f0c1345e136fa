/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a shell. */
#include "base/shell.h"

#include <string.h>

void shell_quoted(const char *text, size_t n, FILE *out)
{
	fputc('\'', out);
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(text[i], out);
	fputc('\'', out);
}

void shell_word(const char *text, FILE *out)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=,+@%";

	if (*text && !text[strspn(text, plain)])
		fputs(text, out);
	else
		shell_quoted(text, strlen(text), out);
}
