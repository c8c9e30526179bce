#!/usr/bin/env bash
# Devices and trustees that lie with keys that are really theirs: whoever meets them goes on without them, they are
# named, and where k good shares exist a file convicts them before anybody who has the archive's id. Nobody is
# convicted who did nothing.
# Usage: lying_participants_test.sh BIN LYING_DEVICE LYING_TRUSTEE
set -Eeuo pipefail
lying_device="${2:?the lying device}"
lying_trustee="${3:?the lying trustee}"
. "$(dirname "${BASH_SOURCE[0]}")/../end_to_end/stage.sh" "$1"
found_archive

# approved DEVICE_ID: a request for all of the device, approved; sets commitment.
approved() {
  commitment="$(ask "$1" | json_value commitment)"
  as margaret approve "$commitment" --yes --json >/dev/null
}
# garbage_from PERSON KIND: grants something else than its shares.
garbage_from() {
  run_logged "$lying_trustee" "$GROUND/people/$1" "$GROUND/people/$1.passphrase" "$2" "$commitment"
}
# convicts DIRECTORY PATTERN...: one file convicts, in these words; altered anywhere or held against another archive
# it convicts nobody.
convicts() {
  local file="$1" pattern position size other
  shift
  run_logged "$STRONGROOM_BIN/strongroom-verify" conviction "$file" --archive "$GROUND/archive.card" >"$GROUND/convicted.txt" ||
    fail "$file does not convict: $(cat "$GROUND/convicted.txt")"
  for pattern in "$@"; do
    grep -q -- "$pattern" "$GROUND/convicted.txt" || fail "no '$pattern' in: $(cat "$GROUND/convicted.txt")"
  done
  size="$(stat -c %s "$file")"
  for position in $((size / 9)) $((size / 3)) $((size * 2 / 3)) $((size - 50)); do
    cp "$file" "$GROUND/altered"
    printf '\xa5' | dd of="$GROUND/altered" bs=1 seek="$position" conv=notrunc 2>>"$GROUND/log"
    if cmp -s "$file" "$GROUND/altered"; then continue; fi
    if "$STRONGROOM_BIN/strongroom-verify" conviction "$GROUND/altered" --archive "$GROUND/archive.card" >>"$GROUND/log" 2>&1; then
      fail "$file altered at $position convicts all the same"
    fi
  done
  other="$(printf '0%.0s' $(seq 64))"
  if "$STRONGROOM_BIN/strongroom-verify" conviction "$file" --archive "$other" >>"$GROUND/log" 2>&1; then
    fail "$file convicts in another archive"
  fi
}

# ---- a device deals garbage to one position ----
new_device garbler
run_logged "$lying_device" "$GROUND/garbler" garbage 1 "what it kept"
approved "$device_id"
must_fail "granting by the trustee who was dealt garbage" 'BAD DEALING' as paul grant "$commitment" --yes
as grace grant "$commitment" --yes --json >/dev/null
as sofia grant "$commitment" --yes --json >/dev/null
as nadia open "$commitment" >"$GROUND/open.txt" 2>&1
as nadia show "$commitment" >"$GROUND/show.txt"
grep -q 'what it kept' "$GROUND/show.txt" || fail "two good shares open nothing"
grep -q "BAD DEALING: device $device_id" "$GROUND/show.txt" || fail "the device is not named: $(cat "$GROUND/show.txt")"
as nadia export "$commitment" --format conviction --out "$GROUND/garbler.out" >/dev/null
convicts "$GROUND"/garbler.out/device-*.strongroom-conviction "Convicted: device $device_id" 'position 1 of quorum 0' 'discloses'
printf 'ok: a device that deals garbage is named, read all the same, and convicted\n'

# ---- a device deals a share of something else, well sealed: no trustee can see it ----
new_device stranger
run_logged "$lying_device" "$GROUND/stranger" stranger 0 "what it kept"
approved "$device_id"
as grace grant "$commitment" --yes --json >/dev/null
as paul grant "$commitment" --yes --json >/dev/null
as nadia open "$commitment" >"$GROUND/open.txt" 2>&1 || true
grep -q "BAD DEALING: device $device_id" "$GROUND/open.txt" || fail "nobody is named: $(cat "$GROUND/open.txt")"
as nadia export "$commitment" --format conviction --out "$GROUND/stranger.two" >/dev/null
convicts "$GROUND"/stranger.two/device-*.strongroom-conviction "Convicted: device $device_id" 'not of one dealing'
as sofia grant "$commitment" --yes --json >/dev/null
as nadia open "$commitment" >/dev/null 2>&1
as nadia show "$commitment" >"$GROUND/show.txt"
grep -q 'what it kept' "$GROUND/show.txt" || fail "the two good shares of three open nothing"
as nadia export "$commitment" --format conviction --out "$GROUND/stranger.three" >/dev/null
convicts "$GROUND"/stranger.three/device-*.strongroom-conviction "Convicted: device $device_id" 'position 0 of quorum 0'
printf 'ok: a device that mixes dealings is convicted by any two shares, and read by the two that belong together\n'

# ---- trustees that grant something else ----
new_device honest
honest="$device_id"
agent import --state "$GROUND/honest" --zone Europe/Paris "$exports/whatsapp-android" >/dev/null
for kind in garbage stranger foreign; do
  approved "$honest"
  garbage_from paul "$kind"
  must_fail "opening with one good grant and one of kind $kind" 'share|grant' as nadia open "$commitment"
  as grace grant "$commitment" --yes --json >/dev/null
  as sofia grant "$commitment" --yes --json >/dev/null
  as nadia open "$commitment" >/dev/null 2>&1
  as nadia show "$commitment" >"$GROUND/show.txt"
  grep -q 'demi-charge' "$GROUND/show.txt" || fail "$kind: two good grants open nothing"
  grep -qE 'BAD GRANT: member 2|member 2 granted' "$GROUND/show.txt" || fail "$kind: nobody is named: $(head -n 20 "$GROUND/show.txt")"
  as nadia export "$commitment" --format conviction --out "$GROUND/paul.$kind" >/dev/null
  for file in "$GROUND/paul.$kind"/*; do
    case "$file" in */member-2-*) ;; *) fail "$kind: somebody else is accused: $file" ;; esac
  done
  convicts "$(printf '%s\n' "$GROUND/paul.$kind"/member-2-* | sed -n 1p)" 'the trustee who is member 2'
done
printf 'ok: a trustee that grants garbage is named, and convicted by the good shares of two others\n'

# ---- a clone of a device: two entries at one position ----
new_device original
original="$device_id"
agent import --state "$GROUND/original" --zone Europe/Paris "$exports/whatsapp-iphone" >/dev/null
cp -r "$GROUND/original" "$GROUND/clone"
stop_in "$GROUND" # without a server both go on from the same place
for copy in original clone; do
  printf '{"kind": "message", "conversation": "Quay", "author": "Ines", "text": "by the %s", "sent_at": "2025-03-04T10:00:00Z"}\n' \
    "$copy" >"$GROUND/$copy.jsonl"
  agent import --state "$GROUND/$copy" "$GROUND/$copy.jsonl" >"$GROUND/$copy.txt" 2>&1 || true
done
open_archive_again() {
  start_witness "${witness_url##*:}"
  start_server "${server_address##*:}"
}
open_archive_again
for copy in original clone; do agent heartbeat --state "$GROUND/$copy" >"$GROUND/$copy.txt" 2>&1 || true; done
says equivocation <"$GROUND/clone.txt" || fail "the clone hears nothing: $(cat "$GROUND/clone.txt")"
approved "$original"
for trustee in grace sofia; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null 2>&1
as nadia show "$commitment" >"$GROUND/show.txt"
for copy in original clone; do grep -q "by the $copy" "$GROUND/show.txt" || fail "what the $copy sealed is lost"; done
as nadia export "$commitment" --format conviction --out "$GROUND/clone.out" >/dev/null
convicts "$(printf '%s\n' "$GROUND"/clone.out/device-* | sed -n 1p)" "Convicted: device $original" 'two different entries'
if "$STRONGROOM_BIN/strongroom-verify" archive "$GROUND/server" --archive "$GROUND/archive.card" >"$GROUND/verify.txt" 2>&1; then
  fail "strongroom-verify archive says nothing of the clone"
fi
says equivocation <"$GROUND/verify.txt" || fail "another finding: $(cat "$GROUND/verify.txt")"
printf 'ok: what original and clone sealed is all kept and read, and two entries at one place convict\n'

# ---- a device restored from an old copy ----
new_device restored
agent import --state "$GROUND/restored" --zone Europe/Paris "$exports/whatsapp-iphone" >/dev/null
cp -r "$GROUND/restored" "$GROUND/old"
agent import --state "$GROUND/restored" "$GROUND/original.jsonl" >/dev/null
rm -rf "$GROUND/restored" && mv "$GROUND/old" "$GROUND/restored"
agent import --state "$GROUND/restored" "$GROUND/clone.jsonl" >"$GROUND/import.txt"
if says equivocation <"$GROUND/import.txt"; then fail "an old copy equivocates: $(cat "$GROUND/import.txt")"; fi
approved "$device_id"
for trustee in grace sofia; do as "$trustee" grant "$commitment" --yes --json >/dev/null; done
as nadia open "$commitment" >/dev/null
as nadia show "$commitment" >"$GROUND/show.txt"
for copy in original clone; do grep -q "by the $copy" "$GROUND/show.txt" || fail "lost after the restore: by the $copy"; done
must_fail "accusing somebody in a case where nobody did wrong" 'convicts anybody' \
  as nadia export "$commitment" --format conviction --out "$GROUND/nobody"
[ ! -e "$GROUND/nobody" ] || fail "there is a directory of no convictions"
printf 'ok: a device restored from an old copy goes on under a new incarnation, and nobody is accused\n'
stop_in "$GROUND"
