# What the tools share: steps that take one line each, and what a machine must have. Sourced by bash, not run.
# shellcheck shell=bash disable=SC2034,SC2154

# Debian's packages.
BUILD_PACKAGES=(libprotobuf-c-dev libdeflate-dev libzstd-dev libre2-dev pkg-config)
RUN_PACKAGES=(graphviz fonts-dejavu-core)
TEST_PACKAGES=(protobuf-c-compiler protobuf-compiler python3-venv strace openssl shellcheck)
# Of which the tests start servers of their own; no service of the machine's is started.
SERVER_PACKAGES=(postgresql redis-server rabbitmq-server prometheus)

# The folder that holds Package.swift.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

# die SENTENCE...: ends with what is wrong and what to do.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# step NAME COMMAND...: runs a command with its output in $logs/NAME.log and prints one line when it is done; if it
# fails, the end of its log too. A function that is run so must say `&&` itself: bash ignores `set -e` in it.
step() {
  local name=$1 log began status=0
  shift
  log=$logs/${name// /-}.log
  began=$(now)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -eq 0 ]; then
    step_done "$name" "$began"
  else
    step_failed "$name" "$began" "$log"
    return "$status"
  fi
}

step_done() { printf '%8s  %s%s\n' "$(seconds_since "$2")" "$1" "${3:+: $3}"; }

step_failed() {
  printf '%8s  %s FAILED; the end of %s:\n' "$(seconds_since "$2")" "$1" "$3"
  tail -n "${4:-40}" "$3" | sed 's/^/          | /'
} >&2

# Milliseconds, of which only differences mean anything.
now() { date +%s%3N; }

seconds_since() {
  local milliseconds=$(($(now) - $1))
  printf '%d.%d s' $((milliseconds / 1000)) $((milliseconds % 1000 / 100))
}

# need_packages NAME...: installs those of Debian's packages that are missing.
need_packages() { need_by install_packages "$@"; }

# need_servers NAME...: the same, for packages that would start a service.
need_servers() { need_by install_servers "$@"; }

# need_by FUNCTION NAME...
need_by() {
  local installer=$1 package missing=()
  shift
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "          this is no Debian or Ubuntu: see yourself that it has what these packages hold: $*"
    return
  fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || step "install ${missing[*]}" "$installer" "${missing[@]}"
}

install_packages() {
  as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@"
}

# Nothing is started, and nothing installed that they could do without.
install_servers() {
  local policy=/usr/sbin/policy-rc.d is_ours='' status=0
  if [ ! -e "$policy" ]; then
    is_ours=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" || return
  fi
  install_packages --no-install-recommends "$@" || status=$?
  [ -z "$is_ours" ] || as_root rm "$policy"
  return "$status"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "root is needed for: $*; run that as root, or install sudo" >&2
    return 1
  fi
}

# need_swift: the version that Package.swift names in its first line, or later.
need_swift() {
  local wanted found
  wanted=$(sed -n '1s/^.*swift-tools-version: *//p' "$root/Package.swift")
  command -v swift >/dev/null ||
    die "there is no Swift here: install a toolchain of version $wanted or later (https://www.swift.org/install/linux/)"
  found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
  [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    die "this is Swift ${found:-of an unknown version}: install $wanted or later (https://www.swift.org/install/linux/)"
}

# An environment of its own in $venv for what tools/requirements.txt pins; made again when that changes.
need_python_packages() {
  cmp -s "$root/tools/requirements.txt" "$venv/requirements.txt" &&
    "$venv/bin/python" -c 'import opentelemetry.sdk' && return
  rm -rf "$venv" && python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tools/requirements.txt" &&
    cp "$root/tools/requirements.txt" "$venv/requirements.txt"
}
