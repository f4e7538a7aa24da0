#!/usr/bin/env bash
# A PostgreSQL of our own for demo and tests: found or installed, in a directory of its own, on a free port of 127.0.0.1.
#   postgres.sh start DIR [PID]  prints "PORT BINDIR" once it answers; the superuser is postgres, without a password.
#                                It ends with the process PID, if one is given, however that ends
#                                ETLWORKER_POSTGRES_PROGRAMS, where it is set, is the folder of another PostgreSQL's programs
#                                ETLWORKER_POSTGRES_SOCKETS, where it is set, names directories of Unix sockets
#   postgres.sh restart DIR MODE   ends it (fast: sessions are notified; immediate: a crash) and starts it again on the same port
#   postgres.sh stop DIR    ends it; what is in DIR stays
# Exit 2: PostgreSQL is missing and may not be installed from here; the command to run is printed.
set -euo pipefail

fail() { printf '%s\n' "$1" >&2; exit "${2:-1}"; }

find_bindir() {
  local dir
  if [ -n "${ETLWORKER_POSTGRES_PROGRAMS:-}" ]; then
    echo "$ETLWORKER_POSTGRES_PROGRAMS"
    return
  fi
  local on_path
  on_path=$(dirname "$(readlink -f "$(command -v initdb || echo /none/none)")")
  for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV) "$on_path"; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
      echo "$dir"
      return
    fi
  done
}

install_postgres() {
  local command="apt-get install -y --no-install-recommends postgresql postgresql-client"
  command -v apt-get >/dev/null ||
    fail "PostgreSQL 14 or newer is missing. Install it so that initdb and pg_ctl are on PATH, then start again." 2
  local sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || fail "PostgreSQL is missing, and this user may not install it. Run: sudo $command" 2
    sudo="sudo -n"
  fi
  echo "PostgreSQL is missing; installing it: $command" >&2
  # Without this the package starts a server of its own on 5432.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $sudo mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive $command; } >&2 \
    || fail "PostgreSQL could not be installed. Run: sudo $command" 2
}

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  local dir=$1 owner=${2:-} bin port script
  script=$(readlink -f "$0")
  bin=$(find_bindir)
  if [ -z "$bin" ]; then
    install_postgres
    bin=$(find_bindir)
  fi
  [ -n "$bin" ] || fail "PostgreSQL was installed, but initdb is nowhere to be found." 1
  mkdir -p "$dir"
  if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$dir"; fi
  cd "$dir"
  if [ ! -e data/PG_VERSION ]; then
    as_server "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  fi
  for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))
    is_free "$port" || continue
    # Durability of a throw-away server is still PostgreSQL's own: fsync stays on, crashes are part of the tests.
    if as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='${ETLWORKER_POSTGRES_SOCKETS:-}' -c max_connections=200" \
      start >/dev/null 2>&1; then
      if [ -n "$owner" ]; then
        setsid bash "$script" watch "$dir" "$owner" </dev/null >/dev/null 2>&1 &
      fi
      echo "$port $bin"
      return
    fi
  done
  tail -n 20 "$dir/server.log" >&2 || true
  fail "PostgreSQL did not start in $dir." 1
}

stop() {
  local dir=$1 bin
  bin=$(find_bindir)
  cd "$dir"
  as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
}

restart() {
  local dir=$1 mode=$2 bin
  bin=$(find_bindir)
  cd "$dir"
  as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -m "$mode" -w -t 60 restart >/dev/null 2>&1 \
    || fail "PostgreSQL did not start again in $dir." 1
}

# A test run that is killed cannot stop its server itself.
watch() {
  while kill -0 "$2" 2>/dev/null; do sleep 1; done
  stop "$1"
}

case "${1:-}" in
  start) start "${2:?a directory}" "${3:-}" ;;
  watch) watch "${2:?a directory}" "${3:?a process}" ;;
  restart) restart "${2:?a directory}" "${3:?fast or immediate}" ;;
  stop) stop "${2:?a directory}" ;;
  *) fail "usage: postgres.sh start DIR | restart DIR fast|immediate | stop DIR" 2 ;;
esac
