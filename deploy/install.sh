#!/usr/bin/env bash
# Puts the artefact in whose folder it stands in place, and starts it.
#   deploy/install.sh              installs or upgrades; a run that loads meanwhile is rolled back and taken up by the new release
#   deploy/install.sh --rollback   goes back to the release before the current one
# A release that does not come up is taken back by itself. Safe to run again. Exit 0: the service runs, or is not configured
# yet; 1: it does not; 2: it could not be tried.
set -euo pipefail

home=/opt/etlworker
configuration=/etc/etlworker/etlworker.env
kept=3

refuse() { printf '%s\n' "$1" >&2; exit 2; }
release_of() { [ ! -L "$home/$1" ] || basename "$(readlink "$home/$1")"; }

# A link is changed by a rename, so that there is always one.
point() { # point LINK RELEASE
  ln -sfn "releases/$2" "$home/.$1.new"
  mv -T "$home/.$1.new" "$home/$1"
}

copy_release() { # copy_release FROM NAME
  local new=$home/releases/.new
  rm -rf "$new"
  mkdir -p "$new"
  cp -R "$1"/. "$new"
  chown -R root:root "$new"
  chmod -R u=rwX,go=rX "$new"
  # What is copied must also run here: the right architecture, a new enough glibc.
  "$new/EtlWorker" --version >/dev/null || refuse "$1/EtlWorker does not run on this machine: it needs linux-x64 with glibc 2.34 or newer."
  sync -f "$new"
  mv -T "$new" "$home/releases/$2"
}

# The unit and the command belong to a release, and go back with it.
take() { # take RELEASE
  local deploy=$home/releases/$1/deploy
  point current "$1"
  install -m 0644 "$deploy/etlworker.service" /etc/systemd/system/etlworker.service
  install -m 0755 "$deploy/etlworker" /usr/bin/etlworker
  systemctl daemon-reload
}

property() { systemctl show --property="$1" --value etlworker; }

# Ready, and still the same process a few seconds later.
comes_up() {
  local process
  systemctl reset-failed etlworker 2>/dev/null || true
  systemctl restart etlworker || return 1
  process=$(property MainPID)
  for _ in $(seq 10); do
    sleep 0.5
    if [ "$(property ActiveState)" != active ] || [ "$(property MainPID)" != "$process" ]; then return 1; fi
  done
}

say_why() {
  echo "What the service said:" >&2
  journalctl --unit=etlworker --no-pager --output=cat --lines=20 >&2 || true
}

prune() {
  local release
  find "$home/releases" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -rn | tail -n +$((kept + 1)) | while read -r _ release; do
    case "$release" in "$(release_of current)"|"$(release_of previous)") ;; *) rm -rf "${home:?}/releases/$release" ;; esac
  done
}

[ "$(id -u)" = 0 ] || refuse "This needs root: sudo $0 $*"
command -v systemctl >/dev/null || refuse "systemd is missing: the service runs under systemd 250 or newer."
version=$(systemctl --version | sed -nE '1s/^systemd ([0-9]+).*/\1/p')
[ "${version:-0}" -ge 250 ] || refuse "systemd $version is too old: 250 or newer is needed (Amazon Linux 2023, Debian 12, Ubuntu 22.04 have it)."
mkdir -p "$home/releases"
exec 9>"$home/.lock"
flock --nonblock 9 || refuse "Another install.sh is at work."

before=$(release_of current)
earlier=$(release_of previous)
case "${1:-}" in
  --rollback)
    release=$earlier
    [ -n "$release" ] || refuse "There is no release to go back to." ;;
  "")
    here=$(cd "$(dirname "$0")/.." && pwd)
    { [ -x "$here/EtlWorker" ] && [ -f "$here/deploy/RELEASE" ]; } || refuse "$here is no artefact: unpack what ./publish.sh makes, and run its deploy/install.sh."
    release=$(cat "$here/deploy/RELEASE")
    # The name holds a hash of the contents: of one name there is one release.
    [ -d "$home/releases/$release" ] || copy_release "$here" "$release" ;;
  *) sed -nE '2,6s/^# ?//p' "$0"; exit 2 ;;
esac

take "$release"
[ "$before" = "$release" ] || [ -z "$before" ] || point previous "$before"
mkdir -p "$(dirname "$configuration")"
systemctl --quiet enable etlworker
if [ ! -f "$configuration" ]; then
  install -m 0640 "$home/current/deploy/etlworker.env" "$configuration"
  echo "Release $release is installed. Fill in $configuration, then: systemctl start etlworker"
  exit 0
fi

if comes_up; then
  prune
  echo "Release $release runs ($(property StatusText))."
  exit 0
fi

say_why
if [ -z "$before" ] || [ "$before" = "$release" ]; then
  echo "Release $release does not come up. Mend what the journal names, then: systemctl restart etlworker" >&2
  exit 1
fi

echo "Release $release does not come up; going back to $before." >&2
take "$before"
# A later --rollback is not to come back to the one that does not work.
if [ -n "$earlier" ]; then point previous "$earlier"; else rm "$home/previous"; fi
if comes_up; then echo "Release $before runs again." >&2; else echo "Release $before does not come up either: systemctl status etlworker" >&2; fi
exit 1
