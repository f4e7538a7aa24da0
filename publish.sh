#!/usr/bin/env bash
# Makes what is shipped: one native binary for linux-x64 (Native AOT), with appsettings.json, pipelines/ and deploy/ beside it, as a
# folder and packed as artifacts/etlworker-RELEASE-linux-x64.tar.gz with its SHA-256.
#   ./publish.sh [OUT_DIR]     default: artifacts/etlworker-linux-x64; an OUT_DIR must be new, empty, or an earlier artefact
# Does all its own set-up, and prints what it made: size, start time and memory. Exit 0 only when the binary was made and runs.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

refuse() { printf '%s\n' "$1" >&2; exit 2; }
case "${1:-}" in
  -h|--help) sed -nE '2,5s/^# ?//p' "$0"; exit 0 ;;
  -*) refuse "Unknown option $1. See ./publish.sh --help" ;;
esac
[ $# -le 1 ] || refuse "usage: ./publish.sh [OUT_DIR]"
out=${1:-artifacts/etlworker-linux-x64}

# 1. What it takes: the SDK, and what links a native binary.
command -v dotnet >/dev/null ||
  refuse "The .NET 10 SDK is missing: install it (https://dot.net, or your distribution's dotnet-sdk-10.0) and start again."
[ "$(uname -sm)" = "Linux x86_64" ] || refuse "A native binary for linux-x64 is made on linux-x64, not on $(uname -sm)."
if ! command -v clang >/dev/null || ! echo '#include <zlib.h>' | clang -E - >/dev/null 2>&1; then
  packages="clang zlib1g-dev" sudo=""
  command -v apt-get >/dev/null || refuse "clang or zlib's headers are missing: install them and start again."
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    { command -v sudo >/dev/null && sudo -n true; } 2>/dev/null ||
      refuse "clang or zlib's headers are missing. Run: sudo apt-get install -y $packages"
  fi
  echo "Installing $packages"
  { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >/dev/null \
    || refuse "They could not be installed. Run: sudo apt-get install -y $packages"
fi

# 2. The artefact, whole or not at all.
if [ -e "$out" ]; then
  [ -d "$out" ] || refuse "$out is no directory."
  [ -z "$(ls -A "$out")" ] || [ -x "$out/EtlWorker" ] || refuse "$out holds something else; name a new or empty directory."
fi
began=$SECONDS
made=artifacts/shipping/made
rm -rf "$made"
dotnet publish src/EtlWorker -c Release -p:ForShipping=true -o "$made" --verbosity quiet -clp:NoSummary
# The name that the documents use.
ln -s EtlWorker "$made/etlworker"
mkdir "$made/deploy"
cp deploy/{install,prepare-database,security-updates}.sh deploy/systemd/* docs/operations.md "$made/deploy"
# Version and contents: of one name there is one artefact, and a build of the same sources has the same.
version=$("$made/EtlWorker" --version)
contents=$(cd "$made" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
release=${version%%+*}-${contents:0:8}
echo "$release" >"$made/deploy/RELEASE"
chmod -R u=rwX,go=rX "$made"
archive=artifacts/etlworker-$release-linux-x64.tar.gz
tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --transform="s,^\\.,etlworker-$release-linux-x64," \
  --directory="$made" . | gzip -n >"$archive.new"
mv "$archive.new" "$archive"
(cd artifacts && sha256sum "${archive#artifacts/}") >"$archive.sha256"
mkdir -p "$out"
rm -rf "${out:?}"/{EtlWorker,etlworker,appsettings.json,pipelines,deploy}
cp -R "$made"/. "$out"
rm -rf "$made"
took=$((SECONDS - began))

# 3. What came of it.
kilobytes() { sed -nE "s/^$1:[[:space:]]*([0-9]+) kB/\1/p" "/proc/$2/status"; }
megabytes() { awk -v n="$1" 'BEGIN { printf "%.1f MB", n / 1000000 }'; }
binary=$(cd "$out" && pwd)/EtlWorker
times=$(for _ in 1 2 3 4 5; do
  from=$(date +%s%N)
  "$binary" --version >/dev/null
  echo $((($(date +%s%N) - from) / 1000))
done | sort -n)

# The service with all its parts, waiting for a queue and a database that are not there (port 1 of this machine).
log=$(mktemp)
env AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none \
  ETLWORKER__QUEUE__URL=http://127.0.0.1:1/0/none ETLWORKER__PIPELINE__BUCKET=none \
  ETLWORKER__NOTIFY__TOPICARN=arn:aws:sns:us-east-1:0:none \
  ETLWORKER__PIPELINE__DEFINITION="$(dirname "$binary")/pipelines/retail/pipeline.json" \
  ETLWORKER__DATABASE__CONNECTIONSTRING="Host=127.0.0.1;Port=1;Database=none;Username=none" \
  "$binary" >"$log" 2>&1 &
worker=$!
trap 'kill -KILL "$worker" 2>/dev/null || true; rm -f "$log"' EXIT
sleep 3
[ -d "/proc/$worker" ] || { cat "$log"; echo "The binary does not run."; exit 1; }
rss=$(kilobytes VmRSS "$worker")
kill -TERM "$worker"
wait "$worker" || { cat "$log"; echo "The binary did not stop with exit code 0."; exit 1; }

needs=$(grep -aoE 'GLIBC_2\.[0-9]+' "$binary" | sort -uV | tail -n 1)
cat <<TXT
Made $out in $took s: EtlWorker $version
  packed   $archive, $(megabytes "$(stat -c %s "$archive")"), with its .sha256
  size     $(megabytes "$(stat -c %s "$binary")") the binary, $(megabytes "$(du -sb "$out" | cut -f1)") the folder
  start    $(sed -n 3p <<<"$times" | awk '{ printf "%.3f s", $1 / 1000000 }') for --version, the median of five
  memory   $((rss / 1024)) MB resident, the service waiting for its queue and database
  needs    linux-x64 with ${needs/_/ } or newer, and OpenSSL (libssl) for TLS; no .NET
TXT
