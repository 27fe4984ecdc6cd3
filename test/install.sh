#!/bin/bash
# Installing, in databases of its own: PostGIS elsewhere and an empty search_path,
# schemas and types planted before us, dropping and creating again.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
passed=0

# run NAME EXPECTED SQL: psql prints an error that contains EXPECTED, or else its
# last line is EXPECTED.
run() {
	local got
	got=$(psql -X -q -A -t -v VERBOSITY=verbose -d "$database" -c "$3" 2>&1 || true)
	if [[ $got == *ERROR:* && $2 == ERROR:* && $got == *"$2"* ]] || [ "$(tail -n 1 <<<"$got")" = "$2" ]; then
		passed=$((passed + 1))
	else
		echo "not as expected: $1"
		echo "  wanted: $2"
		echo "  got:    $got"
		failed=$((failed + 1))
	fi
}
new_database() {
	database=monitor_install
	dropdb --if-exists "$database"
	createdb -T template0 "$database"
}

new_database
psql -X -q -d "$database" -c 'CREATE SCHEMA monitor' -c 'CREATE TYPE monitor.geometry AS (x int)'
run 'a schema with something in it is refused' 'ERROR:  42710: schema "monitor" already holds objects: ' \
	'CREATE EXTENSION monitor CASCADE'
run 'and named' 'ERROR:  42710: schema "monitor" already holds objects: type geometry' 'CREATE EXTENSION monitor CASCADE'
run 'nothing is left half installed' '0' "SELECT count(*) FROM pg_extension WHERE extname = 'monitor'"

new_database
run 'a planted operator is refused' 'ERROR:  42710: schema "monitor" already holds objects: ' \
	"CREATE SCHEMA monitor; CREATE FUNCTION monitor.same(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT true';
	 CREATE OPERATOR monitor.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = monitor.same); CREATE EXTENSION monitor CASCADE"

new_database
psql -X -q -d postgres -c 'DROP ROLE IF EXISTS monitor_planter; CREATE ROLE monitor_planter'
run "another role's schema is refused" 'ERROR:  42501: schema "monitor" belongs to another role' \
	"CREATE SCHEMA monitor AUTHORIZATION monitor_planter; CREATE EXTENSION monitor CASCADE"
dropdb "$database"
psql -X -q -d postgres -c 'DROP ROLE monitor_planter'

new_database
run 'PostGIS in a schema of its own' 'monitor' \
	"CREATE SCHEMA gis; CREATE EXTENSION postgis SCHEMA gis; CREATE EXTENSION monitor;
	 SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'monitor'"
run 'versions agree with an empty search_path' 't' \
	"SET search_path = ''; SELECT library = sql FROM monitor.version()"
run 'a type of the same name on the path is not taken for PostGIS' 't' \
	"CREATE SCHEMA other; CREATE TYPE other.geometry AS (x int); SET search_path = other, gis;
	 SELECT monitor.grid_cell(gis.ST_SetSRID(gis.ST_MakePoint(575617, 6223777), 25832), 100) = '100m_62237_5756'"
run 'drop and create again' 't' \
	"DROP EXTENSION monitor; CREATE EXTENSION monitor; SELECT library = sql FROM monitor.version()"
run 'nothing is left in the schema after DROP' '0' \
	"DROP EXTENSION monitor; SELECT count(*) FROM pg_depend WHERE refobjid = (SELECT oid FROM pg_namespace WHERE nspname = 'monitor')"
run 'a user without rights cannot install' 'ERROR:  42501' \
	"CREATE ROLE monitor_visitor; SET ROLE monitor_visitor; CREATE EXTENSION monitor"
dropdb "$database"
psql -X -q -d postgres -c 'DROP ROLE IF EXISTS monitor_visitor'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
