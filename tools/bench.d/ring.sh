# What the ring costs. Sourced by tools/bench.
# shellcheck shell=bash disable=SC2154

bench_ring() {
  measure write "$work" $((spans / 5))
  rm -rf "$work"/*-*/
  measure fill "$work/ring" "$spans"
  measure find "$work/ring"
  measure_collector "$work/ring"
  measure_program "$work/ring"
  rm -rf "$work/ring"
  measure_sdk
}

measure_collector() {
  serve "$1"
  figure opening "program to ready, as the writer left it" "$ready_ms" ms
  measure ask "$1" "$api"
  measure see "$http" "$api"
  stop TERM
  serve "$1"
  figure opening "program to ready, after SIGTERM" "$ready_ms" ms
  "$bin/spoor" demo --traces 2000 --rate 5000 --tcp off --udp off --http "http://$http" >"$work/demo.log" 2>&1 ||
    die "$(cat "$work/demo.log")"
  stop KILL
  serve "$1"
  figure opening "program to ready, after kill -9" "$ready_ms" ms
  stop TERM
}

# `spoor trace --data`, from its start to its end.
measure_program() {
  local id began times=$work/times
  head -n 100 "$1.ids" | while read -r id; do
    began=$(date +%s%N)
    "$bin/spoor" trace "$id" --data "$1" >"$work/trace.txt" || die "no trace $id in $1"
    printf '%d\n' $((($(date +%s%N) - began) / 10000))
  done | sort -n >"$times"
  figure lookup "spoor trace --data, whole program, p50" "$(hundredths "$(sed -n 50p "$times")")" ms
  figure lookup "spoor trace --data, whole program, p99" "$(hundredths "$(sed -n 99p "$times")")" ms
}

hundredths() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }

# The services of the end-to-end tests, traced by OpenTelemetry's Python SDK: how large their spans are on disk.
measure_sdk() {
  local bank pricing inventory orders storefront
  need_packages python3-venv
  step "python packages" need_python_packages
  serve "$work/sdk" --capacity 256MiB
  start_service bank '{}'
  bank=$port
  start_service pricing '{}'
  pricing=$port
  start_service inventory '{}'
  inventory=$port
  start_service orders "{\"bank\": \"$bank\", \"pricing\": \"$pricing\", \"inventory\": \"$inventory\"}"
  orders=$port
  start_service storefront "{\"orders\": \"$orders\", \"pricing\": \"$pricing\"}"
  storefront=$port
  buy "$storefront" 1500
  for id in "${shop[@]}"; do kill -TERM "$id"; done
  wait "${shop[@]}" || true
  shop=()
  stop TERM
  measure used "$work/sdk" "Python SDK"
}

# start_service NAME CALLEES: `port` is then its URL.
start_service() {
  local log=$work/$1.log
  : >"$log"
  OTEL_EXPORTER_OTLP_ENDPOINT=http://$http RECORD=$work/$1.jsonl CALLEES=$2 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 \
    "$venv/bin/python" -B "$root/Tests/EndToEndTests/Services/$1.py" >"$log" 2>&1 </dev/null &
  shop+=($!)
  until grep -q '^serving ' "$log"; do
    kill -0 "$!" 2>/dev/null || die "the service $1 did not come up: $(cat "$log")"
    sleep 0.05
  done
  port=http://127.0.0.1:$(sed -n 's/^serving //p' "$log")
}

# buy URL TIMES: as many customers, one after another.
buy() {
  "$venv/bin/python" - "$1" "$2" <<'PYTHON'
import sys
import urllib.error
import urllib.request

for number in range(int(sys.argv[2])):
    path = ["/buy/tea", "/buy/cup", "/price/tea", "/buy/missing"][number % 4]
    try:
        urllib.request.urlopen(sys.argv[1] + path, timeout=30).read()
    except urllib.error.HTTPError as error:
        error.read()
PYTHON
}
