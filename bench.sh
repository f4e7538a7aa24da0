#!/usr/bin/env bash
# Measures the published worker against its peers, and prints a table in Markdown (docs/performance.md explains it).
#   ./bench.sh [--run [--plot SVG]] [--rows N,N...] [--rounds N] [--pandas-up-to N] [--only CASE] [--worker PATH] [--base PATH]
#     [--postgres BINDIR]
# Loads of one table: 1000000,5000000 rows, 3 rounds, pandas for 1000000 rows. --run: the whole retail run of 300000,3000000
# orders, pandas for 300000. The worker is that of ./publish.sh. Does all its own set-up.
# About 10 minutes, and worth reading only on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
case "${1:-}" in -h|--help) sed -nE '2,7s/^# ?//p' "$0"; exit 0 ;; esac

refuse() { printf '%s\n' "$1" >&2; exit 2; }
command -v dotnet >/dev/null ||
  refuse "The .NET 10 SDK is missing: install it (https://dot.net, or your distribution's dotnet-sdk-10.0) and start again."
if ! /usr/bin/python3 -c 'import pandas, psycopg2, matplotlib' 2>/dev/null || ! command -v taskset >/dev/null; then
  packages="python3-pandas python3-psycopg2 python3-matplotlib util-linux" sudo=""
  command -v apt-get >/dev/null || refuse "Python's pandas, psycopg2 and matplotlib, or taskset, are missing: install them and start again."
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    { command -v sudo >/dev/null && sudo -n true; } 2>/dev/null || refuse "Run: sudo apt-get install -y $packages"
  fi
  echo "Installing $packages"
  { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >/dev/null \
    || refuse "They could not be installed. Run: sudo apt-get install -y $packages"
fi

for project in tools/LocalAws tests/EtlWorker.Benchmarks; do
  dotnet build "$project" -c Release --verbosity quiet -clp:NoSummary
done
model=$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
echo "$model, $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg) before the first round"
artifacts/bin/EtlWorker.Benchmarks/release/EtlWorker.Benchmarks "$@"
