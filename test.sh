#!/usr/bin/env bash
# Builds, publishes, checks the format and what is deployed, and runs every test: on a real PostgreSQL, LocalAws and the published binary.
#   ./test.sh [--jit] [xunit options, such as -class '*StartTests']
# --jit takes the worker of the build instead of publishing one (not where CI=true); ETLWORKER_TEST_BINARY names another.
# Does all its own set-up. Ends with the line "N passed, N failed, N skipped"; exit 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: install it (https://dot.net, or your distribution's dotnet-sdk-10.0) and start again." >&2
  exit 2
fi

jit=no
if [ "${1:-}" = --jit ]; then
  jit=yes
  shift
fi
if [ "${CI:-}" = true ]; then
  # What is shipped is what is tested.
  jit=no
  unset ETLWORKER_TEST_BINARY
fi

step() {
  local title=$1 began=$SECONDS
  shift
  printf '== %s\n' "$title"
  if ! "$@"; then
    printf '%s failed.\n0 passed, 1 failed, 0 skipped\n' "$title"
    exit 1
  fi
  printf '   %s s\n' $((SECONDS - began))
}

step "Restore" dotnet restore EtlWorker.sln --verbosity quiet
step "Build" dotnet build EtlWorker.sln --no-restore --verbosity quiet -clp:NoSummary
step "Format" dotnet format EtlWorker.sln --no-restore --verify-no-changes --severity warn
if [ "$jit" = yes ]; then
  unset ETLWORKER_TEST_BINARY
elif [ -z "${ETLWORKER_TEST_BINARY:-}" ]; then
  step "Publish" ./publish.sh
  export ETLWORKER_TEST_BINARY=$PWD/artifacts/etlworker-linux-x64/EtlWorker
fi

# The tests that put a pooler before PostgreSQL are skipped without one. RUNLEVEL: it is not to run by itself.
if [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && ! command -v pgbouncer >/dev/null && command -v apt-get >/dev/null; then
  { apt-get update &&
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends pgbouncer; } >/dev/null 2>&1 ||
    echo "PgBouncer could not be installed."
fi

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in EtlWorker.Domain.Tests EtlWorker.Tests EtlWorker.IntegrationTests; do
  printf '== %s\n' "$project"
  "artifacts/bin/$project/debug/$project" -noColor -noLogo "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)
  count() { sed -nE "s/.*$1: ([0-9]+).*/\1/p" <<<"$summary"; }
  if [ -z "$summary" ]; then
    echo "$project ended with $status and without a summary."
    failed=$((failed + 1))
    continue
  fi
  bad=$(($(count Failed) + $(count Errors)))
  # Exit codes other than "tests failed" must not pass for success.
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  failed=$((failed + bad))
  skipped=$((skipped + $(count Skipped)))
  passed=$((passed + $(count Total) - $(count Failed) - $(count Skipped)))
done

printf '== deploy/check.sh\n'
deploy/check.sh | tee "$log"
if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
  passed=$((passed + BASH_REMATCH[1]))
  failed=$((failed + BASH_REMATCH[2]))
  skipped=$((skipped + BASH_REMATCH[3]))
else
  failed=$((failed + 1))
fi

# The README's first command, as its reader would run it.
printf '== ./demo.sh\n'
if ./demo.sh --orders 2000 >"$log" 2>&1; then
  passed=$((passed + 1))
else
  cat "$log"
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
