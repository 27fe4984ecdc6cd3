#!/bin/bash
# Every test, on the server that the PG environment variables name (make check
# starts one). Serial first, then the whole suite once more with every query that
# may run in parallel made to do so.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
step() {
	echo "== $1"
	shift
	"$@" || { failed=$((failed + 1)); echo "== FAILED"; }
}
prove() {
	pg_prove --failures --comments test/*.sql test/reference/*.sql
}
fresh() {
	dropdb --if-exists monitor
	createdb -T template0 monitor
}

if [ -d "${MONITOR_SHARED:-../shared}" ]; then
	echo "data beyond the project: ../shared"
else
	echo "data beyond the project: none (../shared is absent; the tests that read it are skipped)"
fi

step "pg_regress" bash test/regress.sh
step "pgTAP" prove

if [ "$(psql -XAtc "SELECT current_setting('server_version_num')::int >= 160000")" = t ]; then
	parallel=debug_parallel_query
else
	parallel=force_parallel_mode
fi
fresh
saved=$PGOPTIONS
export PGOPTIONS="$saved -c $parallel=regress"
step "pg_regress, $parallel" bash test/regress.sh
step "pgTAP, $parallel" prove
export PGOPTIONS=$saved

step "installation" bash test/install.sh
step "dump and restore: registers" bash test/register_dump.sh
step "dump and restore: values" bash test/value_dump.sh
step "README: the function table" bash test/docs/docs.sh check
step "README: the examples" env EXAMPLES_OUTPUT=/dev/null bash test/docs/examples.sh
step "README: the demonstration" bash test/docs/demo.sh check

if [ "$failed" -gt 0 ]; then
	echo "monitor: $failed steps failed"
	exit 1
fi
echo "monitor: all steps passed"
