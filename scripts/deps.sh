#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing of some sets: deps.sh SET…; deps.sh --list SET…
# prints what they hold, THING:PACKAGE a line, without a SET of all.
#
# Asks for each thing itself (a command, a header), not for the package, so
# what came from elsewhere counts; says nothing and takes no time when all is
# there. Without the right to install it says in one line what to type. Exit:
# 0 all is there, 1 installing failed, 2 no such set, 4 it may not install.
set -euo pipefail

# What proves that it is there (a command, a pattern of paths, or a file under
# an include folder) and the Debian package that brings it.
declare -A needs=(
	[run]='gcc:gcc stdlib.h:libc6-dev pkg-config:pkg-config
		gnuplot:gnuplot-nox hwloc.h:libhwloc-dev
		/usr/lib/*/hwloc/hwloc_xml_libxml.so:libhwloc-plugins yaml.h:libyaml-dev
		sqlite3.h:libsqlite3-dev jansson.h:libjansson-dev
		zlib.h:zlib1g-dev urcu.h:liburcu-dev
		ck_spinlock.h:libck-dev perfmon/pfmlib.h:libpfm4-dev'
	[test]='cmocka.h:libcmocka-dev sqlite3:sqlite3 pgrep:procps'
	[oracle]='qemu-system-x86_64:qemu-system-x86'
	[lint]='clang-format:clang-format shellcheck:shellcheck man:man-db pgrep:procps'
	[tidy]='clang-tidy:clang-tidy'
	[format]='clang-format:clang-format git:git'
	[dist]='git:git'
	[fresh]='debootstrap:debootstrap git:git'
	[model]='spin:spin'
	[fuzz]='clang:clang /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a:libclang-rt-14-dev'
	[coverage]='gcovr:gcovr'
	[slurm]='slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client
		munged:munge sqlite3:sqlite3'
	[numa]='qemu-system-x86_64:qemu-system-x86 cpio:cpio'
	[ci]='clang:clang clang-format:clang-format clang-tidy:clang-tidy
		shellcheck:shellcheck man:man-db zsh:zsh xmllint:libxml2-utils
		chromium:chromium
		/usr/lib/python3/dist-packages/prometheus_client:python3-prometheus-client
		promtool:prometheus
		/usr/lib/python3/dist-packages/junitparser:python3-junitparser
		/usr/lib/python3/dist-packages/yaml:python3-yaml
		/usr/share/benchmark/compare.py:libbenchmark-tools
		/usr/lib/python3/dist-packages/scipy:python3-scipy'
)

# Administrators' commands count, too.
PATH=$PATH:/usr/sbin:/sbin

# Where pkg-config says that the libraries are, when not where all are.
elsewhere() {
	local library
	for library in hwloc yaml-0.1 sqlite3 jansson zlib liburcu-memb ck \
		cmocka; do
		pkg-config --cflags-only-I "$library" 2>/dev/null || :
	done
}

there() {
	local dir flags
	case $1 in
	*.h)
		for dir in /usr/include /usr/local/include \
			/usr/include/"$(uname -m)"-linux-gnu; do
			[ -e "$dir/$1" ] && return
		done
		read -rd '' -a flags < <(elsewhere) || :
		echo "#include <$1>" |
			"${CC:-gcc}" "${flags[@]}" -E - >/dev/null 2>&1
		;;
	/*) compgen -G "$1" >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# rows SET…: what they hold, or all, each once
rows() {
	local set
	[ $# -gt 0 ] || set -- "${!needs[@]}"
	for set in "$@"; do
		if [ -z "${needs[${set:-none}]+there}" ]; then
			echo "deps.sh: no set '$set'; there are: ${!needs[*]}" >&2
			return 2
		fi
		tr -s '[:space:]' '\n' <<<"${needs[$set]}"
	done | sort -u
}

# look SET…: fills missing with the packages to install
look() {
	local row all
	missing=()
	all=$(rows "${@:-}") || exit 2
	for row in $all; do
		there "${row%%:*}" || missing+=("${row#*:}")
	done
}

if [ "${1:-}" = --list ]; then
	rows "${@:2}"
	exit
fi
look "$@"
[ ${#missing[@]} -eq 0 ] && exit 0
# One at a time: make may want several sets at once. What is installed may
# start daemons: those do not get the lock.
exec 9<"$0"
flock 9
look "$@"
[ ${#missing[@]} -eq 0 ] && exit 0

export DEBIAN_FRONTEND=noninteractive
install=(apt-get -o DPkg::Lock::Timeout=600 install -y
	--no-install-recommends "${missing[@]}")
root=()
if ! command -v apt-get >/dev/null; then
	echo "missing, and this is not Debian; the packages there are called:" \
		"${missing[*]}" >&2
	exit 4
fi
if [ "$(id -u)" != 0 ]; then
	if ! sudo -n true 2>/dev/null; then
		echo "missing; as root, run: apt-get update && ${install[*]}" >&2
		exit 4
	fi
	root=(sudo -n --preserve-env=DEBIAN_FRONTEND)
fi
echo "installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The lists may be absent or old: fetch them only if it does not work without.
if ! "${root[@]}" "${install[@]}" </dev/null >"$log" 2>&1 9<&-; then
	if ! { "${root[@]}" apt-get update &&
		"${root[@]}" "${install[@]}"; } </dev/null >"$log" 2>&1 9<&-; then
		tail -n 20 "$log" >&2
		echo "installing failed: ${install[*]}" >&2
		exit 1
	fi
fi
