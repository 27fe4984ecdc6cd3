#!/bin/sh
# Debian packages that building, the demonstration and the tests need.
#   packages.sh --list   prints the names for this machine's PostgreSQL version
#   packages.sh          installs those that are missing (root), or says how to
set -eu

# The version wanted: PG_MAJOR, else the newest installed, else the newest packaged.
major() {
	if [ -n "${PG_MAJOR:-}" ]; then
		echo "$PG_MAJOR"
		return
	fi
	installed=$(ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null |
		sed 's#.*/postgresql/\([0-9]*\)/.*#\1#' | sort -n | tail -n 1)
	if [ -n "$installed" ]; then
		echo "$installed"
	else
		apt-cache search --names-only '^postgresql-server-dev-[0-9]+$' |
			sed 's/postgresql-server-dev-\([0-9]*\).*/\1/' | sort -n | tail -n 1
	fi
}

list() {
	version=$(major)
	[ -n "$version" ] || version=15
	echo "gcc make perl git postgresql-$version postgresql-server-dev-$version" \
		"postgresql-$version-postgis-3 postgresql-$version-pgtap" \
		"libtap-parser-sourcehandler-pgtap-perl"
}

if [ "${1:-}" = --list ]; then
	list
	exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
	for need in pg_config pg_prove; do
		command -v "$need" >/dev/null 2>&1 || {
			echo "monitor: $need was not found. Install PostgreSQL 15 or later with its server headers," >&2
			echo "PostGIS 3.3 or later, pgTAP and pg_prove, then run this again." >&2
			exit 1
		}
	done
	exit 0
fi

# A new machine has no package lists: without them the newest version is unknown.
if [ "$(id -u)" = 0 ] && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 &&
	! apt-cache show postgresql-common >/dev/null 2>&1; then
	apt-get update -qq
fi

missing=
for package in $(list); do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "monitor: packages are missing. Install them with" >&2
	echo "    sudo apt-get install --no-install-recommends$missing" >&2
	echo "and run this again." >&2
	exit 1
fi
echo "installing:$missing"
apt-get update -qq
# No default cluster: the tests start a server of their own and touch no other.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	mkdir -p /etc/postgresql-common/createcluster.d
	echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/monitor.conf
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
rm -f /etc/postgresql-common/createcluster.d/monitor.conf
