/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question to a child that measures a draw, and its answer. */
#include "measure/draw.h"
#include "measure/rounds.h"

#include <alloca.h>
#include <dlfcn.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/side/side.h"
#include "base/child.h"
#include "base/rng.h"
#include "base/version.h"
#include "machine/clock.h"
#include "trial/record_json.h"

enum { OFFSET_MAX = 65536 };

/* Both ends are this program: parameters cross as they are. */
struct question {
	char version[64];
	uint64_t bytes; /* of the whole */
	uint64_t seed;
	struct clock_info clock;
	unsigned n, retries, phases;
	bool exact, share_cpus;
	/* Of the trace that follows the parameters: events, then labels, each
	 * with its NUL. 0: none does. */
	size_t nevents, ndomains, label_bytes;
	char config[PARAMS_PATH], engine[PARAMS_PATH], other[PARAMS_PATH];
	struct params params[];
};

static size_t params_bytes(const struct question *q)
{
	return q->n * sizeof(struct params);
}

static size_t events_bytes(const struct question *q)
{
	return q->nevents * sizeof(struct trace_event);
}

static void put_trace(struct question *q, const struct trace *t)
{
	char *at = (char *)q->params + params_bytes(q);

	memcpy(at, t->events, events_bytes(q));
	at += events_bytes(q);
	for (size_t i = 0; i < t->ndomains; i++)
		at = stpcpy(at, t->domains[i]) + 1;
}

static struct question *ask(const struct draw *d)
{
	struct question size = {.n = d->n}, *q;

	if (d->trace) {
		size.nevents = d->trace->n;
		size.ndomains = d->trace->ndomains;
	}
	for (size_t i = 0; i < size.ndomains; i++)
		size.label_bytes += strlen(d->trace->domains[i]) + 1;
	size.bytes = sizeof(size) + params_bytes(&size) + events_bytes(&size) +
		     size.label_bytes;
	q = calloc(1, size.bytes);
	if (!q)
		return NULL;
	*q = size;
	q->seed = d->seed;
	q->clock = *clock_info();
	q->retries = d->retries;
	q->exact = d->exact;
	q->phases = d->phases;
	q->share_cpus = d->share_cpus;
	snprintf(q->version, sizeof(q->version), "%s", VTDBENCH_VERSION);
	snprintf(q->config, sizeof(q->config), "%s",
		 d->config ? d->config : "");
	snprintf(q->engine, sizeof(q->engine), "%s",
		 d->engine ? d->engine : "");
	snprintf(q->other, sizeof(q->other), "%s", d->other ? d->other : "");
	memcpy(q->params, d->params, params_bytes(q));
	if (d->trace)
		put_trace(q, d->trace);
	return q;
}

static int take(const char *text, unsigned n, struct record *r, struct err *e)
{
	json_error_t why;
	json_t *all = json_loads(text, 0, &why);
	int ret = json_array_size(all) == n ? 0 : -EINVAL;

	for (unsigned i = 0; i < n && !ret; i++)
		ret = record_from_json(&r[i], json_array_get(all, i));
	json_decref(all);
	/* What it could not allocate is left out of its answer. */
	return ret ? err_set(e, -EIO,
			     "a draw gave no result that can be read; it may "
			     "have run out of memory")
		   : 0;
}

int draw_run(const struct draw *d, struct record *r, struct err *e)
{
	static const char *const argv[] = {"/proc/self/exe", "draw", NULL};
	struct question *q = ask(d);
	struct child_options o = {.stop = d->stop};
	char *text = NULL;
	int status = 0, ret;

	if (!q)
		return err_set(e, -ENOMEM, "no memory for a draw");
	o.input = q;
	o.input_bytes = q->bytes;
	ret = child_run(argv, &o, &text, &status, e);
	free(q);
	if (d->stop && *d->stop)
		ret = err_set(e, -EINTR, "interrupted");
	else if (!ret && status)
		ret = err_set(e, -EIO,
			      status > 128 ? "a draw died of signal %d"
					   : "a draw ended with status %d",
			      status > 128 ? status - 128 : status);
	if (!ret)
		ret = take(text, d->n, r, e);
	free(text);
	return ret;
}

static struct question *hear(FILE *in)
{
	struct question head, *q;

	if (fread(&head, sizeof(head), 1, in) != 1 ||
	    strncmp(head.version, VTDBENCH_VERSION, sizeof(head.version)) ||
	    !head.n || head.n > ROUNDS_CONTESTANTS ||
	    head.bytes != sizeof(head) + params_bytes(&head) +
				  events_bytes(&head) + head.label_bytes)
		return NULL;
	q = malloc(head.bytes + 1);
	if (!q)
		return NULL;
	memcpy(q, &head, sizeof(head));
	((char *)q)[head.bytes] = '\0';
	if (fread(q->params, head.bytes - sizeof(head), 1, in) == 1)
		return q;
	free(q);
	return NULL;
}

/* The trace that came with @q and lies in it. False: no memory, or the labels
 * are fewer than they should be. */
static bool take_trace(struct question *q, struct trace *t)
{
	char *at = (char *)q->params + params_bytes(q);
	const char *end = (char *)q + q->bytes;

	*t = (struct trace){.events = (struct trace_event *)(void *)at,
			    .n = q->nevents,
			    .ndomains = q->ndomains,
			    .domains = calloc(q->ndomains, sizeof(char *))};
	at += events_bytes(q);
	for (size_t i = 0; t->domains && i < q->ndomains && at < end; i++) {
		t->domains[i] = at;
		at += strlen(at) + 1;
	}
	return t->domains && at == end;
}

/* The designs of a shared object of this very tree. */
static const struct design *const *load(const char *path, struct err *e)
{
	const struct side_native *native;
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	native = object ? dlsym(object, SIDE_NATIVE_SYMBOL) : NULL;
	if (native && native->layout == SIDE_LAYOUT)
		return native->designs;
	if (native)
		err_set(e, -ENOEXEC, "%s: of another build", path);
	else
		err_set(e, -ENOEXEC, "%s", dlerror());
	err_remedy(e, "build both: make all sides");
	return NULL;
}

static const struct design *find(const struct design *const *all,
				 const char *name)
{
	while (*all && strcmp((*all)->name, name))
		all++;
	return *all;
}

int draw_check(const char *path, const char *design, struct err *e)
{
	const struct design *const *all = load(path, e);

	if (!all)
		return e->code;
	return find(all, design)
		       ? 0
		       : err_set(e, -ENOENT, "%s: no design %s", path, design);
}

struct served {
	struct question *q;
	struct contestant *c;
	struct trial_env env;
	struct trace trace;
};

static int serve(void *arg)
{
	struct served *s = arg;
	const struct contest_options o = {.seed = s->q->seed,
					  .retries = s->q->retries,
					  .exact = s->q->exact,
					  .phases = s->q->phases};

	contest_run(s->c, s->q->n, &s->env, &o);
	return 0;
}

static int answer(struct served *s, FILE *out, struct err *e)
{
	json_t *all = json_array();
	int ret;

	for (unsigned i = 0; i < s->q->n; i++)
		json_array_append_new(all, record_to_json(&s->c[i].r));
	ret = json_dumpf(all, out, JSON_COMPACT) || fflush(out)
		      ? err_set(e, -EIO, "cannot answer: %s", strerror(errno))
		      : 0;
	json_decref(all);
	return ret;
}

static int prepare(struct served *s, struct err *e)
{
	const struct design *const *all = NULL, *const *other = NULL;
	const struct params *p = s->q->params;
	int ret;

	s->c = calloc(s->q->n, sizeof(*s->c));
	if (!s->c)
		return err_set(e, -ENOMEM, "no memory for a draw");
	s->env.share_cpus = s->q->share_cpus;
	if (s->q->nevents) {
		if (!take_trace(s->q, &s->trace))
			return err_set(e, -EINVAL, "a draw got half a trace");
		s->env.trace = &s->trace;
	}
	if (s->q->engine[0]) {
		all = load(s->q->engine, e);
		if (!all)
			return e->code;
	}
	if (s->q->other[0]) {
		other = load(s->q->other, e);
		if (!other)
			return e->code;
	}
	for (unsigned i = 0; i < s->q->n; i++) {
		if (other && i == s->q->n - 1)
			all = other;
		s->c[i].p = &p[i];
		s->c[i].design = all ? find(all, p[i].design) : NULL;
		if (all && !s->c[i].design)
			return err_set(e, -ENOENT, "no design %s in a build",
				       p[i].design);
		record_init(&s->c[i].r);
	}
	if (!strcmp(p->counters.group, "none"))
		return 0;
	ret = counter_group_find(&s->env.counters, p->counters.group,
				 s->q->config[0] ? s->q->config : NULL, e);
	return ret;
}

int draw_serve(FILE *in, FILE *out, const struct topo *topo,
	       const volatile sig_atomic_t *stop, struct err *e)
{
	struct served s = {.q = hear(in), .env = {.topo = topo, .stop = stop}};
	int ret;

	if (!s.q)
		return err_set(e, -EINVAL,
			       "draw is for `vtdbench run`, which asks it on "
			       "standard input");
	ret = clock_adopt(&s.q->clock, e);
	if (!ret)
		ret = prepare(&s, e);
	if (!ret)
		ret = draw_somewhere(s.q->seed, serve, &s);
	if (!ret)
		ret = answer(&s, out, e);
	for (unsigned i = 0; s.c && i < s.q->n; i++)
		record_release(&s.c[i].r);
	counter_group_free(s.env.counters);
	free(s.c);
	free(s.trace.domains);
	free(s.q);
	return ret;
}

int draw_somewhere(uint64_t seed, int (*fn)(void *arg), void *arg)
{
	struct rng r;
	volatile char *room;
	void *block;
	size_t stack;
	int rc;

	rng_seed(&r, seed, 0x0ff5e7);
	stack = 1 + rng_below(&r, OFFSET_MAX);
	block = malloc(1 + rng_below(&r, OFFSET_MAX));
	room = alloca(stack);
	room[0] = 0;
	rc = fn(arg);
	free(block);
	return rc;
}
