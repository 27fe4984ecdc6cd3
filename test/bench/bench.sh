#!/bin/bash
# Prints, for each script beside this one, ratios against plain PostgreSQL and
# PostGIS measured side by side in one run. Timings are never tests.
set -euo pipefail
cd "$(dirname "$0")"
psql -X -q -c 'CREATE EXTENSION monitor CASCADE'
for script in ${BENCH:-*.sql}; do
	echo "== ${script%.sql}"
	psql -X -q -A -t -F '  ' -v ON_ERROR_STOP=1 -f "$script"
done
