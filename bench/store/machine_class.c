/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of a run's machine, their hash, and how two differ. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "store/machine_class.h"

static const char *const fact_names[MACHINE_FACTS] = {"CPU model", "microcode",
						      "CPUs",	   "governor",
						      "kernel",	   "compiler",
						      "core kinds"};

static void of_text(const char *text, char to[MACHINE_FACT_SIZE])
{
	snprintf(to, MACHINE_FACT_SIZE, "%s", text ? text : "");
}

static void of_json(const json_t *object, const char *key,
		    char to[MACHINE_FACT_SIZE])
{
	json_t *v = json_object_get(object, key);

	to[0] = '\0';
	if (json_is_string(v))
		of_text(json_string_value(v), to);
	else if (json_is_number(v))
		snprintf(to, MACHINE_FACT_SIZE, "%.6g", json_number_value(v));
}

/* FNV-1a, 64 bits; the end of each fact enters, too. */
static uint64_t hash(uint64_t h, const char *text)
{
	do
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	while (*text++);
	return h;
}

void machine_kinds_text(const json_t *machine, char *text, size_t size)
{
	const json_t *kind;
	size_t i, n = 0;

	text[0] = '\0';
	json_array_foreach(json_object_get(machine, "core_kinds"), i, kind)
	{
		const char *what =
			json_string_value(json_object_get(kind, "what"));

		if (n < size)
			n += (size_t)snprintf(
				text + n, size - n,
				"%score kind %zu: %" JSON_INTEGER_FORMAT
				" of %" JSON_INTEGER_FORMAT " CPUs%s%s",
				n ? "; " : "", i,
				json_integer_value(
					json_object_get(kind, "cpus")),
				json_integer_value(
					json_object_get(kind, "cpus_all")),
				what && *what ? ", " : "", what ? what : "");
	}
}

void machine_class_of(struct machine_class *c, const struct store_run *run)
{
	json_t *machine =
		json_loads(run->machine ? run->machine : "{}", 0, NULL);
	json_t *noise = json_loads(run->noise ? run->noise : "{}", 0, NULL);
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	of_json(machine, "cpu", c->fact[MACHINE_CPU]);
	of_json(machine, "microcode", c->fact[MACHINE_MICROCODE]);
	of_json(machine, "cpus_online", c->fact[MACHINE_CPUS]);
	of_json(noise, "governor", c->fact[MACHINE_GOVERNOR]);
	of_text(run->kernel, c->fact[MACHINE_KERNEL]);
	of_text(run->compiler, c->fact[MACHINE_COMPILER]);
	machine_kinds_text(machine, c->fact[MACHINE_KINDS], MACHINE_FACT_SIZE);
	json_decref(machine);
	json_decref(noise);
	/* Kinds came later: machines without keep the id they had. */
	for (int i = 0; i < MACHINE_FACTS; i++)
		if (i != MACHINE_KINDS || *c->fact[i])
			h = hash(h, c->fact[i]);
	/* The upper bits are the better mixed ones. */
	snprintf(c->id, sizeof(c->id), "%012" PRIx64, h >> 16);
}

bool machine_class_equal(const struct machine_class *a,
			 const struct machine_class *b)
{
	for (int i = 0; i < MACHINE_FACTS; i++)
		if (strcmp(a->fact[i], b->fact[i]))
			return false;
	return true;
}

void machine_class_label(const struct machine_class *c, char *text, size_t size)
{
	const char *kinds = c->fact[MACHINE_KINDS];
	const char *known[MACHINE_FACTS];

	for (int i = 0; i < MACHINE_FACTS; i++)
		known[i] = *c->fact[i] ? c->fact[i] : "unknown";
	snprintf(text, size, "%s%s, %s CPU%s%s%s%s, kernel %s, %s%s",
		 known[MACHINE_CPU], *c->fact[MACHINE_CPU] ? "" : " CPU",
		 known[MACHINE_CPUS],
		 strcmp(known[MACHINE_CPUS], "1") ? "s" : "",
		 *kinds ? " (" : "", kinds, *kinds ? ")" : "",
		 known[MACHINE_KERNEL], known[MACHINE_COMPILER],
		 *c->fact[MACHINE_COMPILER] ? "" : " compiler");
}

void machine_class_differs(const struct machine_class *a, const char *a_name,
			   const struct machine_class *b, const char *b_name,
			   char *why, size_t size)
{
	size_t n = 0;

	why[0] = '\0';
	for (int i = 0; i < MACHINE_FACTS && n < size; i++)
		if (strcmp(a->fact[i], b->fact[i]))
			n += (size_t)snprintf(
				why + n, size - n, "%s%s is %s in %s, %s in %s",
				n ? "; " : "", fact_names[i],
				*a->fact[i] ? a->fact[i] : "unknown", a_name,
				*b->fact[i] ? b->fact[i] : "unknown", b_name);
}
