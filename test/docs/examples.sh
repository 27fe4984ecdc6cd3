#!/bin/bash
# Runs the SQL examples of README and of the rooms' READMEs in the order they stand there;
# the tables of a room are in examples_ROOM.sql or else in examples.sql. A block marked
# "output" right after an example is what it must print. The examples of a room's section
# may make tables that another section has too: each finds its own first, then those of the
# sections before.
set -euo pipefail
cd "$(dirname "$0")/../.."
database=monitor_examples
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
run() {
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@"
}
fresh() {
	dropdb --if-exists "$database"
	createdb -T template0 "$database"
	run -c 'CREATE EXTENSION monitor CASCADE'
}
# The examples of a file as a script: FILE [SEARCH_PATH, for schemas by section]
script() {
	# taken apart where it is made, a result is worked out once a column
	! grep -E '\((monitor\.)?[a-z_]+\(\(SELECT .*\)\)\.\*' "$1" | grep -v 'Never' >&2 || exit 1
	rm -f "$folder"/*.wanted "$folder"/*.printed
	awk -v folder="$folder" -v path="${2:-}" -v file="$1" '
		/^## / && !inside { section++ }
		/^```sql$/ { inside = 1; part[++block] = section + 0; next }
		/^```output$/ { wanted = block; printed[block] = 1; printf "" > (folder "/" wanted ".wanted"); next }
		/^```/ { inside = wanted = 0; next }
		inside { text[block] = text[block] $0 "\n" }
		wanted { print > (folder "/" wanted ".wanted") }
		END {
			if (!block)
				{ print file " has no examples" > "/dev/stderr"; exit 1 }
			for (i = 1; i <= block; i++) {
				if (path != "" && (i == 1 || part[i] != part[i - 1])) {
					path = "section_" part[i] ", " path
					print "CREATE SCHEMA section_" part[i] ";\nSET search_path = " path ";"
				}
				print "\\o" (printed[i] ? " " folder "/" i ".printed" : "")
				printf "%s", text[i]
			}
		}' "$1"
}
# What was printed without the rules of the tables, the number of rows and the width of columns
tidy() {
	sed -E 's/[[:space:]]+/ /g; s/^ //; s/ $//' "$1" | grep -Ev '^([-+]*|\([0-9]+ rows?\))$' || true
}
# Whether the examples printed what the file says.
compare() {
	local wanted
	for wanted in "$folder"/*.wanted; do
		[ -e "$wanted" ] || continue
		diff -u --label "$1" --label printed <(tidy "$wanted") <(tidy "${wanted%.wanted}.printed") ||
			{ echo "$1 does not say what its example prints"; exit 1; }
	done
}

fresh
script README.md >"$folder/all.sql"
run -f "$folder/all.sql" >"${EXAMPLES_OUTPUT:-/dev/stdout}"
compare README.md
for room in geometry criteria weights association uncertainty mixing relocation spillover register; do
	fresh
	tables=test/docs/examples_$room.sql
	if [ -e "$tables" ]; then
		run -f "$tables"
	else
		run -f test/docs/examples.sql
		[ "$room" = weights ] || run -c 'CREATE TABLE map AS SELECT w FROM map_weights'
	fi
	script "src/$room/README.md" 'public, monitor' >"$folder/all.sql"
	run -f "$folder/all.sql" >/dev/null || { echo "an example of src/$room/README.md fails"; exit 1; }
	compare "src/$room/README.md"
done
dropdb "$database"
