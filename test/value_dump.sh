#!/bin/bash
# Values of every stored type through pg_dump and pg_restore, as text and by COPY in
# binary, in a database whose settings print floats short. On the server that the PG
# environment variables name; prints a line a check.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
failed=0

clean() {
	for database in value_a value_b; do dropdb --if-exists "$database" 2>/dev/null || true; done
	rm -rf "$work"
}
trap clean EXIT
clean
mkdir -p "$work"
sql() { # sql DATABASE STATEMENT
	psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}
check() { # check NAME WANTED GOT
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: wanted '$2', got '$3'"
		failed=1
	fi
}

createdb -T template0 value_a
sql value_a "CREATE EXTENSION monitor CASCADE"
sql value_a "ALTER DATABASE value_a SET extra_float_digits = -15"
psql -XAtq -v ON_ERROR_STOP=1 -d value_a <<'SQL'
SET search_path = monitor, public;
CREATE SCHEMA kept;
CREATE TABLE kept.cell AS
SELECT (10 * r + c)::bigint AS id, ST_MakeEnvelope(c, r, c + 1, r + 1, 25832) AS geom, (7 * r * c + r) % 40 AS x, 40 AS total
FROM generate_series(0, 9) AS r, generate_series(0, 9) AS c;
CREATE TABLE kept.weight (name text PRIMARY KEY, w weights NOT NULL);
INSERT INTO kept.weight SELECT 'queen', queen_weights(id, geom) FROM kept.cell;
INSERT INTO kept.weight SELECT 'queen W', standardize(w, 'W') FROM kept.weight;
INSERT INTO kept.weight SELECT 'thirds', inverse_distance_weights(id, geom, 4, 1.0 / 3) FROM kept.cell;
INSERT INTO kept.weight SELECT 'island', weights_agg(id, NULL) FROM kept.cell;
CREATE TABLE kept.mixing (two segregation UNIQUE, many segregation_multi);
INSERT INTO kept.mixing SELECT segregation(x, total), segregation_multi(ARRAY[x, total - x, x / 3.0]) FROM kept.cell;
CREATE TABLE kept.lookup AS SELECT area_index(id + 1, geom) AS areas FROM kept.cell;
CREATE TABLE kept.people AS SELECT profile_from_counts(100, 80, 70, 30.5, 2, 40, 20, 1, 0, 75, 1000.25, 40) AS p;
CREATE TABLE kept.status AS SELECT markov(id, t, (1 + (id * t) % 3)::int, (1 + t % 2)::int) AS m FROM kept.cell, generate_series(1, 5) AS t;
CREATE TABLE kept.moves AS SELECT waterbed(id % 7, CASE WHEN id % 10 = 9 THEN -4 ELSE (id + x) % 7 END, x / 3.0, CASE WHEN id % 10 < 9 THEN total - x END, true, id % 10 < 9) AS w,
	flow_index(id % 7, (id + x) % 7, x / 3.0) AS f FROM kept.cell;
CREATE TABLE kept.panel AS SELECT ring_did(id, geom, t, sin(id * t), CASE WHEN id % 17 = 3 THEN 4 END, ARRAY[1.5, 3]) AS r FROM kept.cell, generate_series(1, 6) AS t;
CREATE TABLE kept.twin AS SELECT twins(id, ARRAY[x, total - sqrt(id)], id % 17 = 3, id % 17 <> 3, 2) AS t FROM kept.cell;
CREATE VIEW kept.standard AS SELECT name, standardize(w, 'W') AS w FROM kept.weight;
SQL

# one line over everything, in a form no setting changes
figures="SET search_path = monitor, public; SELECT md5(string_agg(t, '|' ORDER BY t COLLATE \"C\")) FROM (
	SELECT encode(weights_send(w), 'hex') AS t FROM kept.weight UNION ALL SELECT encode(weights_send(w), 'hex') FROM kept.standard
	UNION ALL SELECT encode(segregation_send(two), 'hex') FROM kept.mixing
	UNION ALL SELECT encode(segregation_multi_send(many), 'hex') FROM kept.mixing
	UNION ALL SELECT encode(area_index_send(areas), 'hex') FROM kept.lookup
	UNION ALL SELECT encode(profile_send(p), 'hex') FROM kept.people UNION ALL SELECT encode(markov_send(m), 'hex') FROM kept.status
	UNION ALL SELECT encode(waterbed_send(w), 'hex') || encode(flow_index_send(f), 'hex') FROM kept.moves
	UNION ALL SELECT encode(record_send(r), 'hex') FROM kept.panel UNION ALL SELECT encode(record_send(t), 'hex') FROM kept.twin) AS s"
before=$(sql value_a "$figures")

for format in custom plain; do
	dropdb --if-exists value_b
	createdb -T template0 value_b
	pg_dump --format=$format -d value_a -f "$work/dump"
	if [ $format = custom ]; then
		pg_restore --exit-on-error -d value_b "$work/dump"
	else
		psql -Xq -v ON_ERROR_STOP=1 -d value_b -f "$work/dump" >/dev/null
	fi
	check "every value comes back from a $format dump" "$before" "$(sql value_b "$figures")"
done
check "statistics of restored weights" \
	"$(sql value_a 'SELECT float8send((monitor.moran(w, id, x)).statistic) FROM kept.cell, kept.weight WHERE name = $$thirds$$')" \
	"$(sql value_b 'SELECT float8send((monitor.moran(w, id, x)).statistic) FROM kept.cell, kept.weight WHERE name = $$thirds$$')"

sql value_a "COPY kept.weight TO STDOUT (FORMAT binary)" >"$work/weight"
sql value_a "COPY kept.mixing TO STDOUT (FORMAT binary)" >"$work/mixing"
sql value_b "TRUNCATE kept.weight, kept.mixing"
sql value_b "COPY kept.weight FROM STDIN (FORMAT binary)" <"$work/weight"
sql value_b "COPY kept.mixing FROM STDIN (FORMAT binary)" <"$work/mixing"
check "and by COPY in binary" "$before" "$(sql value_b "$figures")"
check "DROP EXTENSION without CASCADE is refused while a table holds its values" "refused" \
	"$({ sql value_b 'DROP EXTENSION monitor' 2>&1 || true; } | grep -q 'cannot drop extension monitor' && echo refused || echo dropped)"
exit "$failed"
