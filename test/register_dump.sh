#!/bin/bash
# A filled register through dump, restore, DROP EXTENSION and CREATE EXTENSION, with
# PostGIS in public and in another schema; and two refreshes at once. Runs on the
# server that the PG environment variables name; prints a line a check.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
databases="register_a register_b register_c register_d register_e"
register='Vejle By'
failed=0

clean() {
	for database in $databases; do dropdb --if-exists "$database" 2>/dev/null || true; done
	psql -XAtqd postgres -c "DROP ROLE IF EXISTS \"${register}_reader\"" 2>/dev/null || true
	rm -rf "$work"
}
trap clean EXIT
clean
mkdir -p "$work"

check() { # check NAME COMMAND...: the command's success is the check's
	local name=$1
	shift
	if "$@" >"$work/output" 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/#   /' "$work/output" | head -n 20
		failed=1
	fi
}
sql() { # sql DATABASE STATEMENT...
	local database=$1
	shift
	local arguments=()
	for statement in "$@"; do arguments+=(-c "$statement"); done
	psql -XAtq -v ON_ERROR_STOP=1 -d "$database" "${arguments[@]}"
}
# Number and checksum of the rows of every table, a line a table. What refresh writes
# anew each time, the log and the time of refreshing, is left out where told so.
rows() { # rows DATABASE [fresh]
	local list="SELECT format('SELECT %L, count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE \"C\")) FROM %I.%I AS t;',
			n.nspname || '.' || c.relname, n.nspname, c.relname)
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('$register', '${register}_published') AND c.relkind = 'r'
			AND ('${2:-}' = '' OR c.relname NOT IN ('run', 'publication', 'resident_other'))
		ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\""
	sql "$1" "$list" >"$work/list.sql"
	[ "$(wc -l <"$work/list.sql")" -gt 40 ] || { echo "too few tables"; return 1; }
	psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -f "$work/list.sql"
}
same() { # same DATABASE FILE [fresh]
	rows "$1" "${3:-}" >"$work/now"
	diff "$2" "$work/now"
}
silent() { # the command must succeed and say nothing
	"$@" >"$work/silent" 2>&1 || { cat "$work/silent"; return 1; }
	[ ! -s "$work/silent" ] || { cat "$work/silent"; return 1; }
}
fill() { # fill DATABASE: a register with something in every layer
	sql "$1" "CALL monitor.create_register('$register', 25832, sensitive => true)"
	psql -Xq -v ON_ERROR_STOP=1 -v register="$register" -d "$1" -f test/data/small_town.sql
	sql "$1" "CALL monitor.copy_rule_set('$register', '2021', 'mine')" \
		"UPDATE \"$register\".rule SET threshold = 20 WHERE rule_set = 'mine' AND measure = 'basic_education'" \
		"CREATE TEMP TABLE entries AS SELECT 'Lilleby'::text AS municipality, unnest('{Nordparken mv.,Sydparken}'::text[]) AS printed_name" \
		"CALL monitor.load_list('$register', 2019, 'ghetto', 'pg_temp.entries', '2019-12-01')" \
		"INSERT INTO \"$register\".area_lineage VALUES (2, 4, '2018-01-01', 'split')" \
		"INSERT INTO \"$register\".official_value VALUES (2019, '2018', 'outside_labour', 1, 50.0, 1)" \
		"INSERT INTO \"$register\".criterion_delivery (list_year, rule_set, criterion, area, value, value_decimals) VALUES (2016, '2014', 'outside_labour', 1, 41.2, 1)" \
		"INSERT INTO \"$register\".plan (name, kind, starts_on) VALUES ('P', 'social', '2020-01-01')" \
		"CALL monitor.refresh('$register')" \
		"INSERT INTO \"$register\".resident (person, data_year, address, age) VALUES (1, 2030, 101, 40)"
}
restore() { # restore FROM TO
	pg_dump -Fc -d "$1" -f "$work/dump" && createdb -T template0 "$2" && pg_restore --exit-on-error -d "$2" "$work/dump"
}
refuses() { # refuses SQLSTATE DATABASE STATEMENT
	psql -XAtq -v VERBOSITY=sqlstate -d "$2" -c "$3" >"$work/refused" 2>&1 && return 1
	grep -q "$1" "$work/refused" || { cat "$work/refused"; return 1; }
}

createdb -T template0 register_a
sql register_a "CREATE EXTENSION monitor CASCADE"
check "a register is filled and refreshed" fill register_a
rows register_a >"$work/all"
rows register_a fresh >"$work/fresh"
check "figures were published" test "$(sql register_a "SELECT count(*) FROM \"${register}_published\".fact_status WHERE met")" -gt 20

check "dump and restore, without a word" silent restore register_a register_b
check "every row is back, the one that waits too" same register_b "$work/all"
sql register_a "CALL monitor.refresh('$register')"
rows register_a fresh >"$work/fresh"
check "refresh after the restore" sql register_b "CALL monitor.refresh('$register')"
check "gives the same published and computed rows" same register_b "$work/fresh" fresh
check "the reader reads in the new database" sql register_b "SET ROLE \"${register}_reader\"" "SELECT count(*) FROM \"${register}_published\".area_profile"
check "and reaches no person there" refuses 42501 register_b "SET ROLE \"${register}_reader\"; SELECT count(*) FROM \"$register\".resident"

rows register_b >"$work/before_drop"
check "DROP EXTENSION monitor without CASCADE" silent sql register_b "DROP EXTENSION monitor"
check "leaves every row" same register_b "$work/before_drop"
check "and every view" sql register_b "SELECT count(*) FROM \"${register}_published\".computed_status" "SELECT count(*) FROM \"${register}_published\".early_warning" \
	"SELECT count(*) FROM \"${register}_published\".area_map"
check "a dump without the extension restores" silent restore register_b register_c
check "with every row" same register_c "$work/before_drop"
check "CREATE EXTENSION again" silent sql register_c "CREATE EXTENSION monitor"
check "refresh works again" sql register_c "CALL monitor.refresh('$register')"
check "and gives the same" same register_c "$work/fresh" fresh
sql register_c "CREATE VIEW public.by_user AS SELECT area, counts::text::monitor.profile AS profile FROM \"$register\".computed_profile"
rows register_c >"$work/before_drop"
check "DROP EXTENSION stops at a view of the user's" refuses 2BP01 register_c "DROP EXTENSION monitor"
check "DROP EXTENSION monitor CASCADE" sql register_c "DROP EXTENSION monitor CASCADE"
check "takes the view" refuses 42P01 register_c "SELECT FROM public.by_user"
check "and leaves every row of the register" same register_c "$work/before_drop"
check "CREATE EXTENSION and refresh after CASCADE" sql register_c "CREATE EXTENSION monitor" "CALL monitor.refresh('$register')"
check "gives the same" same register_c "$work/fresh" fresh

createdb -T template0 register_d
sql register_d "CREATE SCHEMA gis" "CREATE EXTENSION postgis SCHEMA gis" "CREATE EXTENSION monitor" "ALTER DATABASE register_d SET search_path = ''"
check "PostGIS in another schema, search_path empty: filled and refreshed" fill register_d
sql register_d "CALL monitor.refresh('$register')"
check "the same rows as with PostGIS in public" same register_d "$work/fresh" fresh
check "check_register runs there" sql register_d "SELECT * FROM monitor.check_register('$register')"
check "areas from a layer, groups of departments" sql register_d \
	"CREATE TABLE public.layer AS SELECT 'X'::text AS name, geom FROM \"$register\".area_boundary WHERE area = 1" \
	"CALL monitor.areas_from_layer('$register', 'block', 'public.layer', 'name', 'geom', 'Lilleby')" \
	"SELECT * FROM monitor.department_groups('$register')"
rows register_d >"$work/all_d"
check "dump and restore there, without a word" silent restore register_d register_e
check "every row is back" same register_e "$work/all_d"
sql register_d "CALL monitor.refresh('$register')"
rows register_d fresh >"$work/fresh_d"
check "refresh after that restore" sql register_e "SET search_path = ''" "CALL monitor.refresh('$register')"
check "gives the same rows" same register_e "$work/fresh_d" fresh

# The first refresh holds its lock while it sleeps in the same transaction.
sql register_a "BEGIN" "CALL monitor.refresh('$register')" "SELECT pg_sleep(30)" "COMMIT" >"$work/first" 2>&1 &
first=$!
for _ in $(seq 100); do
	[ "$(sql register_a "SELECT count(*) FROM pg_stat_activity WHERE datname = 'register_a' AND wait_event = 'PgSleep'")" = 0 ] || break
	sleep 0.1
done
check "a second refresh at once is refused" refuses 55P03 register_a "CALL monitor.refresh('$register')"
check "readers read on meanwhile" sql register_a "SET statement_timeout = '5s'" "SET ROLE \"${register}_reader\"" \
	"SELECT count(*) FROM \"${register}_published\".criteria_margin"
sql register_a "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = 'register_a' AND wait_event = 'PgSleep'" >/dev/null
wait "$first" || true
check "a cancelled refresh leaves what was there" same register_a "$work/fresh" fresh
check "and a later one runs" sql register_a "CALL monitor.refresh('$register')"
exit "$failed"
