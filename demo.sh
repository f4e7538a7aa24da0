#!/usr/bin/env bash
# The main job, end to end: a real PostgreSQL, the stand-in LocalAws and the real worker, on free ports of this machine.
# Cleans up after itself. Exit 0 only when the run succeeded; 1 when it failed; 2 when something is missing or misused.
set -euo pipefail
cd "$(dirname "$0")"
root=$PWD
state=$root/.demo
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

usage() {
  cat <<'TXT'
usage: ./demo.sh [--pipeline retail|bank] [--orders N] [--bad-rows N] [--keep] [--data DIR] [--as-of DATE]
       ./demo.sh --stop

  --pipeline P   retail (default), or bank: files as a German bank writes them
  --orders N     generate a sample feed of N orders, or of the bank N bookings (default 10000)
  --bad-rows N   with N rows in it that must be refused (default 1)
  --data DIR     take your own orders.csv, reviews.csv and shipment_deliveries.csv from DIR
                 (dim_products.csv and dim_dates.csv too, where they are there); of retail only
  --as-of DATE   the date that the analyses look back from, yyyy-mm-dd (default: today); of the bank the date in the keys
  --keep         leave PostgreSQL, LocalAws and the worker running, to drop more files and look around
  --stop         end what --keep left running
TXT
}

refuse() { printf '%s\n' "$1" >&2; exit 2; }
heading() { printf '\n== %s\n' "$1"; }
after() { sed -nE "s/^$1=//p" "$state/keep" 2>/dev/null; }

# Only what this script started, by pid; a pid that by now is another program is left alone.
end_process() {
  local pid=$1 name=$2
  if [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$name" ]; then
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 100); do [ -d "/proc/$pid" ] || break; sleep 0.1; done
    if [ -d "/proc/$pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
  fi
}

end_all() {
  end_process "${worker_pid:-}" EtlWorker
  end_process "${aws_pid:-}" LocalAws
  if [ -n "${work:-}" ] && [ -d "$work" ]; then
    "$root/tools/postgres.sh" stop "$work/postgres" || true
    rm -rf "$work"
  fi
}

pipeline=retail orders=10000 bad_rows=1 keep=no data="" as_of=""
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) keep=yes ;;
    --pipeline|--orders|--bad-rows|--data|--as-of)
      [ $# -ge 2 ] || refuse "$1 needs a value. See ./demo.sh --help"
      case "$1" in --pipeline) pipeline=$2 ;; --orders) orders=$2 ;; --bad-rows) bad_rows=$2 ;; --data) data=$2 ;; --as-of) as_of=$2 ;; esac
      shift ;;
    --stop)
      [ -f "$state/keep" ] || refuse "Nothing was left running by ./demo.sh --keep."
      worker_pid=$(after worker_pid) aws_pid=$(after aws_pid) work=$(after work)
      end_all
      rm -rf "$state"
      echo "Ended."
      exit 0 ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; refuse "Unknown option $1." ;;
  esac
  shift
done
case "$pipeline" in
  retail) rows=orders exports=analytics_export/
    tables="analytics.agg_public_holiday analytics.agg_shipments analytics.best_performing_product" ;;
  bank) rows=bookings exports=bank_export/ tables="bank.balance bank.turnover"
    [ -z "$data" ] || refuse "--data is of the retail pipeline only." ;;
  *) refuse "--pipeline '$pipeline' is neither retail nor bank." ;;
esac
[[ $orders =~ ^[1-9][0-9]*$ ]] || refuse "--orders '$orders' is not a number above 0."
[[ $bad_rows =~ ^[0-9]+$ ]] || refuse "--bad-rows '$bad_rows' is not a number."
if [ -n "$as_of" ]; then
  [[ $as_of =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]] && date -d "$as_of" >/dev/null 2>&1 || refuse "--as-of '$as_of' is not a date as yyyy-mm-dd."
fi
if [ -n "$data" ]; then
  for file in orders.csv reviews.csv shipment_deliveries.csv; do
    [ -f "$data/$file" ] || refuse "$data/$file does not exist; --data needs orders.csv, reviews.csv and shipment_deliveries.csv."
  done
  data=$(cd "$data" && pwd)
fi
[ ! -f "$state/keep" ] || refuse "An earlier ./demo.sh --keep is still running. End it with ./demo.sh --stop"

# 1. What it takes.
command -v dotnet >/dev/null ||
  refuse "The .NET 10 SDK is missing: install it (https://dot.net, or your distribution's dotnet-sdk-10.0) and start again."
need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null && return
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo="sudo -n"
    { command -v sudo >/dev/null && sudo -n true; } 2>/dev/null || refuse "$1 is missing. Run: sudo apt-get install -y $2"
  fi
  command -v apt-get >/dev/null || refuse "$1 is missing: install it and start again."
  { $sudo apt-get update && $sudo apt-get install -y --no-install-recommends "$2"; } >/dev/null ||
    refuse "$1 could not be installed. Run: sudo apt-get install -y $2"
}
need curl curl

work=$(mktemp -d "${TMPDIR:-/tmp}/etlworker-demo-XXXXXX")
chmod 755 "$work"
trap 'status=$?; trap - EXIT INT TERM; end_all; exit "$status"' EXIT
trap 'exit 130' INT TERM

# 2. Build, unless nothing has changed since the last time.
bin=artifacts/bin stamp=artifacts/.demo-built
if [ ! -f "$stamp" ] || [ -n "$(find src tools pipelines Directory.*.props -newer "$stamp" -type f -print -quit)" ]; then
  heading "Building"
  for project in src/EtlWorker tools/LocalAws tools/SampleData; do
    dotnet build "$project" -c Release --verbosity quiet -clp:NoSummary >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
  done
  touch "$stamp"
fi

# 3. PostgreSQL, the stand-in and the worker, each on a port of its own.
heading "Starting PostgreSQL, LocalAws (S3, SQS, SNS) and the worker"
started=$(tools/postgres.sh start "$work/postgres") || exit $?
read -r pg_port pg_bin <<<"$started"
psql=$pg_bin/psql
[ -x "$psql" ] || { need psql postgresql-client; psql=psql; }
unset PGPASSWORD PGPASSFILE
export PGHOST=127.0.0.1 PGPORT=$pg_port PGUSER=postgres PGDATABASE=etl PGOPTIONS="--client-min-messages=warning"
"$psql" -qX -d postgres -c "create database etl"

wait_for() { # wait_for TEXT FILE PID: until the text stands in the file, or the process has ended
  for _ in $(seq 600); do
    grep -q "$1" "$2" 2>/dev/null && return 0
    [ -d "/proc/$3" ] || break
    sleep 0.1
  done
  cat "$2"
  return 1
}

$bin/LocalAws/release/LocalAws serve --mail "$work/mail" --bucket landing --queue drops --topic notices >"$work/aws.log" 2>&1 &
aws_pid=$!
wait_for '^ready ' "$work/aws.log" "$aws_pid" || exit 1
endpoint=$(sed -nE 's/^ready (http[^ ]*[^ /]).*/\1/p' "$work/aws.log")

cp -r "pipelines/$pipeline" "$work/pipeline"
if [ "$pipeline" = bank ]; then as_of=${as_of:-$(TZ=Europe/Berlin date +%F)}
elif [ -n "$as_of" ]; then sed -i "s/\"asOf\": null/\"asOf\": \"$as_of\"/" "$work/pipeline/pipeline.json"; fi
export AWS_ENDPOINT_URL=$endpoint AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
export ETLWORKER__QUEUE__URL=$endpoint/000000000000/drops ETLWORKER__PIPELINE__BUCKET=landing
export ETLWORKER__PIPELINE__DEFINITION=$work/pipeline/pipeline.json
export ETLWORKER__NOTIFY__TOPICARN=arn:aws:sns:us-east-1:000000000000:notices
export ETLWORKER__DATABASE__CONNECTIONSTRING="Host=127.0.0.1;Port=$pg_port;Database=etl;Username=postgres"
worker=$bin/EtlWorker/release/EtlWorker
$worker migrate
$worker >"$work/worker.log" 2>&1 &
worker_pid=$!
wait_for 'Listening on' "$work/worker.log" "$worker_pid" || exit 1

# 4. The files.
if [ -z "$data" ]; then
  heading "Generating a sample feed of $orders $rows, $bad_rows of them bad"
  data=$work/data
  $bin/SampleData/release/SampleData --out "$data" --pipeline "$pipeline" --orders "$orders" --bad-rows "$bad_rows" \
    ${as_of:+--as-of "$as_of"}
fi
heading "Dropping the files into s3://landing"
drop() { # drop FILE KEY
  [ -f "$1" ] || return 0
  curl -sS --fail-with-body -T "$1" "$endpoint/landing/$2" && printf '%12s bytes  %s\n' "$(stat -c %s "$1")" "$2"
}
if [ "$pipeline" = bank ]; then
  # The marker comes last: with it the set is complete.
  for file in "$data"/kurse.csv "$data"/konten_*.csv "$data"/umsaetze_*.csv.gz "$data"/fertig_*.txt; do
    drop "$file" "bank/$(basename "$file")"
  done
else
  drop "$data/dim_products.csv" reference/dim_products.csv
  drop "$data/dim_dates.csv" reference/dim_dates.csv
  drop "$data/orders.csv" orders_data/orders.csv
  drop "$data/reviews.csv" orders_data/reviews.csv
  drop "$data/shipment_deliveries.csv" orders_data/shipment_deliveries.csv
fi

# 5. Follow the run in the ledger.
heading "Following the run (etl.run_stage, pg_stat_progress_copy)"
ask() { "$psql" -qXAt -F ' ' -c "$1"; }
shown=0 state_of_run=""
while [ -d "/proc/$worker_pid" ]; do
  state_of_run=$(ask "select state from etl.run order by id desc limit 1")
  stages=$(ask "select stage, round(extract(epoch from ended_at - started_at)::numeric, 2) || ' s' from etl.run_stage
    where ended_at is not null order by started_at")
  lines=$([ -z "$stages" ] || wc -l <<<"$stages")
  if [ "${lines:-0}" -gt "$shown" ]; then
    if [ -t 1 ]; then printf '\r\033[K'; fi
    tail -n +$((shown + 1)) <<<"$stages" | while read -r stage took; do printf '  %-8s %s\n' "$stage" "$took"; done
    shown=$lines
  fi
  case "$state_of_run" in succeeded|failed) break ;; esac
  if [ -t 1 ]; then
    printf '\r\033[K  %s' "$(ask "
      select 'copying into ' || relid::regclass || ': ' || to_char(tuples_processed, 'FM999,999,999') || ' rows'
      from pg_stat_progress_copy limit 1")"
  fi
  sleep 0.2
done
if [ -z "$state_of_run" ] || [ ! -d "/proc/$worker_pid" ]; then
  echo "The worker ended before the run did. It said:"
  cat "$work/worker.log"
  exit 1
fi
for _ in $(seq 100); do compgen -G "$work/mail/*.eml" >/dev/null && break; sleep 0.1; done

# 6. What came of it.
heading "The e-mail"
cat "$work"/mail/*.eml 2>/dev/null || echo "(none yet)"
if [ "$state_of_run" = succeeded ]; then
  for table in $tables; do
    heading "$table"
    "$psql" -qX -x -c "select * from $table limit 3"
  done
  heading "Exported to s3://landing"
  keys_below() { curl -sS "$endpoint/landing?list-type=2&prefix=$1" | grep -oE '<Key>[^<]*' | sed 's/<Key>//' || true; }
  keys_below "$exports" | sed 's/^/  /'
  for key in $(keys_below rejected/); do
    case $key in
      */checks/*) heading "Rows that a check found: s3://landing/$key" ;;
      *) heading "Refused rows, to be corrected: s3://landing/$key" ;;
    esac
    curl -sS "$endpoint/landing/$key"
  done
fi
heading "To look further"
echo "  psql -h 127.0.0.1 -p $pg_port -U postgres -d etl -c 'select * from etl.run_history'"
if [ "$keep" = yes ]; then
  mkdir -p "$state"
  printf 'worker_pid=%s\naws_pid=%s\nwork=%s\n' "$worker_pid" "$aws_pid" "$work" >"$state/keep"
  for name in ${!ETLWORKER__@} ${!AWS_@}; do printf 'export %s=%q\n' "$name" "${!name}"; done >"$work/env.sh"
  today=$(ask "select max(run_date) from etl.run")
  key=$([ "$pipeline" = bank ] && echo "bank/konten_${as_of//-/}.csv" || echo orders_data/orders.csv)
  echo "  curl -T FILE $endpoint/landing/$key     drops another file (today has had its run: it is held)"
  echo "  (. $work/env.sh; $PWD/$worker retry $today --reason \"why\" --wait)     makes the run again with the newest files"
  echo "  tail -f $work/worker.log                                  the worker's log"
  echo "  ls $work/mail                                             the e-mails"
  echo "All three still run. End them with ./demo.sh --stop"
  trap - EXIT INT TERM
  disown -a
else
  echo "  (the database ends with this demo; ./demo.sh --keep leaves it running)"
fi
[ "$state_of_run" = succeeded ]
