#!/usr/bin/env bash
# Checks what is deployed, without deploying it: unit, cloud-init, Terraform, scripts. Called by ./test.sh.
# What it takes is installed where that may be done; a check that cannot be made is skipped, with the reason.
# Ends with the line "N passed, N failed, N skipped"; exit 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# check NAME COMMAND...: exit code 77 skips, and the last line says why.
check() {
  local name=$1 status
  shift
  "$@" >"$work/log" 2>&1
  status=$?
  case $status in
    0) passed=$((passed + 1)); printf '   ok       %s\n' "$name" ;;
    77) skipped=$((skipped + 1)); printf '   skipped  %s: %s\n' "$name" "$(tail -n 1 "$work/log" | sed 's/^skipped: //')" ;;
    *) failed=$((failed + 1)); printf '   FAILED   %s\n' "$name"; sed 's/^/            /' "$work/log" ;;
  esac
}

skip() { echo "$1"; exit 77; }

# Debian's own packages; apt-get update at most once.
install() {
  command -v apt-get >/dev/null || return 1
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    $sudo true 2>/dev/null || return 1
  fi
  [ -e "$work/updated" ] || { $sudo apt-get update && touch "$work/updated"; }
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

have() { # have COMMAND PACKAGE
  command -v "$1" >/dev/null || install "$2" >/dev/null 2>&1 || skip "$1 is missing and may not be installed from here (apt-get install $2)"
}

# systemd looks for the program as well: here it is any other.
unit() { sed 's,/opt/etlworker/current/EtlWorker,/bin/true,' systemd/etlworker.service >"$work/etlworker.service"; }

unit_is_valid() (
  have systemd-analyze systemd
  unit
  systemd-analyze verify --recursive-errors=yes "$work/etlworker.service"
)

unit_is_hardened() (
  have systemd-analyze systemd
  unit
  systemd-analyze security --offline=true --threshold=20 "$work/etlworker.service" | grep -vE '^ *✓'
  exit "${PIPESTATUS[0]}"
)

# Unpacked, and not installed: a machine on which cloud-init is installed is taken for a new one at its next boot.
cloud_init_is_valid() (
  command -v apt-get >/dev/null || skip "cloud-init is checked by Debian's package, and there is no apt-get"
  libraries="python3-configobj python3-jinja2 python3-jsonpatch python3-jsonschema"
  libraries="$libraries python3-netifaces python3-oauthlib python3-requests python3-yaml"
  # shellcheck disable=SC2086 # A list of packages.
  /usr/bin/python3 -c 'import configobj, jinja2, jsonpatch, jsonschema, netifaces, oauthlib, requests, yaml' 2>/dev/null \
    || install $libraries >/dev/null 2>&1 || skip "cloud-init's libraries may not be installed from here (apt-get install $libraries)"
  mkdir "$work/cloud-init"
  (cd "$work/cloud-init" &&
    { apt-get download cloud-init || { apt-get update && apt-get download cloud-init; }; } && dpkg -x cloud-init*.deb .) >/dev/null 2>&1 \
    || skip "Debian's package cloud-init cannot be fetched"
  export PYTHONPATH=$work/cloud-init/usr/lib/python3/dist-packages
  /usr/bin/python3 -m cloudinit.cmd.main schema --config-file "$PWD/cloud-init.yaml" || exit 1
  # It passes over keys that it does not know.
  /usr/bin/python3 - cloud-init.yaml "$PYTHONPATH/cloudinit/config/schemas/schema-cloud-config-v1.json" <<'PY'
import json, sys, yaml
document = yaml.safe_load(open(sys.argv[1]))
known = {key for name, part in json.load(open(sys.argv[2]))["$defs"].items() if name.startswith("cc_")
         for key in part.get("properties", {})}
unknown = set(document) - known
sys.exit(f"cloud-init knows no key {', '.join(sorted(unknown))}" if unknown else 0)
PY
)

# So that it serves another distribution by another list of packages.
cloud_init_names_no_package_manager() (
  ! sed '/^packages:/,/^$/d; /^package_update:/d' cloud-init.yaml | grep -nE '\b(dnf|yum|rpm|apt|apt-get|dpkg)\b'
)

# The template's scripts as they come to stand on the machine.
scripts_are_sound() (
  have shellcheck shellcheck
  awk -v dir="$work" '/^  - path:/ { n++ } /^      / && n { sub(/^      /, ""); print > (dir "/first-boot-" n ".sh") }' cloud-init.yaml
  for script in "$work"/first-boot-*.sh; do
    head -n 1 "$script" | grep -q '^#!' || rm "$script"
  done
  [ -n "$(ls "$work"/first-boot-*.sh)" ] || exit 1
  # SC2154: the placeholders.
  shellcheck --exclude=SC2154 "$work"/first-boot-*.sh && shellcheck --severity=warning ./*.sh systemd/etlworker terraform/*.sh ../publish.sh
)

check "the unit is valid (systemd-analyze verify)" unit_is_valid
check "the unit's exposure is at most 2.0 (systemd-analyze security)" unit_is_hardened
check "cloud-init.yaml is valid (cloud-init schema)" cloud_init_is_valid
check "cloud-init.yaml names no package manager" cloud_init_names_no_package_manager
check "the scripts are sound (shellcheck)" scripts_are_sound
check "install.sh upgrades, goes back and is safe to cut off" ./check-install.sh
check "Terraform: fmt, validate, test" terraform/check.sh
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
