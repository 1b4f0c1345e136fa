/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening, starting, stopping and reading groups of perf events.
 */
#include "counters/perf_set.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernels/mutant.h"

static const char *const state_names[] = {
	[COUNTER_UNKNOWN] = "unknown",	 [COUNTER_ENCODABLE] = "encodable",
	[COUNTER_OPENABLE] = "openable", [COUNTER_SCHEDULED] = "counted",
	[COUNTER_SCALED] = "scaled",
};

const char *counter_state_name(enum counter_state s)
{
	return state_names[s];
}

int perf_paranoid(void)
{
	FILE *f = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = INT_MIN;

	if (!f)
		return level;
	if (fscanf(f, "%d", &level) != 1)
		level = INT_MIN;
	fclose(f);
	return level;
}

void perf_open_reason(int err, char reason[COUNTER_REASON])
{
	const char *text;

	switch (err) {
	case EACCES:
	case EPERM:
		snprintf(reason, COUNTER_REASON,
			 "not permitted: kernel.perf_event_paranoid is %d",
			 perf_paranoid());
		return;
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case EOPNOTSUPP:
		text = "no such event on this machine";
		break;
	case ENOSYS:
		text = "the kernel has no perf events";
		break;
	case ENOSPC:
		text = "no counter of that kind is left";
		break;
	case EBUSY:
		text = "another user has the PMU to himself";
		break;
	case EMFILE:
	case ENFILE:
		text = "too many open files";
		break;
	case EINVAL:
		text = "the kernel refuses these settings of the event";
		break;
	default:
		text = strerror(err);
	}
	snprintf(reason, COUNTER_REASON, "%s", text);
}

int perf_set_add(struct perf_set *s, const struct perf_event_attr *attr)
{
	if (s->n == PERF_SET_MAX)
		return -ENOSPC;
	s->c[s->n] = (struct perf_counter){
		.attr = *attr,
		.fd = -1,
		.leader = s->n,
		.result.state = COUNTER_ENCODABLE,
	};
	return (int)s->n++;
}

int perf_set_add_unknown(struct perf_set *s, const char *reason)
{
	const struct perf_event_attr none = {.size = sizeof(none)};
	int i = perf_set_add(s, &none);

	if (i < 0)
		return i;
	s->c[i].result.state = COUNTER_UNKNOWN;
	snprintf(s->c[i].result.reason, COUNTER_REASON, "%s", reason);
	return i;
}

static int open_one(struct perf_counter *c, int cpu, int group_fd)
{
	c->attr.size = sizeof(c->attr);
	c->attr.disabled = group_fd == -1;
	c->attr.inherit = 0;
	c->attr.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID |
			      PERF_FORMAT_TOTAL_TIME_ENABLED |
			      PERF_FORMAT_TOTAL_TIME_RUNNING;
	c->fd = (int)syscall(SYS_perf_event_open, &c->attr, 0, cpu, group_fd,
			     PERF_FLAG_FD_CLOEXEC);
	if (c->fd < 0)
		return errno;
	if (ioctl(c->fd, PERF_EVENT_IOC_ID, &c->id)) {
		int err = errno;

		close(c->fd);
		c->fd = -1;
		return err;
	}
	return 0;
}

void perf_set_open(struct perf_set *s, int cpu)
{
	size_t leader = PERF_SET_MAX; /* of the group being filled */

	for (size_t i = 0; i < s->n; i++) {
		struct perf_counter *c = &s->c[i];
		int err = EINVAL;

		if (c->result.state != COUNTER_ENCODABLE)
			continue;
		if (leader != PERF_SET_MAX) {
			c->leader = leader;
			err = open_one(c, cpu, s->c[leader].fd);
		}
		/* No room in that group, or none yet: the first of its own. */
		if (err == EINVAL || err == ENOSPC) {
			c->leader = i;
			err = open_one(c, cpu, -1);
			if (!err)
				leader = i;
		}
		if (err) {
			perf_open_reason(err, c->result.reason);
			continue;
		}
		c->result.state = COUNTER_OPENABLE;
		snprintf(c->result.reason, COUNTER_REASON, "not started");
	}
}

void perf_set_close(struct perf_set *s)
{
	/* Members before leaders: a leader's close makes members singles. */
	for (size_t i = s->n; i-- > 0;) {
		if (s->c[i].fd >= 0)
			close(s->c[i].fd);
		s->c[i].fd = -1;
	}
}

/* Reads the group that @leader leads into start or stop of its members. */
static void read_group(struct perf_set *s, size_t leader, bool stop)
{
	struct {
		uint64_t nr, enabled_ns, running_ns;
		struct {
			uint64_t value, id;
		} e[PERF_SET_MAX];
	} buf;
	ssize_t got = MUTANT(counter_never_read)
			      ? -1
			      : read(s->c[leader].fd, &buf, sizeof(buf));

	for (size_t i = leader; i < s->n; i++) {
		struct perf_counter *c = &s->c[i];
		struct perf_point p = {0, 0, 0};

		if (c->fd < 0 || c->leader != leader)
			continue;
		if (got >= (ssize_t)(3 * sizeof(uint64_t)))
			for (uint64_t k = 0; k < buf.nr; k++)
				if (buf.e[k].id == c->id)
					p = (struct perf_point){buf.e[k].value,
								buf.enabled_ns,
								buf.running_ns};
		if (stop)
			c->stop = p;
		else
			c->start = p;
	}
}

static bool leads(const struct perf_set *s, size_t i)
{
	return s->c[i].fd >= 0 && s->c[i].leader == i;
}

void perf_set_start(struct perf_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (leads(s, i))
			read_group(s, i, false);
	for (size_t i = 0; i < s->n; i++)
		if (leads(s, i))
			ioctl(s->c[i].fd, PERF_EVENT_IOC_ENABLE, 0);
}

static void finish(struct perf_counter *c)
{
	uint64_t value = c->stop.value - c->start.value;
	uint64_t enabled = c->stop.enabled_ns - c->start.enabled_ns;
	uint64_t running = c->stop.running_ns - c->start.running_ns;
	struct counter_value *r = &c->result;

	r->value = 0;
	r->share = 0;
	if (c->stop.running_ns <= c->start.running_ns || !enabled) {
		r->state = COUNTER_OPENABLE;
		snprintf(r->reason, COUNTER_REASON,
			 "opened, but never got onto the PMU");
		return;
	}
	r->reason[0] = '\0';
	r->share = running < enabled ? (double)running / (double)enabled : 1;
	r->state = running < enabled ? COUNTER_SCALED : COUNTER_SCHEDULED;
	r->value = MUTANT(counter_not_scaled) ? (double)value
					      : (double)value / r->share;
}

void perf_set_stop(struct perf_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (leads(s, i))
			ioctl(s->c[i].fd, PERF_EVENT_IOC_DISABLE, 0);
	for (size_t i = 0; i < s->n; i++)
		if (leads(s, i))
			read_group(s, i, true);
	for (size_t i = 0; i < s->n; i++)
		if (s->c[i].fd >= 0)
			finish(&s->c[i]);
}
