#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "Add something else" of CONTRIBUTING.md, done to a copy of the tree: a file
# and a row for each kind of thing, all called toy, and each is listed, helped
# with, documented and does what its kind does. add-design.sh has the designs.
. "$(dirname "$0")/lib.sh"
copy_tree --exclude=./tests --exclude=./checked --exclude='*.so' \
	--exclude=./race --exclude='./sides/[!p]*' \
	--exclude='./libvtdbench-checked.a'

# --- a file and a row each ----------------------------------------------------

sed 's/strided/toy/g' bench/workloads/strided.c >bench/workloads/toy.c
echo 'WORKLOAD(toy)' >>bench/workloads/registry.def

sed 's/plotdata_iotlb/plotdata_toy/' bench/figures/iotlb.c >bench/figures/toy.c
sed 's/^name = .*/name = "toy"/' plots/iotlb.gp >plots/toy.gp
echo 'PLOT(toy, "toys against toys")' >>bench/figures/plots.def

cat >bench/outputs/toy.c <<'C'
#include "outputs/registry.h"

int output_toy(const struct output_input *in, FILE *out, struct err *e)
{
	(void)e;
	fprintf(out, "toy of %s\n", in->run->name);
	return 0;
}
C
echo 'OUTPUT(toy, "toy", false, "a line of a toy")' >>bench/outputs/registry.def

cat >bench/commands/toy.c <<'C'
#include <stdio.h>

#include "base/err.h"
#include "cli/args.h"
#include "commands/registry.h"

static int run(int argc, char **argv)
{
	struct {
		const char *none;
	} options;

	if (args_parse(&cmd_toy, argc, argv, &options))
		return EXIT_USAGE;
	puts("it plays");
	return EXIT_OK;
}

const struct command cmd_toy = {
	.name = "toy",
	.help = "plays",
	.about = "Plays.",
	.rows = (const struct option_row[]){{0}},
	.run = run,
};
C
echo 'COMMAND(toy)' >>bench/commands/registry.def

# A row over a member that is there: a new one of params.h rebuilds all.
awk '/\.key = "ring_entries"/ { inside = 1; sub("ring_entries", "toy") }
	inside { row = row $0 "\n" }
	inside && /}/ { inside = 0 }
	FNR != NR && /^};/ { printf "\t{%s", substr(row, index(row, ".")) }
	FNR != NR' bench/options/work.c bench/options/work.c >work.c
mv work.c bench/options/work.c

cat >configs/counters/toy.yaml <<'YAML'
name: toy
help: what toys do
variants:
  - pmus: [perf]
    events:
      SWITCHES: "perf::CONTEXT-SWITCHES"
metrics:
  toy_switches:
    formula: SWITCHES
    unit: "1"
    help: context switches of toys
YAML

awk '/^int place_compact\(/ { inside = 1; print "" }
	inside { sub("place_compact", "place_toy"); print }
	/^}/ { inside = 0 }' topology/placements.c >toy.c
cat toy.c >>topology/placements.c
echo 'PLACEMENT(toy, place_toy, 0, "as toys lie")' >>topology/placements.def

ok "it builds" make -j2 BUILD=build BRIEFLY="$(all || echo -O1 -g0)" all
lacks 'warning' "$err"

# --- and all of them are there ------------------------------------------------

vtdbench=build/vtdbench
for kind in workloads outputs plots commands options counters placements; do
	ok "$kind are listed" $vtdbench list $kind
	has '^ +toy ' "$out"
done
ok "the documents take them" make BUILD=build docs
has '^\.SS vtdbench toy' docs/vtdbench.1
has '^\.B toy$' docs/vtdbench.yaml.5
has '.toy. +\|' docs/config.md
has '\btoy\b' contrib/completion/vtdbench.bash
has '^_vtdbench_toy\(' contrib/completion/_vtdbench

ok "the program's help names it" $vtdbench --help
has '^  toy +plays' "$out"
ok "the command's own help" $vtdbench help toy
has 'usage: vtdbench toy' "$out"
ok "the command runs" $vtdbench toy
has 'it plays' "$out"

cat >plays.yaml <<'YAML'
name: toy
repetitions: 1
phase: 5ms
warmup: 1ms
ops: 1024
sim.ops: 1000
design: none
workload: toy
footprint: 1M
counters: toy
placement: toy
toy: [64, 128]
YAML
ok "configs take all of it" $vtdbench check plays.yaml --trials
has 'none/toy/.*toy:128' "$out"
fails 2 "bounds are kept" $vtdbench check plays.yaml --set toy=1e99
has 'toy' "$err"
ok "it runs" $vtdbench run plays.yaml --results toy.sqlite
ok "the output is written" $vtdbench export latest --format toy \
	--results toy.sqlite
has '^toy of toy$' "$out"
ok "the placement is shown" $vtdbench topo --placement toy
has 'toy' "$out"
ok "the counters are tried" $vtdbench counters toy
has 'toy_switches' "$out"
if command -v gnuplot >/dev/null; then
	ok "the plot is drawn" $vtdbench plot latest --only toy \
		--results toy.sqlite --out pictures --format svg
	ok "and has a picture" test -s "$(head -n 1 "$out")"
else
	skip "the plot is drawn" "no gnuplot"
fi
