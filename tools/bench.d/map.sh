# What drawing the service map costs, and what gathering it costs while spans are written. Sourced by tools/bench.
# shellcheck shell=bash disable=SC2154

bench_map() {
  measure fold "$work" $((spans / 5))
  rm -rf "$work"/*-*/
  measure day "$work/ring" "$spans"
  measure draw "$work/ring"
  serve "$work/ring" --capacity 2GiB
  measure map "$api"
  stop TERM
  time_program "spoor map --data --all" map --data "$work/ring" --all --format json
  time_program "spoor map --data --all, as SVG" map --data "$work/ring" --all --format svg
  time_program "spoor map --data --all --where" map --data "$work/ring" --all --format json --where '{ status = error }'
  time_program "spoor map --data --all --group-by" map --data "$work/ring" --all --format json --group-by host.arch
  time_program "spoor latency --data --all" latency --data "$work/ring" --all --format json
  time_program "spoor latency --data --all --service" latency --data "$work/ring" --all --service frontend --format json
}

# time_program NAME WORD...: the whole program, from its start to its end.
time_program() {
  local name=$1 began times=$work/times
  shift
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    began=$(date +%s%N)
    "$bin/spoor" "$@" >"$work/answer" || die "spoor $* failed"
    printf '%d\n' $((($(date +%s%N) - began) / 10000))
  done | sort -n >"$times"
  figure "$what" "$name, whole program, p50" "$(hundredths "$(sed -n 5p "$times")")" ms
}
