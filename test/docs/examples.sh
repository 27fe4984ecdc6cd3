#!/bin/bash
# Runs README's SQL examples in the order they stand there.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=monitor_examples
dropdb --if-exists "$database"
createdb -T template0 "$database"
examples=$(awk '/^```sql$/ { inside = 1; next } /^```$/ { inside = 0 } inside' README.md)
[ -n "$examples" ] || { echo "README.md has no examples"; exit 1; }
psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'CREATE EXTENSION monitor CASCADE'
psql -X -q -v ON_ERROR_STOP=1 -d "$database" <<<"$examples" >"${EXAMPLES_OUTPUT:-/dev/stdout}"
dropdb "$database"
