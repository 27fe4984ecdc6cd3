#!/bin/bash
# Runs a command against a throw-away PostgreSQL server that has this tree's
# extension: server.sh COMMAND [ARGUMENT...]
#
# The server is a relocated copy of the installed one, in a temporary folder:
# nothing is installed into the system, no existing cluster is touched, there is
# no TCP port, and everything is removed at the end, also when interrupted.
# KEEP=1 leaves it running and says how to connect and how to stop it.
set -euo pipefail
cd "$(dirname "$0")/.."

pg_config=${PG_CONFIG:-pg_config}
bin=$("$pg_config" --bindir)
lib=$("$pg_config" --pkglibdir)
share=$("$pg_config" --sharedir)

top=$(mktemp -d --suffix=.monitor)
root=$top/root
socket=$top/socket
if [ "$(id -u)" = 0 ]; then
	user=nobody
	if id postgres >/dev/null 2>&1; then user=postgres; fi
	as_server() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$top" "$@"; }
else
	user=$(id -un)
	as_server() { "$@"; }
fi

child=
stop() {
	trap - EXIT INT TERM HUP
	[ -z "$child" ] || kill "$child" 2>/dev/null || true
	if [ -e "$top/data/postmaster.pid" ]; then
		as_server "$root$bin/pg_ctl" -D "$top/data" -m immediate -s stop || true
	fi
	rm -rf "$top"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Executables are copied, because the server finds its folders from its own
# place after following links; everything else is linked.
mkdir -p "$root$bin" "$root$lib" "$root$share" "$socket"
cp "$bin"/{postgres,initdb,pg_ctl,psql,pg_dump,pg_restore,createdb,dropdb} "$root$bin/"
cp -rsn "$lib/." "$root$lib/"
cp -rsn "$share/." "$root$share/"
rm -rf "$root$share"/extension/monitor* "$root$lib"/monitor.so "$root$lib"/bitcode/monitor*

log=$top/build.log
if ! make -j2 PG_CONFIG="$pg_config" WERROR="${WERROR:-}" all >"$log" 2>&1 ||
	! make PG_CONFIG="$pg_config" WERROR="${WERROR:-}" DESTDIR="$root" install >>"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi

chmod 755 "$top"
chown "$user" "$socket" "$top"
as_server "$root$bin/initdb" -D "$top/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
	--no-instructions -N >"$top/initdb.log" 2>&1 || { cat "$top/initdb.log" >&2; exit 1; }
cat >>"$top/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$socket'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = ${SHARED_BUFFERS:-512MB}
maintenance_work_mem = 256MB
max_wal_size = 4GB
max_worker_processes = 8
jit = off
timezone = 'UTC'
datestyle = 'ISO, MDY'
lc_messages = 'C'
${SERVER_CONF:-}
CONF
as_server "$root$bin/pg_ctl" -D "$top/data" -l "$top/server.log" -w -s start ||
	{ cat "$top/server.log" >&2; exit 1; }

export PATH="$root$bin:$PATH" PGHOST=$socket PGPORT=5432 PGUSER=postgres PGDATABASE=monitor
export PG_CONFIG=$pg_config MONITOR_SERVER_LOG=$top/server.log PGOPTIONS='--client-min-messages=warning'
unset PGSERVICE PGPASSWORD PGPASSFILE
createdb -T template0 monitor
status=0
# In the background, so that an interruption is heard at once.
"$@" <&0 &
child=$!
wait "$child" || status=$?
child=
if grep -q 'was terminated by signal' "$top/server.log"; then
	echo 'monitor: a server process crashed:' >&2
	grep -B5 -A5 'was terminated by signal' "$top/server.log" >&2
	status=1
fi

if [ -n "${KEEP:-}" ] && [ "$status" = 0 ]; then
	trap - EXIT INT TERM HUP
	echo "The server runs on. Connect with"
	echo "    $root$bin/psql -h $socket -U postgres monitor"
	echo "and stop and remove it with"
	echo "    kill -INT \$(head -n 1 $top/data/postmaster.pid); sleep 2; rm -rf $top"
	exit 0
fi
exit "$status"
