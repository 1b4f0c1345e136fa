#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `make run`, `make stress` and `make test` in a bare Debian 12, nothing else
# typed; then the Debian package, which is built from a clean clone, looked over
# by lintian, installed, and tested as autopkgtest would.
#
#   scripts/check-fresh.sh [STEP…]     run, stress, test, package; default: all
#
# Makes a debootstrap chroot in a temporary folder, from the mirror that this
# machine's apt uses, with make and git added; copies the committed tree into
# it and runs the commands there: each must install what it needs and what the
# ones before did not. A second `make run` must neither install nor rebuild.
# Needs root and debootstrap. Exit: 0 fine, 1 not, 4 cannot.
set -eu

cd "$(dirname "$0")/.."
top=$PWD
suite=bookworm

steps=("$@")
[ $# -gt 0 ] || steps=(run stress test package)

unable() {
	echo "check-fresh: $*" >&2
	exit 4
}
[ "$(id -u)" = 0 ] || unable "needs root"
command -v debootstrap >/dev/null ||
	unable "needs debootstrap: apt-get install debootstrap"

# The archive apt itself uses for the distribution (not its security updates).
# shellcheck disable=SC2016 # apt fills these in
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(LABEL)' \
	'Identifier: Packages' 2>/dev/null |
	awk -v suite=$suite '$2 == suite && /Debian$/ { print $1; exit }')
[ -n "$mirror" ] || unable "apt has no archive of $suite on this machine"

root=$(mktemp -d)
chmod 755 "$root" # it becomes the root folder of every user
cleanup() {
	local status=$?
	trap - EXIT
	for dir in proc sys dev/shm dev/pts; do
		mountpoint -q "$root/$dir" && umount "$root/$dir"
	done
	# Never descend into a mount that could not be removed.
	rm -rf --one-file-system "$root"
	exit $status
}
trap cleanup EXIT
trap 'exit 130' INT TERM

say() {
	printf '== %s\n' "$*"
}

say "a bare $suite from $mirror"
debootstrap --variant=minbase --include=make,git,ca-certificates \
	"$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
	{ tail "$root.log" >&2; rm -f "$root.log"; exit 1; }
rm -f "$root.log"
# How this machine reaches the archive (a proxy, say) holds in there as well.
apt-config dump Acquire | grep -i proxy >"$root/etc/apt/apt.conf.d/99host" || :
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sys "$root/sys"
mkdir -p "$root/dev/shm"
mount -t tmpfs shm "$root/dev/shm"
mkdir -p "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 pts "$root/dev/pts"
ln -sf pts/ptmx "$root/dev/ptmx"

git clone -q --no-hardlinks "$top" "$root/src"
inside() {
	chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
		sh -c "cd /src && $*" </dev/null
}

# What a run may not change: what is installed, what is built.
state() {
	inside "dpkg -l | cksum; find build -type f -printf '%p %T@\n' | sort | cksum"
}

step_run() {
	local before
	say "make run"
	inside make run
	before=$(state)
	say "make run, once more"
	inside make run
	if [ "$(state)" != "$before" ]; then
		echo "check-fresh: the second make run installed or rebuilt something" >&2
		exit 1
	fi
}

step_stress() {
	say "make stress"
	inside make stress STRESS_SECONDS=5
}

step_test() {
	say "make test"
	inside make test
}

step_package() {
	local apt="DEBIAN_FRONTEND=noninteractive apt-get -qq -y"
	say "the Debian package"
	inside "$apt update && $apt install --no-install-recommends dpkg-dev lintian"
	inside "git clone -q /src /package/vtdbench && cd /package/vtdbench &&
		$apt build-dep ./ && dpkg-buildpackage -us -uc -b"
	say "lintian"
	inside "lintian --fail-on error --tag-display-limit 0 /package/vtdbench_*.deb"
	say "installed"
	inside "$apt install --no-install-recommends /package/vtdbench_*.deb \
		$(sed -n 's/^Depends: @, //p' debian/tests/control | tr -d ,)"
	inside /package/vtdbench/debian/tests/installed
	inside "$apt purge vtdbench && [ ! -e /usr/share/vtdbench ]"
}

for step in "${steps[@]}"; do
	step_"$step"
done
say "fine on a bare $suite"
