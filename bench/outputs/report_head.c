/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of a report: what was asked, on what, and how quiet that was. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "base/printable.h"
#include "base/text.h"
#include "outputs/report.h"
#include "store/machine_class.h"

void report_text(struct document *d, const char *text)
{
	doc_text(d, 0, 4, "%s", text);
}

static const char *or_unknown(const char *text)
{
	return text && *text ? text : "unknown";
}

void report_machine(const struct store_run *run, struct document *d)
{
	json_t *machine =
		json_loads(run->machine ? run->machine : "{}", 0, NULL);
	const char *cpu = json_string_value(json_object_get(machine, "cpu"));
	json_int_t cpus = json_integer_value(json_object_get(machine, "cpus"));
	json_int_t nodes =
		json_integer_value(json_object_get(machine, "nodes"));
	const char *hypervisor =
		json_string_value(json_object_get(machine, "hypervisor"));
	char line[1024] = "", kinds[256], shown[4 * sizeof(line)];

	text_add(line, sizeof(line), "Machine: %s", or_unknown(cpu));
	if (cpus)
		text_add(line, sizeof(line), ", %d CPU%s", (int)cpus,
			 cpus > 1 ? "s" : "");
	if (nodes)
		text_add(line, sizeof(line), ", %d NUMA node%s", (int)nodes,
			 nodes > 1 ? "s" : "");
	machine_kinds_text(machine, kinds, sizeof(kinds));
	if (*kinds)
		text_add(line, sizeof(line), ", %s", kinds);
	if (hypervisor && strcmp(hypervisor, "none"))
		text_add(line, sizeof(line), ", under %s", hypervisor);
	text_add(line, sizeof(line), "; kernel %s; built by %s",
		 or_unknown(run->kernel), or_unknown(run->compiler));
	report_text(d, printable_copy(shown, sizeof(shown), line));
	json_decref(machine);
}

void report_origin(const char *which, const struct store_run *run,
		   struct document *d)
{
	doc_text(d, 0, 4, "%s %s on %s, from %s to %s.", which,
		 or_unknown(run->uuid),
		 run->host ? run->host : "an unknown host", run->started_utc,
		 run->ended_utc ? run->ended_utc : "no end");
	doc_text(d, 0, 4, "Compiled by %s: %s",
		 run->compiler ? run->compiler : "an unknown compiler",
		 run->cflags ? run->cflags : "flags unknown");
}

/* How busy the machine was, and how often that was felt. */
static void add_noise(const struct store_run *run,
		      const struct store_trials *trials, struct document *d)
{
	json_t *noise = json_loads(run->noise ? run->noise : "{}", 0, NULL);
	json_t *load = json_array_get(json_object_get(noise, "load_avg"), 0);
	json_t *pressure = json_object_get(noise, "cpu_pressure_percent");
	json_t *nice = json_object_get(noise, "nice");
	char line[512], lost[256];

	report_lost(trials, lost, sizeof(lost));
	snprintf(line, sizeof(line), "Noise: %s", lost);
	if (json_is_number(load))
		text_add(line, sizeof(line), "; at the start load %.2g",
			 json_number_value(load));
	if (json_is_number(pressure))
		text_add(line, sizeof(line),
			 ", tasks waiting for a CPU %.0f %% of the time",
			 json_number_value(pressure));
	if (json_integer_value(nice) < 0)
		text_add(line, sizeof(line), "; draws at nice %d",
			 (int)json_integer_value(nice));
	report_text(d, line);
	json_decref(noise);
}

/* "; on HOST: 1, 4" for the host of shard @i, unless it was there before. */
static void add_host(const struct store_shards *shards, size_t i, char *line,
		     size_t size)
{
	const struct store_shard *s = shards->shard;
	const char *host = or_unknown(s[i].host);

	for (size_t k = 0; k < i; k++)
		if (!strcmp(or_unknown(s[k].host), host))
			return;
	text_add(line, size, "; on %s:", host);
	for (size_t k = i; k < shards->n; k++) {
		if (strcmp(or_unknown(s[k].host), host))
			continue;
		text_add(line, size, "%s %u", k > i ? "," : "", s[k].number);
		if (strcmp(s[k].status, "done"))
			text_add(line, size, " (%s)", s[k].status);
	}
}

/* Which shards each machine measured, and which are missing. */
static void add_shards(const struct store_run *run,
		       const struct store_shards *shards, struct document *d)
{
	const struct store_shard *s = shards->shard;
	char line[4096];

	if (!shards->n)
		return;
	if (!store_run_merged(run, shards)) {
		snprintf(line, sizeof(line),
			 "Shard %u of %u of sweep %s: %" PRIu64
			 " of its %" PRIu64
			 " trials; vtdbench merge puts the shards together",
			 s->number, s->count, s->sweep_id, s->trials,
			 s->plan_size);
		report_text(d, line);
		return;
	}
	snprintf(line, sizeof(line), "Shards: %zu of %u of sweep %s%s",
		 shards->n, s->count, s->sweep_id,
		 shards->n < s->count ? ", the others are missing" : "");
	for (size_t i = 0; i < shards->n; i++)
		add_host(shards, i, line, sizeof(line));
	report_text(d, line);
}

void report_head(const struct store_run *run, const struct store_shards *shards,
		 const struct store_trials *trials, struct document *d)
{
	uint64_t n = report_first_attempts(trials);
	char line[1024], beyond[64] = "";

	if (n > run->plan_size)
		snprintf(beyond, sizeof(beyond),
			 " and %" PRIu64 " beyond, for precision",
			 n - run->plan_size);
	doc_title(d, run->title && *run->title ? run->title : run->name);
	snprintf(line, sizeof(line),
		 "Run %" PRId64 " \"%s\" of %s, %s: %" PRIu64 " of %" PRIu64
		 " trials%s; seed %" PRIu64 "; vtdbench %s",
		 run->id, run->name, run->started_utc, run->status,
		 n < run->plan_size ? n : run->plan_size, run->plan_size,
		 beyond, run->seed, or_unknown(run->version));
	report_text(d, line);
	add_shards(run, shards, d);
	report_machine(run, d);
	add_noise(run, trials, d);
}
