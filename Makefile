# vtdbench. `make help` lists the targets; CONTRIBUTING.md says how to add
# things. One build folder per compiler and sanitizer: `make CC=clang`,
# `make SAN=address` (undefined, thread).

comma := ,
ifeq ($(origin CC),default)
CC := gcc
endif
SAN_NAME_address := -asan
SAN_NAME_undefined := -ubsan
SAN_NAME_thread := -tsan
BUILD  ?= build$(SAN_NAME_$(SAN))$(if $(MUTANTS),-mutants)$(if $(findstring clang,$(CC)),-clang)
# Sanitized code is not measured, and takes long enough to compile.
CFLAGS ?= $(if $(SAN),-O1 -g1,-O2 -g)
# For what is compiled once more: lines and functions, no variables. The code is
# the same; a design takes two thirds of the time. CFLAGS of your own count.
LINES := $(if $(filter file,$(origin CFLAGS)),-g1)
# And for tests. The engine with its checks takes a third of the time, too,
# unless nothing is to be left out: then it is as what is measured; else little
# optimized, and of its shapes for formats and levels all but one are one.
TESTED := $(if $(filter file,$(origin CFLAGS)),-O1 -g1)
CHECKED := $(if $(TEST_ALL),$(LINES),$(TESTED) -DVTDBENCH_ONE_SHAPE)
PREFIX ?= /usr/local
DATADIR = $(PREFIX)/share/vtdbench
LIBDIR  = $(PREFIX)/lib/vtdbench
DOCDIR  = $(PREFIX)/share/doc/vtdbench
MANDIR  = $(PREFIX)/share/man
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR  = $(PREFIX)/share/zsh/site-functions
# Seconds each stress program may take; SEED, CHECKS and KILLS reach tests as
# given.
STRESS_SECONDS ?= 120
export FUZZ_SECONDS ?= 60

PKGS := hwloc yaml-0.1 sqlite3 jansson zlib liburcu-memb liburcu-qsbr ck
WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
	-Wundef -Wvla -Wformat=2 -Wcast-qual -Wstrict-prototypes \
	-Wmissing-prototypes -Wredundant-decls -Wswitch-enum -Wnull-dereference \
	-Wno-unused-parameter
# gcc warns that ThreadSanitizer does not see fences: tests/tsan.supp says so.
SAN_FLAGS := $(if $(SAN),-DVTDBENCH_SANITIZED -fsanitize=$(SAN) \
	-fno-sanitize-recover=all) \
	$(if $(SAN:thread=)$(findstring clang,$(CC)),,$(if $(SAN),-Wno-tsan))

# Asked of pkg-config once, and only by a rule that needs it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

# What decides the code that is measured: recorded in every result.
CODE_FLAGS := -std=gnu11 $(CFLAGS) $(SAN_FLAGS) -D_GNU_SOURCE \
	-fno-omit-frame-pointer -falign-functions=64 \
	$(if $(MUTANTS),-DVTDBENCH_MUTANTS)
# Includes of bench/ name the room: "store/merge.h".
ROOMS       = -iquote bench
ALL_CFLAGS  = $(CODE_FLAGS) $(ROOMS) $(WARN) $(if $(WERROR),-Werror) $(PKG_CFLAGS)
ALL_LDFLAGS = $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS)
LIBS        = $(PKG_LIBS) -lpfm -lm -lpthread

VERSION := $(shell cat VERSION)$(addprefix +g,$(shell git describe --always \
	--dirty --exclude '*' 2>/dev/null))
DEFINES = -DVTDBENCH_VERSION='"$(VERSION)"' \
	-DVTDBENCH_CFLAGS='"$(CODE_FLAGS) $(SIDE_FLAGS)"' -DVTDBENCH_DATADIR='"$(DATADIR)"'

# The engine as shared objects, one a link order, for `vtdbench gate`: of this
# tree, or of another one (SIDE_SRC) into another folder (BUILD).
SIDE_SRC ?= .
SIDE_ORDERS ?= 16
# Position-independent, and otherwise as near to a program's code as it gets:
# calls within are direct, liburcu's thread variables at fixed offsets.
# Functions have pages of their own, so that one that grows does not move the
# others within the caches of the front end; data: kernels/side/alloc.h.
SIDE_FLAGS := $(LINES) -fPIC -fvisibility=hidden -ftls-model=initial-exec \
	-falign-functions=4096
# The same objects in four variants, so that a draw changes what lies where
# inside functions, too: where they begin in a line (the padding is before the
# entry and never run), how far loops and jump targets are aligned, in which
# order blocks stand. clang has not all of them, and says so.
SIDE_ALL := plain shifted aligned simple
SIDE_VARIANTS := $(SIDE_ALL)
SIDE_FLAGS_plain   :=
SIDE_FLAGS_shifted := -fpatchable-function-entry=48$(comma)48
SIDE_FLAGS_aligned := -falign-loops=64 -falign-jumps=32 \
	-fpatchable-function-entry=16$(comma)16
SIDE_FLAGS_simple  := -fno-reorder-blocks -fno-align-loops -fno-align-jumps \
	-fpatchable-function-entry=27$(comma)27
SIDE_LDFLAGS := -shared -Wl,-Bsymbolic,--as-needed \
	$(addprefix -Wl$(comma)--wrap=,malloc calloc aligned_alloc \
	posix_memalign free)
SIDE_LIBS = $(shell pkg-config --libs liburcu-memb liburcu-qsbr)
SIDE_SRCS = $(patsubst $(SIDE_SRC)/%.c,%,\
	$(filter-out %/mutant.c %/image.c %/image_devices.c,\
	$(wildcard $(addprefix $(SIDE_SRC)/kernels/,*.c designs/*.c freeing/*.c invalidation/*.c side/*.c))))
SIDE_OBJS = $(foreach v,$(SIDE_VARIANTS),$(SIDE_SRCS:%=$(BUILD)/sides/$v/%.o))
# Once more, as kernels/expose.h has it, for `race: true`. Nothing is timed of
# it, so that one shape of each design is enough, and little optimization.
RACE_OBJS = $(SIDE_SRCS:%=$(BUILD)/race/%.o)
RACE_FLAGS := $(SIDE_FLAGS) $(TESTED) -DVTDBENCH_EXPOSE -DDESIGN_LEAN=

SRCS  := $(wildcard kernels/*.c kernels/designs/*.c kernels/freeing/*.c kernels/invalidation/*.c topology/*.c bench/*.c bench/*/*.c)
NAMES := $(patsubst %.c,%,$(filter-out bench/main.c,$(SRCS)))
# The program's own engine is the plain variant of the shared objects: compiling
# the designs takes most of the time of a build.
OBJS  := $(patsubst %,$(BUILD)/%.o,$(filter-out $(SIDE_SRCS),$(NAMES)) \
	$(addprefix sides/plain/,$(filter $(SIDE_SRCS),$(NAMES))))
PLAIN_LIB := $(BUILD)/libvtdbench.a
# What tests are linked with: kernels/ with its own checks compiled in. So is
# the program where nothing is measured: in builds of seeded faults, of fuzzing.
CHECK_OBJS := $(patsubst %,$(BUILD)/%.o,$(filter-out kernels/%,$(NAMES)) \
	$(addprefix checked/,$(filter kernels/%,$(NAMES))))
CHECK_LIB  := $(BUILD)/libvtdbench-checked.a
LIB := $(if $(MUTANTS)$(findstring fuzzer,$(SAN)),$(CHECK_LIB),$(PLAIN_LIB))
BIN   := $(BUILD)/vtdbench
# Every file in these folders is a program, linked with the whole library.
progs  = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/$(1)/*.c))
# A sanitized program does not run under valgrind.
UNIT  := $(filter-out $(if $(SAN),%_callgrind),$(call progs,unit))
MODEL := $(call progs,model)
STRESS := $(call progs,stress)
PERF  := $(call progs,perf)
ORACLE := $(BUILD)/tests/oracle/oracle
FUZZ  := $(call progs,fuzz)
CRASH := $(BUILD)/tests/crash/powercut
NOMEM := $(BUILD)/tests/crash/nomem.so
# What takes longest first, so that all CPUs have something to do to the end.
LONG  := $(addprefix tests/,cli/gate.sh cli/run.sh cli/nightly.sh \
	cli/add-design.sh cli/replay.sh cli/add-others.sh cli/budget.sh \
	cli/dumps.sh cli/topo-measure.sh cli/against.sh lint/limit.sh \
	lint/text.sh lint/targets.sh lint/headers.sh)
long_first = $(filter $(1),$(LONG)) $(filter-out $(LONG) %/lib.sh,$(1))
CLI   := $(call long_first,$(wildcard tests/cli/*.sh))
LINT  := $(call long_first,$(wildcard tests/lint/*.sh))
# Only these see DEFINES, so a new version does not rebuild the rest.
DEFINES_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(shell grep -lE \
	'VTDBENCH_(VERSION|CFLAGS|DATADIR)' $(SRCS) /dev/null))

# All CPUs, unless -j says otherwise.
SUBMAKE = $(MAKE) --no-print-directory \
	$(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

##@ Use
all: $(BIN) ## build the program: build/vtdbench

sides: $(BUILD)/sides/built ## the engine as shared objects, in drawn layouts

run: deps-run ## install what is missing, build, measure configs/quick.yaml, plot
	@+$(SUBMAKE) all sides
	@scripts/run-quick.sh $(BIN)

run-questions: deps-run ## measure configs/questions, print what they say about claims (25 min)
	@+$(SUBMAKE) all sides
	@scripts/run-questions.sh $(BIN) $(QUESTIONS)

answers: all ## write docs/answers from the newest runs of the questions in results/
	@scripts/write-answers.sh $(BIN)

deps: deps-run ## install the libraries that are missing

install: all sides ## install under DESTDIR and PREFIX (/usr/local)
	install -D -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/vtdbench
	install -d $(DESTDIR)$(LIBDIR)
	install -m 644 $(BUILD)/sides/engine-*.so $(BUILD)/sides/race.so \
		$(DESTDIR)$(LIBDIR)
	install -m 755 $(BUILD)/sides/link $(DESTDIR)$(LIBDIR)
	cd $(BUILD)/sides && find * -name '*.o' -exec \
		install -D -m 644 {} $(abspath $(DESTDIR)$(LIBDIR))/{} \;
	find configs plots -type f ! -name '.*' -exec \
		install -D -m 644 {} $(DESTDIR)$(DATADIR)/{} \;
	install -D -m 644 docs/vtdbench.1 $(DESTDIR)$(MANDIR)/man1/vtdbench.1
	install -D -m 644 docs/vtdbench.yaml.5 $(DESTDIR)$(MANDIR)/man5/vtdbench.yaml.5
	install -D -m 644 contrib/completion/vtdbench.bash $(DESTDIR)$(BASHDIR)/vtdbench
	install -D -m 644 contrib/completion/_vtdbench $(DESTDIR)$(ZSHDIR)/_vtdbench
	install -d $(DESTDIR)$(DOCDIR)/nightly
	for f in contrib/nightly/*; do sed 's|/usr/local|$(PREFIX)|g' $$f \
		>$(DESTDIR)$(DOCDIR)/nightly/$${f##*/} || exit; done

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/vtdbench
	rm -f $(DESTDIR)$(MANDIR)/man1/vtdbench.1 $(DESTDIR)$(MANDIR)/man5/vtdbench.yaml.5
	rm -f $(DESTDIR)$(BASHDIR)/vtdbench $(DESTDIR)$(ZSHDIR)/_vtdbench
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(LIBDIR) $(DESTDIR)$(DOCDIR)

DIST := vtdbench-$(shell cat VERSION)
dist: deps-dist ## what is committed, as build/vtdbench-VERSION.tar.gz
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=$(DIST)/ -o $(BUILD)/$(DIST).tar.gz HEAD

print-code-flags:
	@echo '$(CC) $(CODE_FLAGS) $(SIDE_FLAGS) $(SIDE_ORDERS)' \
		'$(foreach v,$(SIDE_VARIANTS),$v $(SIDE_FLAGS_$v))'

clean: ## remove what was built
	rm -rf build build-*

help: ## this list
	@awk -F':.*## ' '/^##@/ { printf "%s:\n", substr($$0, 5) } \
		/^[a-z][a-z-]*:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

##@ Test
# Tests need shared objects, not all of their layouts.
FEW_SIDES := SIDE_VARIANTS=plain SIDE_ORDERS=2
# Less than a program takes by itself: other targets of CI do it for longer.
test: export STRESS_SECONDS := $(if $(filter file,$(origin STRESS_SECONDS)),3,$(STRESS_SECONDS))
test: deps-run deps-test deps-oracle ## install what tests need, build, run every tier that is short
	@+$(SUBMAKE) $(FEW_SIDES) all sides tests
	@tests/run --timeout 120 $(call tiers,unit model torture cli lint)

check: deps-test deps-oracle ## unit, command-line and lint tests: under a minute
	@+$(SUBMAKE) $(FEW_SIDES) all sides $(UNIT)
	@tests/run --timeout 120 $(call tiers,unit cli lint)

# 350000 of each shape: millions for each design and format
# Exported: the time limits of the tiers are worked out from them, too.
check-all: export MODEL_OPS := $(or $(MODEL_OPS),350000)
check-all: export TEST_ALL := 1
check-all: deps-test deps-oracle ## all tests, longer: the model and stress at full length
	@+$(SUBMAKE) all sides tests
	@tests/run --timeout 120 $(call tiers,unit model cli lint oracle crash)
	@+$(SUBMAKE) stress

stress: export STRESS_SECONDS := $(STRESS_SECONDS)
stress: deps-test ## torture the designs for STRESS_SECONDS (120) each program
	@+$(SUBMAKE) $(STRESS)
	@tests/run --show $(call tiers,stress)

lint: all ## layers, headers, documents, format
	@scripts/deps.sh lint || true # then the tests say what they lack
	@tests/run $(call tiers,lint)

check-asan: ## unit, model and stress tests under AddressSanitizer
	@+$(SUBMAKE) SAN=address sanitized
check-ubsan: ## the same under UndefinedBehaviorSanitizer
	@+$(SUBMAKE) SAN=undefined sanitized
check-tsan: ## stress tests under ThreadSanitizer
	@+$(SUBMAKE) SAN=thread sanitized
SAN_TIERS := $(if $(filter thread,$(SAN)),,unit model) stress
sanitized: $(UNIT) $(MODEL) $(STRESS)
	@tests/run $(call tiers,$(SAN_TIERS))

check-mutants: ## seeded faults, one by one: each must be caught by its test
	@+$(SUBMAKE) MUTANTS=1 CFLAGS='-O1 -g1' mutants
mutants: $(BIN) $(if $(MUTANTS),$(addprefix $(BUILD)/tests/,$(shell \
	tests/mutants/run --programs)))
	@tests/run --timeout 600 tests/mutants/run tests/mutants/wrong-answer.sh

check-numa: $(BUILD)/vtdbench ## placements on machines of three NUMA nodes under QEMU (40 s)
	@scripts/deps.sh run numa || true # then the test says what it lacks
	@tests/run --timeout 180 tests/numa/run

check-model: deps-run deps-model ## model-check the protocols with spin
	@tests/run --timeout 300 tests/spin/run

check-oracle: deps-oracle $(ORACLE) ## QEMU's VT-d judges the tables; CHECKS=200000 SEED=1
	@tests/run --show $(call tiers,oracle)

check-crash: deps-test ## kill, cut the power, fill disk and memory: nothing is lost; KILLS=20 SEED=
	@+$(SUBMAKE) all sides $(CRASH) $(NOMEM)
	@tests/run --show $(call tiers,crash)

check-slurm: all ## contrib/slurm on Debian's Slurm, emulated nodes (a minute)
	@scripts/deps.sh slurm || true # then the test says what it lacks
	@tests/run --timeout 300 tests/slurm/run

coverage: deps-test deps-oracle deps-coverage ## which lines the tests reach: build-coverage/coverage.html
	@+$(SUBMAKE) BUILD=build-coverage CFLAGS='-O0 -g --coverage -fprofile-update=atomic' \
		coverage-run
coverage-run: all tests
	@find $(BUILD) -name '*.gcda' -delete
	@tests/run $(filter-out %/add-design.sh %_callgrind,$(call tiers,unit model stress cli)) || true
	@gcovr --root . --filter 'kernels/|topology/|bench/' --exclude-unreachable-branches \
		--html-details $(BUILD)/coverage.html --print-summary \
		--gcov-ignore-parse-errors $(BUILD) | tail -n 3

fuzz-smoke: deps-fuzz ## fuzz every parser of input for a minute each
	@+$(SUBMAKE) CC=clang BUILD=build-fuzz \
		SAN=address,undefined,fuzzer-no-link fuzz-run
fuzz: ## the same for FUZZ_SECONDS (600) each
	@+$(SUBMAKE) FUZZ_SECONDS=$(if $(filter-out file,$(origin FUZZ_SECONDS)),$(FUZZ_SECONDS),600) fuzz-smoke
fuzz-run: all $(FUZZ)
	@tests/run --timeout $$((4 * $(FUZZ_SECONDS) + 600)) tests/fuzz/run

check-fresh: deps-fresh ## run and test in a bare Debian chroot (needs root, debootstrap)
	@scripts/check-fresh.sh

bench-engine: deps-test ## ns and x floor of the engine, goals met or not
	@+$(SUBMAKE) all sides $(BUILD)/tests/perf/locks
	@tests/perf/bench-engine $(ARGS)

bench-contest: deps-test ## how designs are compared: twin, slowed copies, repeats: docs/contest.md
	@+$(SUBMAKE) all sides
	@tests/perf/bench-contest --docs docs/contest.md $(ARGS)

bench-gate: deps-test ## what the gate finds and how often it errs: docs/gate.md
	@+$(SUBMAKE) all
	@tests/perf/bench-gate --docs docs/gate.md $(ARGS)

deps-test: ## install what the tests need

# Sets of scripts/deps.sh. What is built or run names those that it needs, so
# that a target need not: tests/lint/targets.sh sees whether all is named.
DEPS := $(addprefix deps-,run test oracle model fuzz coverage tidy format dist fresh)
$(DEPS): deps-%:
	@scripts/deps.sh $*
$(addsuffix .o,$(UNIT) $(MODEL) $(STRESS) $(CRASH)): | deps-test

##@ Develop
tidy: deps-run deps-tidy ## clang-tidy on every file (minutes)
	clang-tidy --quiet $(SRCS) -- $(CODE_FLAGS) $(ROOMS) $(PKG_CFLAGS) $(DEFINES)

format: deps-format ## format the C files in place
	clang-format -i $$(git ls-files '*.c' '*.h' '*.inc')

docs: all ## write commands and keys into the documents
	@scripts/docs-update.sh

tests: $(UNIT) $(MODEL) $(STRESS) $(PERF) $(ORACLE) $(CRASH) $(NOMEM)

# Arguments of tests/run: each tier with its time limit per program and two more
# at a time than there are CPUs, as many wait for grace periods, disks or each
# other; or one, for the stress tests at length and what keeps all CPUs busy by
# itself.
JOBS := --jobs $(shell expr $$(nproc) + 2)
tiers = $(foreach t,$(1),$(tier_$(t)))
tier_unit   = $(JOBS) --timeout 120 $(UNIT)
tier_model  = $(JOBS) --timeout $$(($${MODEL_OPS:-0} / 200 + 120)) $(MODEL)
STRESS_ARGS = --timeout $$(($${STRESS_SECONDS:-10} + 60)) $(STRESS)
tier_stress = --jobs 1 $(STRESS_ARGS)
# Briefly, beside other programs: these only add to who loses the CPU when.
tier_torture = $(JOBS) $(STRESS_ARGS)
tier_cli    = $(JOBS) --timeout 300 $(CLI)
tier_lint   = $(JOBS) --timeout 120 $(LINT)
tier_crash  = --jobs 1 --timeout $$((10 * $${KILLS:-20} + 120)) $(CRASH) \
	$(wildcard tests/crash/*.sh)
tier_oracle = --jobs 1 --timeout $$(($${CHECKS:-200000} / 100 + 120)) tests/oracle/run
export BUILD CC
export TSAN_OPTIONS := suppressions=$(CURDIR)/tests/tsan.supp \
	halt_on_error=1 $(TSAN_OPTIONS)

# `make V=1` shows the commands.
Q := $(if $(V),,@)
say = @$(if $(V),:,echo '  $(1) $@')

$(BIN): $(BUILD)/bench/main.o $(LIB)
	$(call say,LD)
	$(Q)$(link)

$(PLAIN_LIB): $(OBJS)
$(CHECK_LIB): $(CHECK_OBJS)
$(PLAIN_LIB) $(CHECK_LIB):
	$(call say,AR)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# BRIEFLY: flags of a build that is thrown away, for the objects that it adds;
# not recorded, so that they do not build the others again.
compile = $(CC) $(ALL_CFLAGS) $(EXTRA) $(BRIEFLY) -MMD -MP -c -o $@ $<
# In the program: what debuggers say of an inlined walk is little either way.
$(BUILD)/kernels/%.o: private EXTRA = $(LINES)
$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(compile)
$(BUILD)/checked/%.o: private EXTRA = -DVTDBENCH_CHECK $(CHECKED)
$(BUILD)/checked/%.o: %.c $(BUILD)/flags $(BUILD)/checked-flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(compile)

define side_variant
$(BUILD)/sides/$(1)/%.o: private EXTRA = $(SIDE_FLAGS) $(SIDE_FLAGS_$(1)) \
	$(if $(findstring clang,$(CC)),-Wno-ignored-optimization-argument)
$(BUILD)/sides/$(1)/%.o: $(SIDE_SRC)/%.c $(BUILD)/flags
	$$(call say,CC)
	@mkdir -p $$(@D)
	$$(Q)$$(compile)
endef
$(foreach v,$(sort plain $(SIDE_VARIANTS)),$(eval $(call side_variant,$v)))
$(BUILD)/race/%.o: private EXTRA = $(RACE_FLAGS)
$(BUILD)/race/%.o: $(SIDE_SRC)/%.c $(BUILD)/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(compile)
$(BUILD)/sides/race.so: $(RACE_OBJS)
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) $(SIDE_LDFLAGS) -o $@ $^ $(SIDE_LIBS)
$(BUILD)/sides/built: scripts/link-sides.sh $(SIDE_OBJS) \
		$(if $(filter .,$(SIDE_SRC)),$(BUILD)/sides/race.so)
	$(call say,LD)
	$(Q)scripts/link-sides.sh $(@D) $(SIDE_ORDERS) "$(CC) $(ALL_LDFLAGS) \
		$(SIDE_LDFLAGS)" "$(SIDE_LIBS)" $(SIDE_OBJS)
	$(Q)touch $@

$(DEFINES_OBJS): $(BUILD)/defines
$(DEFINES_OBJS): private EXTRA = $(DEFINES)

link = $(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/tests/perf/%: $(BUILD)/tests/perf/%.o $(LIB)
	$(call say,LD)
	$(Q)$(link)
$(UNIT) $(MODEL) $(STRESS) $(CRASH): LIBS += -lcmocka
$(FUZZ): LIBS += -fsanitize=fuzzer
$(BUILD)/tests/%.o: private EXTRA = -DVTDBENCH_CHECK $(TESTED)
$(BUILD)/tests/perf/%.o: private EXTRA =
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(CHECK_LIB)
	$(call say,LD)
	$(Q)$(link)

$(ORACLE): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/oracle/*.c)) \
		$(CHECK_LIB)
	$(call say,LD)
	$(Q)$(link)

$(CRASH): $(BUILD)/tests/crash/disk.o

# Preloaded into the program under test.
$(NOMEM): tests/crash/nomem.c $(BUILD)/flags
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CODE_FLAGS) $(WARN) $(if $(WERROR),-Werror) -fPIC -shared -o $@ $<

# Stamps: rewritten, and so newer than the objects, only when the text differs.
stamp = mkdir -p $(@D) && { echo "$$TEXT" | cmp -s - $@ || echo "$$TEXT" >$@; }
# Private: only once the libraries are there can pkg-config be asked.
$(BUILD)/flags: private export TEXT = $(CC) $(ALL_CFLAGS) $(RACE_FLAGS) \
	$(foreach v,$(SIDE_ALL),$(SIDE_FLAGS_$v))
$(BUILD)/flags: FORCE deps-run
	@pkg-config --exists --print-errors $(PKGS) || \
		{ echo "pkg-config does not find the libraries" >&2; exit 1; }
	@$(stamp)
# Of their own: make check-all after make test compiles only these again.
$(BUILD)/checked-flags: export TEXT = $(CHECKED)
$(BUILD)/checked-flags: FORCE
	@$(stamp)
$(BUILD)/defines: export TEXT = $(DEFINES)
$(BUILD)/defines: FORCE
	@$(stamp)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all sides print-code-flags run answers deps install uninstall dist clean help test check check-all stress \
	lint check-model check-mutants mutants check-asan check-ubsan check-tsan \
	sanitized coverage coverage-run check-numa check-oracle check-crash check-slurm fuzz fuzz-smoke fuzz-run check-fresh \
	bench-contest bench-engine bench-gate $(DEPS) tidy docs format tests FORCE
.SECONDARY:
.DELETE_ON_ERROR:
