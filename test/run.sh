#!/bin/bash
# What make demo, make check, make bench and make docs do: see that the packages
# are there, then work on a throw-away server.
set -euo pipefail
cd "$(dirname "$0")/.."

sh test/packages.sh
# The server's own pg_config, not the one that only libpq brings.
if [ -z "${PG_CONFIG:-}" ] && [ -d /usr/lib/postgresql ]; then
	PG_CONFIG=$(ls /usr/lib/postgresql/*/bin/pg_config | sort -V | tail -n 1)
fi
export PG_CONFIG=${PG_CONFIG:-pg_config}

case $1 in
demo)
	bash test/server.sh bash test/demo/demo.sh
	;;
check)
	make --no-print-directory check-rooms
	bash test/server.sh bash test/check.sh
	;;
bench)
	SHARED_BUFFERS=4GB bash test/server.sh bash test/bench/bench.sh
	;;
docs)
	bash test/server.sh bash -c "bash test/docs/docs.sh write && bash test/docs/demo.sh write"
	;;
*)
	exec bash test/server.sh "$@"
	;;
esac
