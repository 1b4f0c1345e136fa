# vtdbench. `make help` lists the targets.
BUILD   ?= build
CC      ?= gcc
PKGS    := hwloc yaml-0.1 sqlite3 jansson zlib liburcu-memb liburcu-qsbr ck
CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
	-Wundef -Wvla -Wformat=2 -Wcast-qual -Wstrict-prototypes \
	-Wmissing-prototypes -Wredundant-decls -Wswitch-enum -Wnull-dereference
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) $(if $(WERROR),-Werror) \
	-D_GNU_SOURCE -fno-omit-frame-pointer -falign-functions=64 \
	$(shell pkg-config --cflags $(PKGS))
LIBS    = $(shell pkg-config --libs $(PKGS)) -lpfm -lm -lpthread

SRCS := $(wildcard kernels/*.c topology/*.c bench/*.c bench/*/*.c)
MAIN := bench/main.c
OBJS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(MAIN),$(SRCS)))
LIB  := $(BUILD)/libvtdbench.a
TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*.c tests/model/*.c tests/stress/*.c))

all: $(BUILD)/vtdbench ## build the program

$(BUILD)/vtdbench: $(BUILD)/bench/main.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(OBJS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

tests: $(TESTS)

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

.PHONY: all tests clean help
.SECONDARY:
