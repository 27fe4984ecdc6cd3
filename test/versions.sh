#!/bin/bash
# make check on Debian 13 (PostgreSQL 17), in a chroot made by debootstrap. Needs
# root. SUITE=bookworm takes Debian 12 instead, GOAL=demo another goal. The chroot
# is kept in /var/tmp/monitor-SUITE, so that a second run is quicker; remove the
# folder to start from an empty machine.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${SUITE:-trixie}
root=/var/tmp/monitor-$suite

if [ "$(id -u)" != 0 ]; then
	echo "monitor: make check-versions needs root for debootstrap and chroot: run it with sudo" >&2
	exit 1
fi
if ! command -v debootstrap >/dev/null 2>&1; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
fi
if [ ! -e "$root/etc/monitor-complete" ]; then
	rm -rf --one-file-system "$root"
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -v security | head -n 1)
	debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 ||
		{ tail -n 20 "$root.log" >&2; exit 1; }
	rm -f "$root.log"
	cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
	[ ! -d /usr/local/share/ca-certificates ] || cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
	cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
	touch "$root/etc/monitor-complete"
fi

unmount() {
	umount -l "$root/srv/shared" "$root/dev" "$root/proc" 2>/dev/null || true
}
trap unmount EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$root/srv/main" "$root/srv/shared" "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
[ ! -d ../shared ] || mount --bind -o ro "$(cd ../shared && pwd)" "$root/srv/shared"
find "$root/srv/main" -mindepth 1 -delete
git ls-files -z | xargs -0 cp --parents -t "$root/srv/main"
chroot "$root" env -u PG_CONFIG GOAL="${GOAL:-check}" bash -c '
	command -v make >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends make >/dev/null; }
	cd /srv/main && make --no-print-directory $GOAL'
