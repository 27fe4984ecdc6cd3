#!/bin/bash
# pg_regress over sql/<room>/*.sql against expected/<room>/*.out, on the server
# the PG environment variables name. Room by room as ROOMS orders them.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${REGRESS_OUTPUT:-$PWD/build/regress}
pgxs=$("${PG_CONFIG:-pg_config}" --pgxs)
runner=$(dirname "$pgxs")/../test/regress/pg_regress
[ $# -gt 0 ] || set -- $(cd sql && ls */*.sql | sed 's/\.sql$//')
rm -rf "$output"
for room in $(printf '%s\n' "$@" | sed 's#/.*##' | sort -u); do
	mkdir -p "$output/results/$room"
done
"$runner" --inputdir=. --outputdir="$output" --use-existing --dbname="${PGDATABASE:-monitor}" \
	--bindir="$(dirname "$(command -v psql)")" "$@" >"$output/log" 2>&1 || {
	cat "$output/log"
	cat "$output/regression.diffs" 2>/dev/null || true
	exit 1
}
tail -n 4 "$output/log" | grep -E 'passed|failed' || true
