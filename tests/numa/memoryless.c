/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine whose node 0 has CPU 0 and no memory; node 1 has CPU 1, node 2,
 * which is nearer to node 0, has CPU 2. The program plans and measures on it;
 * then a cpuset takes the memory of node 1 away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../topology/numamem.h"
#include "../topology/place.h"
#include "guest.h"

/* hwloc puts node 2, the nearer one, before node 1. */
static const struct row rows[] = {
	{"compact", NULL, "local", 1, "0", "node 2"},
	{"compact", NULL, "remote", 1, "0", "node 1"},
	{"compact", NULL, "interleave", 3, "0,2,1",
	 "interleaved over nodes 1-2"},
	{"scatter", NULL, "local", 3, "0,2,1", "node 2"},
	{"one_per_node", NULL, "local", 3, "0,2,1", "node 2"},
	{"cross_node", NULL, "local", 1, "0", "node 1"},
	{"list", "1", "local", 1, "1", "node 1"},
	{"list", "1", "remote", 1, "1", "node 2"},
};

/* Without the memory of node 1, and without node 0. */
static const struct row fewer[] = {
	{"compact", NULL, "local", 3, "2,0-1", "node 2"},
	{"list", "1", "local", 1, "1", "node 2"},
	{"list", "1", "interleave", 1, "1", "interleaved over node 2"},
};

static const char config[] = "name: memoryless\n"
			     "design: [rcu, rwlock]\n"
			     "repetitions: 1\n"
			     "retries: 0\n"
			     "phase: 2ms\n"
			     "warmup: 1ms\n"
			     "ops: 4096\n"
			     "footprint: 1M\n"
			     "sim.enabled: false\n"
			     "placement: [compact, cross_node]\n"
			     "memory: [local, remote, interleave]\n"
			     "results: /r.sqlite\n";

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	if (n == (ssize_t)strlen(text))
		return true;
	snprintf(why, sizeof(why), "%s: %s", path, strerror(errno));
	return false;
}

/* The program's exit status; what it said is on the console, and in @text. */
static int vtdbench(char *const *argv, char *text, size_t len)
{
	int status = -1, ends[2];
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		execv("/vtdbench", argv);
		_exit(127);
	}
	close(ends[1]);
	while (n + 1 < len && (got = read(ends[0], text + n, len - n - 1)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	for (char *line = strtok(strdup(text), "\n"); line;
	     line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void program(void)
{
	static const char local[] = "memory local: CPU 0 on node 2";
	static char text[1 << 16];
	char *const topo[] = {"vtdbench", "topo", NULL};
	char *const check[] = {"vtdbench", "check", "/m.yaml", NULL};
	char *const run[] = {"vtdbench", "run", "/m.yaml", NULL};

	result(write_file("/m.yaml", config), "a config");
	result(!vtdbench(topo, text, sizeof(text)) &&
		       strstr(text, "node 0, no memory"),
	       "topo says that node 0 has no memory");
	result(!vtdbench(check, text, sizeof(text)) && strstr(text, local),
	       "check says what local means");
	result(!vtdbench(run, text, sizeof(text)) && strstr(text, local) &&
		       strstr(text, "done: 10 of 10 trials"),
	       "run measures and says what local means");
}

/* Puts this process where only the memory of node 2 may be used. */
static bool take_away(void)
{
	mkdir("/sys/fs/cgroup", 0755);
	if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL)) {
		snprintf(why, sizeof(why), "cgroup2: %s", strerror(errno));
		return false;
	}
	mkdir("/sys/fs/cgroup/few", 0755);
	return write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpuset") &&
	       write_file("/sys/fs/cgroup/few/cpuset.mems", "2") &&
	       write_file("/sys/fs/cgroup/few/cgroup.procs", "1");
}

/* The free memory of a node is not that of nodes that may not be used. */
static void room(const struct topo *t)
{
	struct place_request r = {"list", "1", "local", 1, NULL};
	struct place place;
	uint64_t bytes;

	if (place_threads(t, &r, &place, why, sizeof(why))) {
		result(false, "CPU 1 with local memory");
		return;
	}
	bytes = numamem_available(&place.mem);
	snprintf(why, sizeof(why), "%llu bytes", (unsigned long long)bytes);
	result(bytes && bytes < 256 << 20, "node 2 alone has room");
	place_release(&place);
}

static void with_fewer(void)
{
	struct topo *t;
	int one;

	result(take_away(), "a cpuset with the memory of node 2 alone");
	if (topo_load(&t, "live", why, sizeof(why))) {
		result(false, "the topology in the cpuset");
		return;
	}
	one = topo_cpu_find(t, 1);
	result(topo_memory_nodes(t) == 1 && topo_node_find(t, 1) < 0 &&
		       one >= 0 && t->cpus[one].node < 0,
	       "node 1 may not be used, its CPU may");
	check_rows(t, fewer, sizeof(fewer) / sizeof(*fewer));
	room(t);
	topo_free(t);
}

void memoryless_guest(const struct topo *t)
{
	struct place_request r = {"compact", NULL, "node:0", 1, NULL};
	int zero = topo_node_find(t, 0);
	struct place place;

	result(zero >= 0 && t->nnodes == 3 && topo_memory_nodes(t) == 2 &&
		       !t->nodes[zero].memory && t->nodes[zero].ncpus == 1,
	       "node 0 has a CPU and no memory");
	check_rows(t, rows, sizeof(rows) / sizeof(*rows));
	result(place_threads(t, &r, &place, why, sizeof(why)) == -EINVAL &&
		       strstr(why, "no memory; nodes: 1-2"),
	       "memory node:0 is refused, with the nodes that have some");
	program();
	with_fewer();
}
