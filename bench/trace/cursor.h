/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A place in a line of a trace, and the steps over what may come next. */
#ifndef TRACE_CURSOR_H
#define TRACE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const char *at, *end;
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

/* Steps over @word if it comes next. */
static inline bool skip_word(struct cursor *c, const char *word, size_t n)
{
	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
		return false;
	c->at += n;
	return true;
}
#define SKIP(c, word) skip_word(c, word, sizeof(word) - 1)

/* Nothing is left but a carriage return. */
static inline bool at_end(const struct cursor *c)
{
	return c->at == c->end || (c->at + 1 == c->end && *c->at == '\r');
}

/* A number, decimal or 0x hex, up to what is no digit; false: none, or one
 * of more than 64 bits. */
bool trace_number(struct cursor *c, uint64_t *value);

#endif
