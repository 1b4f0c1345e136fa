/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench gate`: is one build of the engine slower than another? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "machine/alone.h"
#include "cli/args.h"
#include "commands/gate.h"
#include "commands/open.h"
#include "commands/registry.h"
#include "outputs/file.h"
#include "base/err.h"
#include "judge/gate_store.h"
#include "store/machine_class.h"
#include "views/gate.h"
#include "outputs/progress.h"
#include "figures/draw.h"
#include "run/loop.h"

static volatile sig_atomic_t stop;

struct request {
	const char *baseline, *candidate, *results, *folder;
	int format;
	bool keep; /* in the results file */
	bool wait; /* until the machine is free */
	struct gate_options gate;
};

static const struct {
	const char *name, *file;
	void (*write)(const struct gate_output *o, FILE *out);
} formats[] = {{"text", "gate.txt", gate_text},
	       {"json", "gate.json", gate_json},
	       {"markdown", "gate.md", gate_markdown},
	       {"junit", "gate.xml", gate_junit}};
enum { FORMATS = sizeof(formats) / sizeof(*formats) };

static void usage(void)
{
	fputs("usage: vtdbench gate --baseline OLD [OPTION...]\n"
	      "\n"
	      "Judges whether the engine of the working tree is slower than "
	      "OLD. Both are built\n"
	      "as shared objects in several link orders, loaded into one "
	      "process, and alternate\n"
	      "batch by batch, in fresh processes, until each metric is "
	      "decided; what looks\n"
	      "slower must look so again in further ones. Exact figures "
	      "(references, simulated\n"
	      "misses, tables held, and instructions where valgrind is "
	      "installed) are compared\n"
	      "exactly. The old build is judged against itself as well: if "
	      "that finds anything,\n"
	      "the machine is too noisy to judge.\n"
	      "\n"
	      "OLD and NEW are each a git revision, a build folder, a vtdbench "
	      "in one, or\n"
	      "a shared object of `make sides`.\n"
	      "\n"
	      "  --baseline OLD     what to compare with (VTDBENCH_BASELINE)\n"
	      "  --candidate NEW    instead of the working tree\n"
	      "  --only LIST        these alone: DESIGN/CASE apart by commas, "
	      "* "
	      "stands for\n"
	      "                     anything: rcu/*,*/walk_dep_4k; see "
	      "vtdbench pair --help\n"
	      "  --exact-only       no clock\n"
	      "  --times-only       no exact figures\n"
	      "  --processes N      at most, before confirming; default 128\n"
	      "  --budget TIME      begin no process after it; what is open "
	      "then is not judged\n"
	      "  --seed N           of orders and places; default 1\n"
	      "  --results FILE     where earlier gates are and this one is "
	      "kept\n"
	      "                     (VTDBENCH_RESULTS)\n"
	      "  --no-store         neither read nor write that\n"
	      "  --format F         text (default), json, markdown or junit "
	      "(VTDBENCH_FORMAT)\n"
	      "  --wait             wait while another vtdbench measures on "
	      "this "
	      "machine;\n"
	      "                     without, a second one is refused\n"
	      "  --out FOLDER       write all four there, and a forest plot "
	      "(VTDBENCH_OUT)\n"
	      "\n"
	      "Exit status: 0 no regression; 3 a metric is slower, or an exact "
	      "figure worse;\n"
	      "5 too noisy to judge; 1 wrong answers, or could not be run or "
	      "written; 2 command\n"
	      "line or files; 4 cannot be built or measured here.\n",
	      stdout);
}

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

enum {
	O_BASELINE = 256,
	O_CANDIDATE,
	O_ONLY,
	O_EXACT,
	O_TIMES,
	O_PROCESSES,
	O_BUDGET,
	O_SEED,
	O_RESULTS,
	O_NO_STORE,
	O_FORMAT,
	O_OUT,
	O_WAIT,
};

static const struct option options[] = {
	{"baseline", required_argument, NULL, O_BASELINE},
	{"candidate", required_argument, NULL, O_CANDIDATE},
	{"only", required_argument, NULL, O_ONLY},
	{"exact-only", no_argument, NULL, O_EXACT},
	{"times-only", no_argument, NULL, O_TIMES},
	{"processes", required_argument, NULL, O_PROCESSES},
	{"budget", required_argument, NULL, O_BUDGET},
	{"seed", required_argument, NULL, O_SEED},
	{"results", required_argument, NULL, O_RESULTS},
	{"no-store", no_argument, NULL, O_NO_STORE},
	{"format", required_argument, NULL, O_FORMAT},
	{"out", required_argument, NULL, O_OUT},
	{"wait", no_argument, NULL, O_WAIT},
	{NULL, 0, NULL, 0},
};

static int choose_format(const char *name)
{
	const char *names[FORMATS + 1] = {NULL};

	for (unsigned i = 0; i < FORMATS; i++)
		names[i] = formats[i].name;
	return args_choose("gate", "format", name, names);
}

/* False: the mistake is said. */
static bool take(struct request *r, int opt, const char *arg)
{
	uint64_t n = 0;
	bool ok = true;

	switch (opt) {
	case O_BASELINE:
		r->baseline = arg;
		break;
	case O_CANDIDATE:
		r->candidate = arg;
		break;
	case O_ONLY:
		r->gate.only = arg;
		return args_only("gate", arg);
	case O_EXACT:
		r->gate.times = false;
		break;
	case O_TIMES:
		r->gate.exact = false;
		break;
	case O_PROCESSES:
		ok = args_number("gate", "processes", arg,
				 gate_look_processes[0], GATE_PROCESSES, &n);
		r->gate.processes = (unsigned)n;
		break;
	case O_BUDGET:
		return args_duration("gate", "budget", arg, &r->gate.budget_s);
	case O_SEED:
		return args_number("gate", "seed", arg, 0, UINT64_MAX,
				   &r->gate.seed);
	case O_RESULTS:
		r->results = arg;
		break;
	case O_NO_STORE:
		r->keep = false;
		break;
	case O_FORMAT:
		r->format = choose_format(arg);
		return r->format >= 0;
	case O_OUT:
		r->folder = arg;
		break;
	case O_WAIT:
		r->wait = true;
		break;
	default:
		return false;
	}
	return ok;
}

static struct request defaults(void)
{
	return (struct request){.keep = true,
				.gate = {.seed = 1,
					 .processes = GATE_PROCESSES,
					 .times = true,
					 .exact = true,
					 .canary = true,
					 .stop = &stop}};
}

static int parse(struct request *r, int argc, char **argv)
{
	const char *format = getenv("VTDBENCH_FORMAT");
	int opt;

	*r = defaults();
	r->baseline = getenv("VTDBENCH_BASELINE");
	r->folder = getenv("VTDBENCH_OUT");
	if (r->folder && !*r->folder)
		r->folder = NULL;
	if (format && *format && !take(r, O_FORMAT, format))
		return EXIT_USAGE;
	while ((opt = args_next(argc, argv, "", options)) != -1)
		if (opt == '?' || !take(r, opt, optarg))
			return EXIT_USAGE;
	if (optind < argc)
		return args_error("gate", "unexpected '%s'", argv[optind]);
	if (!r->baseline || !*r->baseline)
		return args_error("gate", "--baseline: compare with what?");
	if (!r->gate.times && !r->gate.exact)
		return args_error("gate", "--exact-only and --times-only leave "
					  "nothing to compare");
	return EXIT_OK;
}

static void show(void *arg, unsigned processes, size_t open, size_t n)
{
	bool terminal = *(bool *)arg;

	if (err_quiet())
		return;
	if (terminal)
		fprintf(stderr,
			"\r\033[Kgate: %u processes, %zu of %zu "
			"metrics open",
			processes, open, n);
	else if (processes % 16 == 0)
		fprintf(stderr,
			"gate: %u processes, %zu of %zu metrics "
			"open\n",
			processes, open, n);
}

static int status_of(int rc)
{
	switch (-rc) {
	case ENOTSUP:
		return EXIT_UNSUPPORTED;
	case ENOENT:
	case EINVAL:
	case EISDIR:
	case EPROTONOSUPPORT:
		return EXIT_USAGE;
	default:
		return EXIT_RUN_FAILED;
	}
}

/* All forms and the picture. -ENOTSUP: no gnuplot; all else is there. */
static int write_folder(const struct request *r, const struct gate_output *o,
			struct err *e)
{
	struct plot_table forest = {"forest", gate_forest, o};
	struct plot_job job = {.dir = r->folder,
			       .formats = PLOT_SVG | PLOT_PNG};
	int rc = make_folder(r->folder, e);

	if (rc)
		return rc;
	for (unsigned i = 0; i < FORMATS; i++) {
		struct whole_file f;
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", r->folder,
			 formats[i].file);
		rc = whole_file_open(&f, path, e);
		if (rc)
			return rc;
		formats[i].write(o, f.out);
		rc = whole_file_close(&f, true, e);
		if (rc)
			return rc;
	}
	return o->g->n ? plot_draw_table(&forest, &job, e) : 0;
}

/* What stands between the machine and a judgement: builds, then the past. */
struct context {
	struct gate_sides old, new;
	struct machine_class machine;
	char label[512], host[128], started[32], self[4096];
	struct store *store;
	struct gate_past past;
};

static int prepare(struct context *c, struct request *r, struct err *e)
{
	time_t now = time(NULL);
	ssize_t n = readlink("/proc/self/exe", c->self, sizeof(c->self) - 1);
	struct tm tm;
	int rc;

	gmtime_r(&now, &tm);
	strftime(c->started, sizeof(c->started), "%Y-%m-%dT%H:%M:%SZ", &tm);
	gethostname(c->host, sizeof(c->host) - 1);
	if (n <= 0)
		return err_set(e, -errno, "/proc/self/exe: %s",
			       strerror(errno));
	r->gate.program = c->self;
	rc = runner_machine_class(&c->machine);
	if (rc)
		return err_set(e, rc, "nothing is known of this machine: %s",
			       strerror(-rc));
	machine_class_label(&c->machine, c->label, sizeof(c->label));
	rc = r->keep ? store_check_path(cmd_results_path(r->results), e) : 0;
	if (!rc)
		rc = gate_sides_find(&c->old, r->baseline, e);
	if (!rc)
		rc = gate_sides_find(&c->new, r->candidate, e);
	if (!rc && r->keep)
		rc = store_open(&c->store, cmd_results_path(r->results), e);
	if (!rc && r->gate.times)
		rc = alone_machine(r->wait ? ALONE_WAIT : ALONE_REFUSE, e);
	c->past = (struct gate_past){c->store, c->machine.id};
	return rc;
}

static int finish(const struct request *r, struct context *c,
		  const struct gate *g)
{
	struct gate_output o = {g,	  &c->old, &c->new,
				c->label, c->host, c->started};
	struct err e = {0};
	char text[256];
	int rc = 0;

	formats[r->format].write(&o, stdout);
	gate_conclusion(g, text, sizeof(text));
	if (c->store && g->n)
		rc = gate_store(c->store, g, &c->old, &c->new, c->machine.id,
				c->started, text, &e);
	if (!rc && r->folder)
		rc = write_folder(r, &o, &e);
	if (!rc)
		return g->status;
	err_print(&e);
	if (g->status != EXIT_OK)
		return g->status;
	return rc == -ENOTSUP ? EXIT_UNSUPPORTED : EXIT_RUN_FAILED;
}

static int gate(struct request *r)
{
	struct sigaction sa = {.sa_handler = on_signal,
			       .sa_flags = (int)SA_RESETHAND};
	bool terminal = progress_terminal();
	struct context c = {0};
	struct gate g = {0};
	struct err e = {0};
	int rc, status;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	r->gate.progress = show;
	r->gate.arg = &terminal;
	rc = prepare(&c, r, &e);
	if (!rc)
		rc = gate_run(&c.old, &c.new, &r->gate, gate_past_threshold,
			      &c.past, &g, &e);
	if (terminal && !err_quiet())
		fputs("\r\033[K", stderr);
	if (rc) {
		err_print(&e);
		status = status_of(rc);
	} else {
		status = finish(r, &c, &g);
	}
	gate_release(&g);
	store_close(c.store);
	return status;
}

bool gate_is_build(const char *path)
{
	char magic[4] = "";
	struct stat st;
	FILE *in;
	bool elf;

	if (stat(path, &st))
		return false;
	if (S_ISDIR(st.st_mode))
		return true;
	in = fopen(path, "re");
	elf = in && fread(magic, 1, 4, in) == 4 && !memcmp(magic, "\177ELF", 4);
	if (in)
		fclose(in);
	return elf;
}

int gate_compare_builds(const char *a, const char *b, const char *format,
			const char *folder)
{
	struct request r = defaults();

	r.baseline = a;
	r.candidate = b;
	r.folder = folder;
	r.keep = false;
	r.format = choose_format(format);
	return r.format < 0 ? EXIT_USAGE : gate(&r);
}

int cmd_gate(int argc, char **argv)
{
	struct request r;
	int status;

	if (args_wants_help(argc, argv)) {
		usage();
		return EXIT_OK;
	}
	status = parse(&r, argc, argv);
	return status ? status : gate(&r);
}
