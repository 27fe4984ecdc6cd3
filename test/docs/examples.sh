#!/bin/bash
# Runs the SQL examples of README and of the spatial rooms' READMEs in the order they stand there.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=monitor_examples
run() {
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"
}
fresh() {
	dropdb --if-exists "$database"
	createdb -T template0 "$database"
	run -c 'CREATE EXTENSION monitor CASCADE'
}
examples() {
	# taken apart where it is made, a result is worked out once a column
	! grep -E '\((monitor\.)?[a-z_]+\(\(SELECT .*\)\)\.\*' "$1" | grep -v 'Never' >&2 || exit 1
	awk '/^```sql$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$1" | grep . || { echo "$1 has no examples" >&2; exit 1; }
}

fresh
examples README.md | run >"${EXAMPLES_OUTPUT:-/dev/stdout}"
for room in weights association mixing uncertainty; do
	fresh
	run -f test/docs/examples.sql
	[ "$room" = weights ] || run -c 'CREATE TABLE map AS SELECT w FROM map_weights'
	{ echo 'SET search_path = public, monitor;'; examples "src/$room/README.md"; } | run >/dev/null || { echo "an example of src/$room/README.md fails"; exit 1; }
done
dropdb "$database"
