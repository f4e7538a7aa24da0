#!/usr/bin/env bash
# The deployment, tried for real: a Debian machine of 1 GiB and one core (systemd-nspawn in a memory cgroup) is booted with
# deploy/cloud-init.yaml, and made to load, hang, die, stop, upgrade and go back. S3, SQS and SNS are LocalAws; the database is a PostgreSQL
# beside the machine, with TLS and passwords, as RDS is.
#   sudo deploy/try.sh [--rows N] [--keep]
#   --rows N   rows of the large file (default 5000000)
#   --keep     leaves the machine running, and says how to get in; Ctrl-C ends it
# About 8 minutes. Needs root, Debian's tools (installed where they are missing) and the .NET 10 SDK. Cleans up after itself.
# Exit 0 only when everything was seen that is to be seen.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

refuse() { printf '%s\n' "$1" >&2; exit 2; }
heading() { printf '\n== %s\n' "$1"; }
fail() { printf 'NOT SEEN: %s\n' "$1"; failed=yes; }

rows=5000000 keep=no failed=no
while [ $# -gt 0 ]; do
  case "$1" in
    --rows) rows=${2:?--rows needs a number}; shift ;;
    --keep) keep=yes ;;
    *) sed -nE '2,9s/^# ?//p' "$0"; [[ $1 = -h || $1 = --help ]] && exit 0 || exit 2 ;;
  esac
  shift
done
[[ $rows =~ ^[1-9][0-9]*$ ]] || refuse "--rows '$rows' is not a number above 0."
[ "$(id -u)" = 0 ] || refuse "This needs root: sudo $0"
command -v dotnet >/dev/null ||
  refuse "The .NET 10 SDK is missing: install it (https://dot.net, or your distribution's dotnet-sdk-10.0) and start again."
missing=""
for tool in debootstrap:debootstrap systemd-nspawn:systemd-container openssl:openssl curl:curl nsenter:util-linux; do
  command -v "${tool%:*}" >/dev/null || missing="$missing ${tool#*:}"
done
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || refuse "Missing:$missing. Install them and start again."
  # shellcheck disable=SC2086 # A list of packages.
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >/dev/null ||
    refuse "Run: apt-get install -y$missing"
fi

# 1. Around the machine: the artefact, the database, the stand-in.
work=$(mktemp -d /var/tmp/etlworker-try-XXXXXX)
chmod 755 "$work"
machine=$work/machine cgroup="" nspawn="" aws_pid=""

end_all() {
  if [ -n "$nspawn" ] && [ -d "/proc/$nspawn" ]; then
    inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in $(seq 300); do [ -d "/proc/$nspawn" ] || break; sleep 0.1; done
    if [ -d "/proc/$nspawn" ]; then kill -KILL "$nspawn" || true; fi
  fi
  if [ -n "$aws_pid" ] && [ "$(cat "/proc/$aws_pid/comm" 2>/dev/null)" = LocalAws ]; then kill "$aws_pid"; fi
  "$root/tools/postgres.sh" stop "$work/postgres" || true
  [ -z "$cgroup" ] || rmdir "$cgroup" || true
  rm -rf --one-file-system "$work"
}
# shellcheck disable=SC2154 # It is assigned just here.
trap 'status=$?; trap - EXIT INT TERM; end_all; exit "$status"' EXIT
trap 'exit 130' INT TERM

heading "Publishing"
./publish.sh "$work/published/etlworker" | grep -E 'size|memory|packed'
for project in tools/LocalAws tools/SampleData; do
  dotnet build "$project" -c Release --verbosity quiet -clp:NoSummary >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
done
release=$(cat "$work/published/etlworker/deploy/RELEASE")

pack() { # pack NAME: the published folder, as it now is, under another name
  local name
  name=${release%-*}-$1
  echo "$name" >"$work/published/etlworker/deploy/RELEASE"
  mv "$work/published/etlworker" "$work/published/etlworker-$name"
  tar -czf "$work/$1.tar.gz" -C "$work/published" "etlworker-$name"
  mv "$work/published/etlworker-$name" "$work/published/etlworker"
}
pack first
pack second
printf '#!/bin/sh\n[ "$1" = --version ] || exit 1\necho broken\n' >"$work/published/etlworker/EtlWorker"
pack broken
sum_of() { sha256sum "$work/$1.tar.gz" | cut -d' ' -f1; }

heading "Starting PostgreSQL (TLS, passwords) and LocalAws beside the machine"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Certificates of the trial" \
  -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=database.try" -keyout "$work/server.key" -out "$work/server.csr" 2>/dev/null
openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 -out "$work/server.pem" \
  -extfile <(echo "subjectAltName=DNS:database.try") 2>/dev/null
started=$(tools/postgres.sh start "$work/postgres") || exit $?
read -r pg_port pg_bin <<<"$started"
export PGHOST=127.0.0.1 PGPORT=$pg_port PGUSER=postgres PGDATABASE=postgres
install -m 0600 -o postgres -g postgres "$work/server.key" "$work/server.pem" "$work/postgres/data/"
master_password=$(openssl rand -hex 16)
"$pg_bin/psql" -qX <<SQL
create role master login createrole createdb password '$master_password';
create database etl owner master;
alter system set ssl = on;
alter system set ssl_cert_file = 'server.pem';
alter system set ssl_key_file = 'server.key';
alter system set log_connections = on;
SQL
printf 'host all postgres 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n' >"$work/postgres/data/pg_hba.conf"
"$pg_bin/psql" -qXAt -c "select pg_reload_conf()" >/dev/null
export PGDATABASE=etl
ask() { "$pg_bin/psql" -qXAt -F ' ' -c "$1"; }

artifacts/bin/LocalAws/release/LocalAws serve --mail "$work/mail" --bucket landing --bucket results --bucket artefacts \
  --queue drops --topic notices \
  >"$work/aws.log" 2>&1 &
aws_pid=$!
for _ in $(seq 300); do grep -q '^ready ' "$work/aws.log" && break; sleep 0.1; done
endpoint=$(sed -nE 's/^ready (http[^ ]*[^ /]).*/\1/p' "$work/aws.log")
[ -n "$endpoint" ] || { cat "$work/aws.log"; exit 1; }
put() { curl -sS --fail-with-body -T "$1" "$endpoint/$2"; }
for name in first second broken; do put "$work/$name.tar.gz" "artefacts/$name.tar.gz"; done
put "$work/ca.pem" artefacts/rds-ca.pem

# 2. The machine: what an image of Debian would hold, with our user data.
heading "Making a Debian machine"
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' | awk '!/security/ { print $1; exit }')
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,curl,openssl,python3,procps,sudo \
  bookworm "$machine" "$mirror" >"$work/debootstrap.log" 2>&1 \
  || { tail -n 20 "$work/debootstrap.log"; exit 1; }
cp /etc/resolv.conf "$machine/etc/resolv.conf"
cp -R /etc/apt/apt.conf.d/. "$machine/etc/apt/apt.conf.d/"
cp -R /etc/ssl/certs/. "$machine/etc/ssl/certs/"
chroot "$machine" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends cloud-init' \
  >"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; exit 1; }
echo "127.0.0.1 localhost database.try" >"$machine/etc/hosts"
echo etlworker-try >"$machine/etc/hostname"
printf 'datasource_list: [NoCloud]\nnetwork: {config: disabled}\nlocale: false\nssh_genkeytypes: []\n'\
'apt: {preserve_sources_list: true}\n' >"$machine/etc/cloud/cloud.cfg.d/99-try.cfg"

# The AWS command line, as far as the first boot uses it.
cat >"$machine/usr/local/bin/aws" <<SHIM
#!/bin/sh
case "\$1 \$2" in
  "s3 cp") exec curl -sS --fail -o "\$5" "$endpoint/\${4#s3://}" ;;
  "secretsmanager get-secret-value") echo '{"username":"master","password":"$master_password"}' ;;
  *) exit 1 ;;
esac
SHIM
chmod 755 "$machine/usr/local/bin/aws"

cat >"$work/etlworker.env" <<TXT
AWS_REGION=us-east-1
AWS_ENDPOINT_URL=$endpoint
AWS_ACCESS_KEY_ID=test
AWS_SECRET_ACCESS_KEY=test
ETLWORKER__QUEUE__URL=$endpoint/000000000000/drops
ETLWORKER__PIPELINE__BUCKET=landing
ETLWORKER__PIPELINE__RESULTSBUCKET=results
ETLWORKER__PIPELINE__DEFINITION=/opt/etlworker/current/pipelines/retail/pipeline.json
ETLWORKER__DATABASE__CONNECTIONSTRING=Host=database.try;Port=$pg_port;Database=etl;Username=etlworker
ETLWORKER__NOTIFY__TOPICARN=arn:aws:sns:us-east-1:000000000000:notices
ETLWORKER__RUN__INTERVAL=00:00:10
TXT
seed=$machine/var/lib/cloud/seed/nocloud
mkdir -p "$seed"
echo "instance-id: try-1" >"$seed/meta-data"
# The placeholders, as Terraform fills them in; and Debian's names of the packages.
sed -e "s|\${region}|us-east-1|g; s|\${artefact_bucket}|artefacts|g; \
  s|\${artefact_key}|first.tar.gz|g; s|\${artefact_sha256}|$(sum_of first)|g" \
  -e "s|\${rds_ca_url}|$endpoint/artefacts/rds-ca.pem|g; s|\${environment_base64}|$(base64 -w0 "$work/etlworker.env")|g" \
  -e "s|\${database_host}|database.try:$pg_port|g; s|\${database_name}|etl|g; s|\${database_secret_arn}|master|g" \
  -e 's/^  - dnf-automatic$/  - unattended-upgrades/; s/^  - postgresql15$/  - postgresql-client/' deploy/cloud-init.yaml >"$seed/user-data"
! grep -q '\${' "$seed/user-data" ||
  { grep -n '\${' "$seed/user-data"; refuse "A placeholder of deploy/cloud-init.yaml is not filled in."; }

# 3. Boot.
heading "Booting it with 1 GiB and one core"
limit=$((1 << 30))
if [ -d /sys/fs/cgroup/memory ]; then
  cgroup=/sys/fs/cgroup/memory/$(basename "$work")
  mkdir "$cgroup"
  echo $limit >"$cgroup/memory.limit_in_bytes"
  peak() { cat "$cgroup/memory.max_usage_in_bytes"; }
  killed() { awk '$1 == "oom_kill" { print $2 }' "$cgroup/memory.oom_control"; }
else
  cgroup=/sys/fs/cgroup/$(basename "$work")
  mkdir "$cgroup"
  echo $limit >"$cgroup/memory.max"
  peak() { cat "$cgroup/memory.peak"; }
  killed() { awk '$1 == "oom_kill" { print $2 }' "$cgroup/memory.events"; }
fi
(echo "$BASHPID" >"$cgroup/cgroup.procs"; exec taskset -c 0 \
  systemd-nspawn --quiet --directory="$machine" --machine=etlworker-try --register=no --keep-unit --boot \
  --resolv-conf=off --console=pipe </dev/null >"$work/console.log" 2>&1) &
nspawn=$!
leader=""
for _ in $(seq 100); do leader=$(pgrep -P "$nspawn" -x systemd || true); [ -n "$leader" ] && break; sleep 0.1; done
[ -n "$leader" ] || { cat "$work/console.log"; exit 1; }
inside() { (echo "$BASHPID" >"$cgroup/cgroup.procs"; exec nsenter --target "$leader" --mount --uts --ipc --pid -- "$@"); }
until_true() { # until_true SECONDS COMMAND...
  local limit=$(($1 * 5))
  shift
  for _ in $(seq "$limit"); do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done
  return 1
}
property() { inside systemctl show --property="$1" --value etlworker; }
journal() { inside journalctl --unit=etlworker --no-pager --output=short --no-hostname "$@"; }
since() { inside date '+%Y-%m-%d %H:%M:%S'; }
is() { [ "$("${@:2}")" = "$1" ]; }

until_true 60 inside test -e /run/cloud-init/status.json || { cat "$work/console.log"; exit 1; }
until_true 900 inside test -e /run/cloud-init/result.json || fail "the end of cloud-init"
inside cloud-init status --long || fail "cloud-init without an error"
inside tail -n 25 /var/log/cloud-init-output.log | grep -E 'login|Release|Security|EtlWorker|rror' || true
[ "$(property ActiveState)" = active ] || { inside cat /var/log/cloud-init-output.log | tail -n 60; journal | tail -n 40; exit 1; }
inside systemctl status etlworker --no-pager --lines=0 | head -n 12

# 4. A day's set.
heading "A day's set of files: success in journalctl"
artifacts/bin/SampleData/release/SampleData --out "$work/small" --orders 10000 --bad-rows 1 >/dev/null
artifacts/bin/SampleData/release/SampleData --out "$work/large" --orders "$rows" >/dev/null
drop_set() { for file in orders reviews shipment_deliveries; do put "$1/$file.csv" "landing/orders_data/$file.csv"; done; }
from=$(since)
drop_set "$work/small"
state() { ask "select state from etl.run order by id desc limit 1"; }
until_true 120 is succeeded state || fail "a run that succeeded (state: $(state))"
until_true 30 compgen -G "$work/mail/*.eml" || fail "the e-mail"
journal --since "$from"
grep -h '^Subject' "$work"/mail/*.eml || true
echo "journalctl -p warning -u etlworker:"
journal --since "$from" --priority=warning

# 5. A worker that hangs.
heading "A worker that hangs (SIGSTOP): the watchdog"
from=$(since)
inside kill -STOP "$(property MainPID)"
restarted() { [ "$(property NRestarts)" -gt "$1" ] && [ "$(property ActiveState)" = active ]; }
count=$(property NRestarts)
until_true 300 restarted "$count" || fail "a restart by the watchdog"
journal --since "$from" | grep -E 'atchdog|Listening|restart' || true

# 6. The large file, killed in the middle.
date=$(ask "select run_date from etl.run order by id desc limit 1")
copying() { [ "$(ask "select coalesce(max(tuples_processed), 0) from pg_stat_progress_copy")" -gt $((rows / 10)) ]; }
attempt() { ask "select attempt from etl.run order by id desc limit 1"; }
held() { [ "$(ask "select count(*) from etl.drop where disposition = 'held'")" -ge "$1" ]; }
again() { inside etlworker retry "$date" --reason "$1" || fail "retry"; }
begin_large() {
  again "$1"
  until_true 120 copying || fail "a COPY in progress"
}
end_large() {
  until_true 300 is succeeded state || fail "a run that succeeded (state: $(state), attempt $(attempt))"
  journal --since "$from" | grep -vE 'systemd\[1\]: (Stopp|Start)' | tail -n "${1:-12}"
  local count
  count=$(ask "select count(*), count(distinct order_id) from staging.orders")
  echo "staging.orders: $count (rows, distinct keys)"
}

heading "$rows rows, and kill -9 in the middle"
drop_set "$work/large"
until_true 120 held 3 || fail "the second set of the day held"
from=$(since)
begin_large "the large file"
inside kill -KILL "$(property MainPID)"
end_large 14
large=$(ask "select count(*) from staging.orders")

heading "systemctl stop in the middle: clean, and resumed at the start"
from=$(since)
begin_large "to be stopped"
inside systemctl stop etlworker
printf 'Result=%s ExecMainStatus=%s ActiveState=%s; rows left in staging: %s\n' \
  "$(property Result)" "$(property ExecMainStatus)" "$(property ActiveState)" "$(ask "select count(*) from staging.orders")"
[ "$(property Result) $(property ExecMainStatus)" = "success 0" ] || fail "a clean stop"
journal --since "$from" --grep "was stopped; what was not committed is rolled back" >/dev/null || fail "that the load was rolled back"
inside systemctl start etlworker
end_large 12

heading "An upgrade in the middle of a run"
from=$(since)
begin_large "to be upgraded"
inside etlworker-fetch s3://artefacts/second.tar.gz "$(sum_of second)" || fail "an upgrade"
end_large 12

heading "What must not be installed"
inside etlworker-fetch s3://artefacts/second.tar.gz "$(sum_of first)" && fail "a refusal of a wrong SHA-256"
inside etlworker-fetch s3://artefacts/broken.tar.gz "$(sum_of broken)" >"$work/broken.log" 2>&1 &&
  fail "a refusal of a release that does not come up"
tail -n 6 "$work/broken.log"
links() { inside ls -l /opt/etlworker | grep -- '->' | sed -E 's/.* ([a-z]+ ->)/\1/'; }
links
[ "$(property ActiveState)" = active ] || fail "the former release running again"
[[ $(links) = *"current -> releases/${release%-*}-second"*"previous -> releases/${release%-*}-first"* ]] ||
  fail "the two releases that work in place"
inside /opt/etlworker/current/deploy/install.sh --rollback || fail "a rollback by hand"
[[ $(links) = *"current -> releases/${release%-*}-first"* ]] || fail "the first release in place"

heading "Bad configuration: exit code 78, and no restart"
from=$(since)
inside sh -c 'cp /etc/etlworker/etlworker.env /var/tmp/good.env; echo ETLWORKER__QUEUE__URI=x >>/etc/etlworker/etlworker.env'
inside systemctl restart etlworker 2>/dev/null && fail "a start refused"
echo "journalctl -p err -u etlworker:"
journal --since "$from" --priority=err
journal --since "$from" --priority=err --grep "QUEUE__URI is not a key" >/dev/null || fail "the fault as an error in the journal"
[ "$(property ExecMainStatus) $(property ActiveState)" = "78 failed" ] || fail "exit code 78 without a restart"
inside cp /var/tmp/good.env /etc/etlworker/etlworker.env
inside systemctl start etlworker

heading "Memory"
worker=$(property MainPID)
from=$(since)
begin_large "for its memory"
end_large 4
inside grep -E 'VmHWM' "/proc/$worker/status" | sed "s/VmHWM:[[:space:]]*/the worker's peak, resident: /"
echo "the machine's peak: $(($(peak) >> 20)) MB of 1024, page cache included; killed for want of memory: $(killed)"
[ "$(killed)" = 0 ] || fail "a load without an OOM kill"
[ "$large" = "$(ask "select count(*) from staging.orders")" ] || fail "the same rows after every fault"

heading "$([ "$failed" = no ] && echo "All seen" || echo "Not all was seen")"
if [ "$keep" = yes ]; then
  echo "To get in: nsenter --target $leader --mount --uts --ipc --pid -- bash      Ctrl-C here ends the machine."
  wait "$nspawn" || true
fi
[ "$failed" = no ]
