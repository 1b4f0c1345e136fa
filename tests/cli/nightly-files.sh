#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# contrib/nightly: what cron, systemd, GitHub and GitLab are given is as they
# want it, and does the right thing with each exit status of a night. The
# program is replaced by one that ends as told.
. "$(dirname "$0")/lib.sh"
files=$top/contrib/nightly
python=/usr/bin/python3

# night STATUS: what stands for vtdbench from now on
night() {
	cat >program <<-END
		#!/bin/sh
		echo "\$@" >>calls
		[ "\$1" = nightly ] || exit 0
		echo a night with status $1
		exit $1
	END
	chmod 755 program
	: >calls
}

# --- the command --------------------------------------------------------------

grep -lE 'vtdbench nightly' "$files"/* | sed 's|.*/||' | sort >"$out"
is "each kind runs it" "$(grep -vx README.md "$out" | xargs)" \
	"github-actions.yml gitlab-ci.yml vtdbench-nightly.service vtdbench.cron"
ok "with a config that is there" "$VTDBENCH" check "$top/configs/nightly.yaml"
# From the command to the end of its line, continued lines joined.
sed -e ':a;/\\$/{N;s/\\\n//;ba}' "$files"/*.{service,cron,yml} |
	sed -n 's/.*vtdbench nightly//p' | grep -oE -- '--[a-z]+' | sort -u >flags
is "its options" "$(xargs <flags)" "--budget --out --results"
if "$VTDBENCH" nightly --help >help 2>/dev/null; then
	while read -r flag; do
		has "^  ${flag}[ =]" help
	done <flags
else
	skip "the program knows the options" \
		"this vtdbench has no command nightly"
fi

# --- cron ---------------------------------------------------------------------

grep -vE '^(#|[A-Z]+=|$)' "$files/vtdbench.cron" >job
is "one job" "$(wc -l <job)" 1
field='(\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]+)?'
has "^($field ){5}vtdbench [^%]*\$" job # % is a newline to cron
cut -d' ' -f7- job | sed "s|/var/lib/vtdbench|$tmp|; s|/usr/local/bin/vtdbench|$tmp/program|" >line
for status in 0 1 3 5; do
	night $status
	sh -c "$(cat line)" >mail 2>&1
	case $status in
	0 | 5) is "status $status sends no mail" "$(cat mail)" "" ;;
	*) has "a night with status $status" mail ;;
	esac
done
has '^nightly /usr/local/share/vtdbench/configs/nightly.yaml --results' calls

# --- systemd ------------------------------------------------------------------

if command -v systemd-analyze >/dev/null; then
	for unit in vtdbench-nightly.service vtdbench-nightly.timer; do
		sed "s|/usr/local/bin/vtdbench|$tmp/program|" \
			"$files/$unit" >$unit
	done
	# It also reads units of this machine: what is said of ours counts.
	systemd-analyze --man=no verify ./vtdbench-nightly.{service,timer} \
		>said 2>&1
	grep -E 'vtdbench-nightly|^Failed' said >"$out"
	none "systemd finds nothing wrong with the units" "$out"
	when=$(sed -n 's/^OnCalendar=//p' vtdbench-nightly.timer)
	ok "nor with the time" systemd-analyze calendar "$when"
	has 'Normalized form: \*-\*-\* 03:17:00' "$out"
	sed -i 's/^ExecStart=/&relative/' vtdbench-nightly.service
	systemd-analyze --man=no verify ./vtdbench-nightly.service >said 2>&1
	has 'vtdbench-nightly' said # it would have said it
else
	skip "systemd finds nothing wrong with the units" "no systemd-analyze"
fi

# --- GitHub, GitLab -----------------------------------------------------------

if ! $python -c 'import yaml' 2>/dev/null; then
	skip "GitHub's and GitLab's files" "no python3-yaml"
	exit
fi
cat >scripts.py <<'END'
# Writes the shell scripts of both files; what has to be there is looked for.
import sys, yaml
folder = sys.argv[1]
flow = yaml.safe_load(open(folder + "/github-actions.yml"))
on = flow[True] # YAML 1.1 takes `on` for a boolean, GitHub does not
assert len(on["schedule"][0]["cron"].split()) == 5
job = flow["jobs"]["nightly"]
assert job["runs-on"] and job["timeout-minutes"] <= 360
for i, step in enumerate(job["steps"]):
    assert ("uses" in step) != ("run" in step), step
runs = [s for s in job["steps"] if "run" in s]
open("github-build", "w").write(runs[0]["run"])
open("github-night", "w").write(runs[1]["run"])
open("github-after", "w").write(runs[2]["run"])
assert runs[2]["if"] == "always()"
lab = yaml.safe_load(open(folder + "/gitlab-ci.yml"))["nightly"]
assert lab["allow_failure"]["exit_codes"] == [5]
assert lab["artifacts"]["reports"]["junit"] == "report/junit.xml"
assert all(isinstance(line, str) for line in lab["script"])
build = [line for line in lab["script"] if line.startswith("make")]
open("gitlab-build", "w").write("\n".join(build))
open("gitlab-night", "w").write(
    "\n".join(line for line in lab["script"] if line not in build))
END
ok "GitHub's and GitLab's files have what they need" $python scripts.py "$files"
for build in github-build gitlab-build; do
	is "$build: make deps, make" "$(xargs <$build)" "make deps make"
done
export HOME=$tmp
mkdir build && ln -s ../program build/vtdbench
for status in 0 1 3 5; do
	night $status
	want=$status
	[ $status = 5 ] && want=0
	# As GitHub runs it.
	fails $want "GitHub, status $status" bash -e github-night
	[ $status = 5 ] && has '^::warning::too noisy' "$out"
	ok "its report" bash -e github-after
	fails $status "GitLab, status $status" bash -e gitlab-night
	has '^export latest --format junit .*--output report/junit.xml' calls
done
