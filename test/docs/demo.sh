#!/bin/bash
# What make demo prints, beside what README shows of it; the seconds differ.
#   demo.sh write   puts it into README.md; demo.sh check compares.
set -euo pipefail
cd "$(dirname "$0")/../.."
printed=$(mktemp)
trap 'rm -f "$printed" "$printed.readme"' EXIT
dropdb --if-exists monitor
createdb -T template0 monitor
bash test/demo/demo.sh | sed 's/^Seconds: .*/Seconds: .../; s/[ \t]*$//; s/^\(.\)/    \1/' >"$printed"
awk -v text="$printed" '
	/^<!-- demo: begin -->$/ { print; print ""; while ((getline line < text) > 0) print line; print ""; skip = 1; next }
	/^<!-- demo: end -->$/ { skip = 0 }
	!skip { print }
' README.md >"$printed.readme"
if [ "${1:-check}" = write ]; then
	cp "$printed.readme" README.md
else
	diff -u README.md "$printed.readme" || { echo "README.md shows another demonstration than make demo prints: run make docs"; exit 1; }
	echo "README.md shows what make demo prints"
fi
