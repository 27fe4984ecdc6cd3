#!/bin/bash
# A room may include headers only of itself and of the rooms before it in ROOMS,
# and every folder of src is a room or the upgrade scripts.
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra rooms <<<"$ROOMS"
status=0
allowed=
for room in "${rooms[@]}"; do
	allowed="$allowed $room"
	for file in src/"$room"/*.[ch]; do
		[ -e "$file" ] || continue
		while read -r header; do
			other=${header%%/*}
			[ "$other" != "$header" ] || other=$room
			[ -e "src/$header" ] || [ -e "src/$room/$header" ] || continue
			case " $allowed " in
			*" $other "*) ;;
			*)
				echo "$file includes $header: $room comes before $other in ROOMS"
				status=1
				;;
			esac
		done < <(sed -n 's/^#include "\(.*\)"/\1/p' "$file" | grep -v -x -e compat.h)
	done
done
for folder in src/*/; do
	folder=$(basename "$folder")
	case " $ROOMS upgrade " in
	*" $folder "*) ;;
	*)
		echo "src/$folder is not in ROOMS"
		status=1
		;;
	esac
done
if grep -n 'PG_VERSION_NUM' -r src --include='*.[ch]' | grep -v '^src/compat.h'; then
	echo 'PG_VERSION_NUM belongs in src/compat.h alone'
	status=1
fi
[ "$status" = 0 ] && echo "rooms: includes follow ROOMS (${#rooms[@]} rooms)"
exit "$status"
