#!/bin/bash
# README's tables of functions and other objects, made from the catalog's comments.
#   docs.sh write   puts them into README.md; docs.sh check compares.
set -euo pipefail
cd "$(dirname "$0")/../.."
generated=$(mktemp)
trap 'rm -f "$generated" "$generated.readme"' EXIT
psql -X -q -c 'DROP EXTENSION IF EXISTS monitor CASCADE' -c 'CREATE EXTENSION monitor CASCADE'
psql -X -q -A -t -v ON_ERROR_STOP=1 -v rooms="$(sed -n 's/^ROOMS = //p' Makefile)" -f test/docs/objects.sql >"$generated"

awk -v table="$generated" '
	/^<!-- objects: begin -->$/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
	/^<!-- objects: end -->$/ { skip = 0 }
	!skip { print }
' README.md >"$generated.readme"

if [ "${1:-check}" = write ]; then
	cp "$generated.readme" README.md
else
	diff -u README.md "$generated.readme" || { echo "README.md is not what the catalog says: run make docs"; exit 1; }
	echo "README.md lists $(grep -c '^| `' "$generated") objects as the catalog does"
fi
