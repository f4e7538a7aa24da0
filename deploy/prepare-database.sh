#!/usr/bin/env bash
# Makes the worker's login in PostgreSQL, by the master user whose secret RDS keeps in Secrets Manager. Safe to run again: where the
# login works already, nothing is asked of anybody.
#   prepare-database.sh HOST DATABASE SECRET_ARN
# The login `etlworker` is no superuser: it may connect and make schemas of its own (`etlworker migrate` does). It is a member of the role
# `etlworker_tables`, which may make schemas and has no right to the ledger: for ETLWORKER__PIPELINE__MIGRATEAS. With
# ETLWORKER__DATABASE__AUTHENTICATION=iam it logs in by RDS IAM tokens; else by a password that is made here and known to nobody.
set -euo pipefail
umask 077

[ $# = 3 ] || { sed -nE '4s/^# +/usage: /p' "$0" >&2; exit 2; }
export PGHOST=$1 PGDATABASE=$2 PGPORT=5432 PGSSLMODE=verify-full PGSSLROOTCERT=/etc/etlworker/rds-ca.pem PGCONNECT_TIMEOUT=10
case "$PGHOST" in *:*) PGPORT=${PGHOST##*:} PGHOST=${PGHOST%:*} ;; esac
secret_arn=$3
login=etlworker
password_file=/etc/credstore/etlworker.database-password
# As systemd reads it: the last line counts, blanks and a CR at its end do not.
setting() {
  sed -nE "s/[[:space:]]+\$//; s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*['\"]?([^'\"]*)['\"]?\$/\1/p" /etc/etlworker/etlworker.env |
    tail -n 1
}
AWS_REGION=$(setting AWS_REGION)
export AWS_REGION AWS_DEFAULT_REGION=$AWS_REGION
authentication=$(setting ETLWORKER__DATABASE__AUTHENTICATION)

# Passwords go by the environment: an argument can be read by everybody on the machine.
why=""
can_log_in() {
  local password
  case "$authentication" in
    iam) password=$(aws rds generate-db-auth-token --hostname "$PGHOST" --port "$PGPORT" --username "$login") || return 1 ;;
    *) password=$(cat "$password_file" 2>/dev/null) || return 1 ;;
  esac
  why=$(PGUSER=$login PGPASSWORD=$password psql -qXAt -c "select 1" 2>&1 >/dev/null)
}

if can_log_in; then
  echo "The login $login works."
  exit 0
fi

secret=$(aws secretsmanager get-secret-value --secret-id "$secret_arn" --query SecretString --output text) || {
  [ -z "$why" ] || echo "The login $login does not work: $why" >&2
  echo "The master secret $secret_arn cannot be read. An instance may read it for two hours after the first apply:" \
    "terraform apply -replace=terraform_data.first_apply" >&2
  exit 1
}
PGUSER=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["username"])' <<<"$secret")
PGPASSWORD=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["password"])' <<<"$secret")
export PGUSER PGPASSWORD

psql -qX -v ON_ERROR_STOP=1 -v login="$login" -v tables="${login}_tables" <<'SQL'
select format('create role %I login', :'login') where not exists (select from pg_roles where rolname = :'login') \gexec
select format('create role %I nologin', :'tables') where not exists (select from pg_roles where rolname = :'tables') \gexec
grant connect, create, temporary on database :"DBNAME" to :"login";
grant create on database :"DBNAME" to :"tables";
grant :"tables" to :"login";
SQL
if [ "$authentication" = iam ]; then
  psql -qX -v ON_ERROR_STOP=1 -v login="$login" <<<'grant rds_iam to :"login";'
else
  NEW_PASSWORD=$(openssl rand -hex 32)
  export NEW_PASSWORD
  psql -qX -v ON_ERROR_STOP=1 -v login="$login" <<'SQL'
\getenv password NEW_PASSWORD
alter role :"login" password :'password';
SQL
  mkdir -p "$(dirname "$password_file")"
  printf '%s' "$NEW_PASSWORD" >"$password_file.new"
  mv "$password_file.new" "$password_file"
fi

can_log_in || { echo "The login $login was made and does not work: $why" >&2; exit 1; }
echo "The login $login is made."
