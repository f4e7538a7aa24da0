#!/usr/bin/env bash
# Puts the artefact in whose folder it stands in place, and starts it.
#   deploy/install.sh              installs or upgrades; a run that loads meanwhile is rolled back and taken up by the new release
#   deploy/install.sh --rollback   goes back to the release before the current one
# A release that does not come up, or is gone after five seconds, is taken back by itself. Safe to run again, also after it was
# cut off. Exit 0: the service runs, or is not configured yet; 1: it does not; 2: it could not be tried.
set -euo pipefail

home=/opt/etlworker
configuration=/etc/etlworker/etlworker.env
# The release that ran before and, of a rollback, the one that is gone back to: for as long as it is not known whether that runs.
trying=$home/.trying
kept=3

refuse() { printf '%s\n' "$1" >&2; exit 2; }
release_of() { [ ! -L "$home/$1" ] || basename "$(readlink "$home/$1")"; }

# Files and links are changed by a rename, so that there is always a whole one.
point() { # point LINK RELEASE
  ln -sfn "releases/$2" "$home/.$1.new" && mv -T "$home/.$1.new" "$home/$1"
}

put() { # put MODE FROM TO
  install -m "$1" "$2" "$3.new" && mv -T "$3.new" "$3"
}

copy_release() { # copy_release FROM NAME
  local new=$home/releases/.new
  rm -rf "$new"
  trap 'rm -rf "$home/releases/.new"' EXIT
  mkdir -p "$new"
  { cp -R "$1"/. "$new" && chown -R root:root "$new" && chmod -R u=rwX,go=rX "$new"; } ||
    refuse "$1 cannot be copied to $home: see that the disk has room (df -h)."
  # What is copied must also run here: the right architecture, a new enough glibc.
  "$new/EtlWorker" --version >/dev/null || refuse "$1/EtlWorker does not run on this machine: it needs linux-x64 with glibc 2.34 or newer."
  sync -f "$new"
  mv -T "$new" "$home/releases/$2"
}

# The unit and the command belong to a release, and go back with it.
take() { # take RELEASE
  local deploy=$home/releases/$1/deploy
  point current "$1" && put 0644 "$deploy/etlworker.service" /etc/systemd/system/etlworker.service &&
    put 0755 "$deploy/etlworker" /usr/bin/etlworker \
    && systemctl daemon-reload && systemctl --quiet enable etlworker && sync -f "$home" && sync -f /etc
}

property() { systemctl show --property="$1" --value etlworker; }

# Ready, and still the same process a few seconds later.
comes_up() {
  local process
  systemctl reset-failed etlworker 2>/dev/null || true
  # The lock is this script's, and not that of what it leaves behind when it is ended.
  systemctl restart etlworker 9>&- || return 1
  process=$(property MainPID)
  for _ in $(seq 10); do
    sleep 0.5
    if [ "$(property ActiveState)" != active ] || [ "$(property MainPID)" != "$process" ]; then return 1; fi
  done
}

say_why() {
  { echo "What the service said:" && journalctl --unit=etlworker --no-pager --output=cat --lines=20; } >&2 || true
}

prune() {
  local release
  find "$home/releases" -mindepth 1 -maxdepth 1 -name '[!.]*' -printf '%T@ %f\n' | sort -rn | tail -n +$((kept + 1)) |
    while read -r _ release; do
    case "$release" in "$(release_of current)"|"$(release_of previous)") ;; *)
      # Renamed first: what is half removed is no release.
      rm -rf "$home/releases/.new" && mv -T "$home/releases/$release" "$home/releases/.new" && rm -rf "$home/releases/.new" ;;
    esac
  done
}

[ "$(id -u)" = 0 ] || refuse "This needs root: sudo $0 $*"
command -v systemctl >/dev/null || refuse "systemd is missing: the service runs under systemd 250 or newer."
version=$(systemctl --version | sed -nE '1s/^systemd ([0-9]+).*/\1/p')
[ "${version:-0}" -ge 250 ] ||
  refuse "systemd $version is too old: 250 or newer is needed (Amazon Linux 2023, Debian 12, Ubuntu 24.04 have it)."
[ "$(systemctl is-enabled etlworker 2>/dev/null || true)" != masked ] ||
  refuse "etlworker is masked: systemctl unmask etlworker, if it is to run here."
mkdir -p "$home/releases"
exec 9>"$home/.lock"
flock --nonblock 9 || refuse "Another install.sh is at work."

before=$(release_of current)
back=$(release_of previous)
goal=""
if [ -s "$trying" ]; then
  # The last install was cut off before it knew: what ran before it is the way back. A rollback that was cut off goes on.
  read -r before goal <"$trying"
  back=${goal:-$before}
fi

case "${1:-}" in
  --rollback)
    release=$back
    goal=$back
    [ -n "$release" ] || refuse "There is no release to go back to." ;;
  "")
    goal=""
    here=$(cd "$(dirname "$0")/.." && pwd)
    { [ -x "$here/EtlWorker" ] && [ -f "$here/deploy/RELEASE" ]; } ||
      refuse "$here is no artefact: unpack what ./publish.sh makes, and run its deploy/install.sh."
    release=$(cat "$here/deploy/RELEASE")
    # The name holds a hash of the contents: of one name there is one release.
    [ -d "$home/releases/$release" ] || copy_release "$here" "$release" ;;
  *) sed -nE '2,7s/^# ?//p' "$0"; exit 2 ;;
esac

# From here to the end a lost session ends nothing, nor does a message that nobody can read any more.
trap '' HUP INT TERM PIPE
if [ -n "$before" ]; then
  { echo "$before $goal" >"$trying.new" && sync "$trying.new" && mv "$trying.new" "$trying"; } ||
    refuse "$home cannot be written: see that the disk has room (df -h)."
fi
if [ ! -f "$configuration" ]; then
  take "$release"
  [ -z "$before" ] || [ "$before" = "$release" ] || point previous "$before"
  mkdir -p "$(dirname "$configuration")"
  put 0640 "$home/current/deploy/etlworker.env" "$configuration"
  rm -f "$trying"
  echo "Release $release is installed. Fill in $configuration, then: systemctl start etlworker"
  exit 0
fi

if take "$release" && comes_up; then
  [ -z "$before" ] || [ "$before" = "$release" ] || point previous "$before"
  # After a rollback that was cut off and run again there may be no other one.
  [ "$(release_of previous)" != "$release" ] || rm -f "$home/previous"
  rm -f "$trying"
  prune
  echo "Release $release runs ($(property StatusText))."
  [[ $(property ExecStartPre) = *"status=0 "* ]] ||
    echo "Its migration failed or found no pipeline, so nothing loads: journalctl -u etlworker says why; then run etlworker migrate" >&2
  exit 0
fi

say_why
if [ -z "$before" ] || [ "$before" = "$release" ]; then
  rm -f "$trying"
  echo "Release $release does not come up. Correct what the journal names, then: systemctl restart etlworker" >&2
  exit 1
fi

echo "Release $release does not come up; going back to $before." >&2 || true
take "$before" && rm -f "$trying"
if comes_up; then
  echo "Release $before runs again." >&2
else
  echo "Release $before does not come up either: systemctl status etlworker" >&2
fi
exit 1
