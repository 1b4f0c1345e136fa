/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of lock, held to what it promises (kernels/locks/kind.inc), in a
 * checking build, where whoever spins is seen:
 *
 *  - a writer is in alone, readers together only where the kind says so;
 *  - who waits gets in in the order in which it came, and a writer that waits
 *    is not kept out by readers, nor they by writers: threads come one after
 *    the other, each when the one before it is seen to wait;
 *  - with more threads than CPUs nobody waits for more turns of others than
 *    there are others.
 *
 * All by counts: no time is judged. STRESS_SECONDS (default 10) is shared by
 * all kinds.
 */
#include <sched.h>

#include "stress.h"

#include "../locks.h"
#include "base/rng.h"

enum {
	THREADS = 6, /* more than there may be CPUs */
	LOCKS = 2,
	SECTIONS_MIN = 50,
};

static const struct lock_kind *tested_kind;

struct person {
	struct room *room;
	pthread_t thread;
	struct engine_thread t;
	unsigned index;
	bool write;	  /* arrivals: which side it wants */
	unsigned spins;	  /* turns of waiting loops; relaxed: a sign of life */
	unsigned place;	  /* arrivals: the how many-th to get in, from 1 */
	uint64_t begun;	  /* turns: of others, when it began to wait */
	bool waits;	  /* turns: `begun` is of this section */
	uint64_t longest; /* turns: others' while it waited */
	bool held;	  /* arrivals: it stays where it waits */
	bool stays;	  /* and does, since it was held */
};

/* Two locks and what they protect. */
struct room {
	const struct lock_kind *kind;
	void *lock[LOCKS];
	struct {
		uint64_t a, b; /* equal but inside a write section; plain, so
				  that ThreadSanitizer looks, too */
		unsigned readers, writers;
	} data[LOCKS];
	unsigned wrong; /* relaxed: a count, read after the join */
	unsigned begun, done;
	unsigned open; /* arrivals: threads that may come; the host writes */
	unsigned entered;
	uint64_t turns;
	int stop;
	struct person person[THREADS];
};

static __thread struct person *self;

static void moment(void)
{
	const struct timespec ns = {.tv_nsec = 50000};

	nanosleep(&ns, NULL);
}

static void on_spin(void)
{
	if (!self)
		return;
	__atomic_fetch_add(&self->spins, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&self->held, __ATOMIC_RELAXED)) {
		__atomic_store_n(&self->stays, true, __ATOMIC_RELAXED);
		moment();
	}
	if (self->waits)
		return;
	self->waits = true;
	self->begun = __atomic_load_n(&self->room->turns, __ATOMIC_RELAXED);
}

static void come_in(struct person *p, struct room *room)
{
	p->room = room;
	memset(&p->t, 0, sizeof(p->t));
	p->t.number = thread_number_get();
	self = p;
}

static void go_out(struct person *p)
{
	self = NULL;
	thread_number_put(p->t.number);
}

static struct room *room_new(void)
{
	struct room *room =
		aligned_zalloc(_Alignof(struct room), 1, sizeof(*room));

	if (!room)
		abort();
	room->kind = tested_kind;
	for (unsigned i = 0; i < LOCKS; i++) {
		room->lock[i] = lock_new(tested_kind);
		assert_non_null(room->lock[i]);
	}
	check_on_spin = on_spin;
	return room;
}

static void people_start(struct room *room, unsigned n, void *(*run)(void *))
{
	for (unsigned i = 0; i < n; i++) {
		room->person[i].room = room;
		room->person[i].index = i;
		assert_int_equal(pthread_create(&room->person[i].thread, NULL,
						run, &room->person[i]),
				 0);
	}
}

static void room_free(struct room *room, unsigned people)
{
	while (people)
		pthread_join(room->person[--people].thread, NULL);
	for (unsigned i = 0; i < LOCKS; i++)
		lock_free(tested_kind, room->lock[i]);
	free(room);
	check_on_spin = NULL;
	check_preempt_every = 0;
}

/* ---- who is in together -------------------------------------------------- */

static void blame(struct room *room, bool wrong)
{
	if (wrong)
		__atomic_fetch_add(&room->wrong, 1, __ATOMIC_RELAXED);
}

static void write_section(struct room *room, unsigned i)
{
	blame(room,
	      __atomic_fetch_add(&room->data[i].writers, 1, __ATOMIC_RELAXED));
	blame(room, __atomic_load_n(&room->data[i].readers, __ATOMIC_RELAXED));
	room->data[i].a++;
	check_preempt();
	room->data[i].b++;
	__atomic_fetch_sub(&room->data[i].writers, 1, __ATOMIC_RELAXED);
}

static void read_section(struct room *room, unsigned i)
{
	unsigned others =
		__atomic_fetch_add(&room->data[i].readers, 1, __ATOMIC_RELAXED);
	uint64_t a;

	blame(room, others && !(room->kind->flags & LOCK_SHARED));
	blame(room, __atomic_load_n(&room->data[i].writers, __ATOMIC_RELAXED));
	a = room->data[i].a;
	check_preempt();
	blame(room, room->data[i].b != a);
	__atomic_fetch_sub(&room->data[i].readers, 1, __ATOMIC_RELAXED);
}

/* One of the locks, or for reading both, as a nested walk. */
static void any_section(struct person *p, struct rng *r)
{
	const struct lock_kind *kind = p->room->kind;
	bool write = rng_below(r, 3) == 0;
	bool both = !write && rng_below(r, 3) == 0;
	unsigned first = both ? 0 : (unsigned)rng_below(r, LOCKS);

	kind->enter(p->room->lock[first], &p->t, write);
	if (both) {
		kind->enter(p->room->lock[1], &p->t, false);
		read_section(p->room, 1);
		kind->leave(p->room->lock[1], &p->t, false);
	}
	if (write)
		write_section(p->room, first);
	else
		read_section(p->room, first);
	kind->leave(p->room->lock[first], &p->t, write);
}

static void *excludes_run(void *arg)
{
	struct person *p = arg;
	struct room *room = p->room;
	struct rng r;

	rng_seed(&r, 1, p->index);
	come_in(p, room);
	for (uint64_t n = 0; !__atomic_load_n(&room->stop, __ATOMIC_RELAXED);) {
		any_section(p, &r);
		if (++n == SECTIONS_MIN)
			__atomic_fetch_add(&room->begun, 1, __ATOMIC_RELAXED);
		check_preempt();
	}
	go_out(p);
	return NULL;
}

static void excludes(void)
{
	struct room *room = room_new();

	check_preempt_every = 8;
	people_start(room, THREADS, excludes_run);
	stress_wait(stress_number("STRESS_SECONDS", 10) / LOCK_KINDS / 2,
		    THREADS, &room->begun);
	__atomic_store_n(&room->stop, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(room->person[i].thread, NULL);
	for (unsigned i = 0; i < LOCKS; i++) {
		assert_true(room->data[i].a > 0);
		assert_int_equal(room->data[i].a, room->data[i].b);
	}
	assert_int_equal(room->wrong, 0);
	room_free(room, 0);
}

/* ---- who comes first ------------------------------------------------------ */

/* Comes when it may, notes the how many-th it was, and goes. */
static void *arrives_run(void *arg)
{
	struct person *p = arg;
	struct room *room = p->room;
	const struct lock_kind *kind = room->kind;

	come_in(p, room);
	/* a kind may want to get to know its readers first */
	kind->enter(room->lock[0], &p->t, false);
	kind->leave(room->lock[0], &p->t, false);
	__atomic_store_n(&p->spins, 0, __ATOMIC_RELAXED);
	__atomic_fetch_add(&room->begun, 1, __ATOMIC_RELEASE);
	/* acquire: pairs with the release in arrive() */
	while (__atomic_load_n(&room->open, __ATOMIC_ACQUIRE) <= p->index)
		moment();
	kind->enter(room->lock[0], &p->t, p->write);
	__atomic_store_n(&p->place,
			 __atomic_add_fetch(&room->entered, 1,
					    __ATOMIC_RELAXED),
			 __ATOMIC_RELAXED);
	kind->leave(room->lock[0], &p->t, p->write);
	go_out(p);
	return NULL;
}

/* Lets the next one come, until it is seen to wait or let in: true. */
static bool arrive(struct room *room, bool write)
{
	struct person *p = &room->person[room->open];
	unsigned place, spins;

	p->write = write;
	/* release: pairs with the acquire in arrives_run() */
	__atomic_store_n(&room->open, room->open + 1, __ATOMIC_RELEASE);
	do {
		moment();
		place = __atomic_load_n(&p->place, __ATOMIC_RELAXED);
		spins = __atomic_load_n(&p->spins, __ATOMIC_RELAXED);
	} while (!place && !spins);
	return place;
}

/* Who waits stays where it waits from now on, and no turn further. */
static void hold(struct person *p)
{
	/* relaxed, both: signs */
	__atomic_store_n(&p->held, true, __ATOMIC_RELAXED);
	while (!__atomic_load_n(&p->stays, __ATOMIC_RELAXED))
		moment();
}

/* @n that wait to come, and a host that holds the lock. */
static struct room *arrivals_new(struct person *host, unsigned n, bool write)
{
	struct room *room = room_new();

	*host = (struct person){.room = room};
	people_start(room, n, arrives_run);
	while (__atomic_load_n(&room->begun, __ATOMIC_ACQUIRE) < n)
		moment();
	host->t.number = thread_number_get();
	tested_kind->enter(room->lock[0], &host->t, write);
	return room;
}

/* place[i]: the how many-th to get in was i. */
static void arrivals_free(struct room *room, struct person *host, unsigned n,
			  unsigned *place)
{
	for (unsigned i = 0; i < n; i++)
		pthread_join(room->person[i].thread, NULL);
	for (unsigned i = 0; i < n; i++)
		place[i] = room->person[i].place;
	thread_number_put(host->t.number);
	room_free(room, 0);
}

/*
 * While the lock is held for reading or (@write) writing, @sides come, and then
 * it is left. Returns how many got in at once; place[i]: the how many-th was i.
 */
static unsigned order_of(bool write, const char *sides, unsigned *place)
{
	unsigned n = (unsigned)strlen(sides), in = 0;
	struct person host;
	struct room *room;

	assert_in_range(n, 1, THREADS);
	room = arrivals_new(&host, n, write);
	for (unsigned i = 0; i < n; i++)
		in += arrive(room, sides[i] == 'W');
	tested_kind->leave(room->lock[0], &host.t, write);
	arrivals_free(room, &host, n, place);
	return in;
}

static void in_order(bool write, const char *sides)
{
	unsigned place[THREADS];

	assert_int_equal(order_of(write, sides, place), 0);
	for (unsigned i = 0; sides[i]; i++)
		for (unsigned k = i + 1; sides[k]; k++)
			if (sides[i] == 'W' || sides[k] == 'W' ||
			    !(tested_kind->flags & LOCK_SHARED))
				assert_true(place[i] < place[k]);
}

static void shares(void)
{
	unsigned place[THREADS];

	assert_int_equal(order_of(false, "RRR", place), 3);
}

static void first_come_first_served(void)
{
	in_order(true, "WRRWWR");
	in_order(true, "RWRRWW");
	in_order(false, "WRWRRW");
}

/*
 * Who comes to a lock that was left while others wait for it comes after them,
 * also when they are slow to notice: the second to wait stays in its loop.
 */
static void no_overtaking(void)
{
	enum { FIRST, SLOW, LATE, PEOPLE };
	unsigned place[PEOPLE];
	struct person host;
	struct room *room = arrivals_new(&host, PEOPLE, true);
	struct person *slow = &room->person[SLOW];
	bool in;

	assert_false(arrive(room, true));
	/* relaxed: a sign */
	__atomic_store_n(&slow->held, true, __ATOMIC_RELAXED);
	assert_false(arrive(room, true));
	tested_kind->leave(room->lock[0], &host.t, true);
	while (!__atomic_load_n(&room->person[FIRST].place, __ATOMIC_RELAXED))
		moment();
	in = arrive(room, true);
	__atomic_store_n(&slow->held, false, __ATOMIC_RELAXED);
	arrivals_free(room, &host, PEOPLE, place);
	assert_false(in);
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_int_equal(place[i], i + 1);
}

/* The first to wait is slow; the second sees that the lock was left, and not to
 * it. */
static void waits_for_the_slow(void)
{
	enum { SLOW, SECOND, PEOPLE };
	unsigned place[PEOPLE], spins;
	struct person host;
	struct room *room = arrivals_new(&host, PEOPLE, true);
	struct person *slow = &room->person[SLOW];
	struct person *second = &room->person[SECOND];
	bool in;

	assert_false(arrive(room, true));
	hold(slow);
	assert_false(arrive(room, true));
	tested_kind->leave(room->lock[0], &host.t, true);
	spins = __atomic_load_n(&second->spins, __ATOMIC_RELAXED);
	do {
		moment();
		in = __atomic_load_n(&second->place, __ATOMIC_RELAXED);
	} while (!in &&
		 __atomic_load_n(&second->spins, __ATOMIC_RELAXED) < spins + 3);
	__atomic_store_n(&slow->held, false, __ATOMIC_RELAXED);
	arrivals_free(room, &host, PEOPLE, place);
	assert_false(in);
	assert_int_equal(place[SLOW], 1);
	assert_int_equal(place[SECOND], 2);
}

static void stops_readers(void)
{
	unsigned place[THREADS];

	assert_int_equal(order_of(false, "WRRRRR", place), 0);
	assert_int_equal(place[0], 1);
}

static void stops_writers(void)
{
	unsigned place[THREADS];

	assert_int_equal(order_of(true, "RRRRRW", place), 0);
	assert_int_equal(place[5], 6);
}

/* ---- for how long --------------------------------------------------------- */

static void *turns_run(void *arg)
{
	struct person *p = arg;
	struct room *room = p->room;
	uint64_t others;

	come_in(p, room);
	for (uint64_t n = 0; !__atomic_load_n(&room->stop, __ATOMIC_RELAXED);) {
		p->waits = false;
		room->kind->enter(room->lock[0], &p->t, true);
		/* relaxed: only whoever is in writes it */
		others = __atomic_fetch_add(&room->turns, 1, __ATOMIC_RELAXED) -
			 p->begun;
		if (p->waits && others > p->longest)
			p->longest = others;
		check_preempt();
		room->kind->leave(room->lock[0], &p->t, true);
		if (++n == SECTIONS_MIN)
			__atomic_fetch_add(&room->begun, 1, __ATOMIC_RELAXED);
	}
	go_out(p);
	return NULL;
}

static void bounded_waits(void)
{
	struct room *room;
	uint64_t longest = 0;

	room = room_new();
	check_preempt_every = 8;
	people_start(room, THREADS, turns_run);
	stress_wait(stress_number("STRESS_SECONDS", 10) / LOCK_KINDS / 2,
		    THREADS, &room->begun);
	__atomic_store_n(&room->stop, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(room->person[i].thread, NULL);
		if (room->person[i].longest > longest)
			longest = room->person[i].longest;
	}
	/* it must have come to waiting at all */
	assert_in_range(longest, 1, THREADS - 1);
	room_free(room, 0);
}

/* ---- the lines of the cache model ----------------------------------------- */

static void refs(void)
{
	for (int write = 0; write < 2; write++) {
		struct engine_sync_ref lines[ENGINE_SYNC_MAX];
		unsigned before = 0, writes = 0;
		unsigned n = tested_kind->refs(write, 3, lines, &before);

		assert_in_range(n, 2, ENGINE_SYNC_MAX);
		assert_in_range(before, 1, n - 1);
		for (unsigned i = 0; i < n; i++)
			writes += lines[i].write;
		/* in and out */
		assert_in_range(writes, 2, n);
	}
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned flags, without; /* of the kinds that it is for */
} cases[] = {
	{"shares", shares, LOCK_SHARED, 0},
	{"first_come_first_served", first_come_first_served, LOCK_FIFO, 0},
	{"no_overtaking", no_overtaking, LOCK_FIFO, 0},
	{"waits_for_the_slow", waits_for_the_slow, LOCK_FIFO, 0},
	{"stops_readers", stops_readers, LOCK_STOPS_READERS, 0},
	{"stops_writers", stops_writers, LOCK_STOPS_WRITERS, 0},
	/* a task-fair lock spins before it has a ticket, too */
	{"bounded_waits", bounded_waits, LOCK_FIFO, LOCK_SHARED},
	{"excludes", excludes, 0, 0},
	{"refs", refs, 0, 0},
};
enum { CASES = sizeof(cases) / sizeof(*cases) };

struct lock_test {
	const struct lock_kind *kind;
	void (*run)(void);
};

static void lock_test_run(void **state)
{
	const struct lock_test *test = *state;

	tested_kind = test->kind;
	test->run();
}

int main(void)
{
	/* cmocka passes over those that stay empty */
	static struct CMUnitTest tests[LOCK_KINDS * CASES];
	static struct lock_test states[LOCK_KINDS * CASES];
	static char names[LOCK_KINDS * CASES][64];
	unsigned n = 0;

	for (unsigned i = 0; i < LOCK_KINDS * CASES; i++) {
		const struct lock_kind *kind = lock_kinds[i / CASES];
		unsigned c = i % CASES;

		if ((kind->flags & cases[c].flags) != cases[c].flags ||
		    (kind->flags & cases[c].without))
			continue;
		states[n] = (struct lock_test){kind, cases[c].run};
		snprintf(names[n], sizeof(names[n]), "%s_%s", kind->name,
			 cases[c].name);
		tests[n].name = names[n];
		tests[n].test_func = lock_test_run;
		tests[n].initial_state = &states[n];
		n++;
	}
	return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
