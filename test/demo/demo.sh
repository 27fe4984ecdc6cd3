#!/bin/bash
# What make demo shows, on the server that the PG environment variables name: the
# demonstration city and the published lists, each in a register of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PGCLIENTENCODING=UTF8 PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning"

run() { psql -X -q -v ON_ERROR_STOP=1 -v VERBOSITY=terse "$@"; }
seconds() { date +%s; }

begin=$(seconds)
run -c 'CREATE EXTENSION IF NOT EXISTS monitor CASCADE'
echo "Making a city of about 100,000 people ..."
run -c "CALL monitor.create_demo('demo')"
made=$(seconds)
run -c "CALL monitor.refresh('demo')"
refreshed=$(seconds)
run -f test/demo/denmark.sql
loaded=$(seconds)
run -f test/demo/demo.sql
cat <<'TEXT'

Look further
  demo_published.computed_status      every status of every area and list year
  demo_published.criteria_margin      every criterion: value, limit, margin in persons
  demo_published.official_difference  printed figures beside ours (one of them is misprinted)
  demo_published.early_warning        areas near a limit, or too small to be listed
  demo_published.area_profile         residents by area and year
  demo_published.area_map             for QGIS: boundaries with the latest status
  demo_published.waterbed_landlord    who lost and who gained between landlords, a sentence a pair
  demo_published.spillover_summary    what followed each plan, a sentence each
  monitor.spillover_report(...)       the rows behind it: a plan, or any areas from a year on
  demo.planted_change                 what was planted in the city, and is found above
make demo KEEP=1 leaves the server running and prints the psql command that connects to it.
TEXT
echo "Seconds: city $((made - begin)), refresh $((refreshed - made)), published lists $((loaded - refreshed))."
