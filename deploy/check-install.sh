#!/usr/bin/env bash
# Checks install.sh where there is no systemd to put anything in place for: a copy of it works on folders of its own, and asks a
# stand-in of systemctl. What a real machine makes of it is deploy/try.sh's to show. Called by check.sh.
# Exit 0 when all holds; 1 when not, with what; 77 when it cannot be determined here.
set -euo pipefail
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo "install.sh is root's, and this user is not"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$work/opt
mkdir -p "$work/bin" "$work/etc" "$work/units"

# A release says by a file in its folder what becomes of its process: refused, gone soon after, started again by systemd, or install.sh
# itself cut off meanwhile.
cat >"$work/bin/systemctl" <<STUB
#!/bin/sh
case "\$*" in
  "restart etlworker") [ ! -e "$home/current/cut-off" ] || kill -KILL "\$PPID"; [ ! -e "$home/current/refused" ] ;;
  *ActiveState*) if [ -e "$home/current/gone" ]; then echo failed; else echo active; fi ;;
  *MainPID*) if [ -e "$home/current/again" ]; then echo "\$\$"; else echo 7; fi ;;
  *ExecStartPre*) echo "{ code=exited ; status=0 }" ;;
  "is-enabled etlworker") cat "$work/enabled" 2>/dev/null || true ;;
  --version) echo "systemd 252" ;;
esac
STUB
printf '#!/bin/sh\necho "its own words"\n' >"$work/bin/journalctl"
chmod +x "$work/bin"/*
export PATH=$work/bin:$PATH

artefact() { # artefact NAME [FATE]
  mkdir -p "$work/$1/deploy"
  printf '#!/bin/sh\necho 1.0\n' >"$work/$1/EtlWorker"
  chmod +x "$work/$1/EtlWorker"
  cp systemd/* "$work/$1/deploy"
  # The same script, elsewhere; what it waits to see is seen at once.
  sed -e "s,/opt/etlworker,$home,; s,/etc/etlworker/,$work/etc/,; \
    s,/etc/systemd/system/,$work/units/,; s,/usr/bin/etlworker,$work/bin/etlworker,; s,sleep 0.5,:," \
    install.sh >"$work/$1/deploy/install.sh"
  chmod +x "$work/$1/deploy/install.sh"
  echo "$1" >"$work/$1/deploy/RELEASE"
  [ -z "${2:-}" ] || touch "$work/$1/$2"
}

wrong() { printf '%s: %s\n' "$case" "$1"; cat "$work/said"; exit 1; }
link() { [ ! -L "$home/$1" ] || basename "$(readlink "$home/$1")"; }

# expect EXIT CURRENT PREVIOUS WORDS RELEASE [OPTION]
expect() {
  local status=0
  case=${*:5}
  { "$work/$5/deploy/install.sh" ${6:+"$6"} >"$work/said" 2>&1 || status=$?; } 2>/dev/null
  [ "$status" = "$1" ] || wrong "exit code $status instead of $1"
  [ "$(link current) $(link previous)" = "$2 $3" ] || wrong "current and previous are '$(link current) $(link previous)' instead of '$2 $3'"
  [ -z "$4" ] || grep -q -- "$4" "$work/said" || wrong "it did not say '$4'"
  [ -z "$2" ] || cmp -s "$home/$(readlink "$home/current")/deploy/etlworker.service" "$work/units/etlworker.service" ||
    wrong "the unit is not the current release's"
}

artefact a; artefact b; artefact c; artefact d; artefact refused refused; artefact gone gone; artefact again again; artefact cut cut-off
# Each has a unit of its own, so that a release that goes back takes its unit along.
for release in a b c d refused gone again cut; do echo "# of $release" >>"$work/$release/deploy/etlworker.service"; done

echo masked >"$work/enabled"
expect 2 "" "" "is masked" a
rm "$work/enabled"
expect 2 "" "" "no release to go back to" a --rollback
expect 0 a "" "Fill in $work/etc/etlworker.env" a
[ "$(stat -c %a "$work/etc/etlworker.env")" = 640 ] || wrong "the configuration can be read by everybody"
echo "# mine" >"$work/etc/etlworker.env"
expect 0 a "" "Release a runs" a
expect 0 b a "Release b runs" b
expect 1 b a "going back to b" refused
grep -q "its own words" "$work/said" || wrong "what the service said was not shown"
expect 1 b a "Release b runs again" gone
expect 1 b a "Release b runs again" again
expect 137 cut a "" cut
expect 1 b a "going back to b" refused
expect 137 cut a "" cut
expect 0 b a "Release b runs" cut --rollback
expect 0 a b "Release a runs" b --rollback
expect 0 c a "Release c runs" c
expect 0 d c "Release d runs" d
[ "$(find "$home/releases" -mindepth 1 -maxdepth 1 | wc -l)" = 3 ] || wrong "$(ls "$home/releases") are kept instead of three"
[ "$(cat "$work/etc/etlworker.env")" = "# mine" ] || wrong "the configuration was overwritten"
# Cut off after all was done and before that was noted.
echo c >"$home/.trying"
expect 0 c "" "Release c runs" d --rollback
rm "$work/a/EtlWorker"
expect 2 c "" "is no artefact" a
