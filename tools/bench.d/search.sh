# What questions in TraceQL take. Sourced by tools/bench.
# shellcheck shell=bash disable=SC2154

bench_search() {
  measure day "$work/ring" "$spans"
  measure question "$work/ring"
  time_program "spoor search --data --all, a pattern on all" search --data "$work/ring" --all --format json \
    '{ name =~ ".*nowhere.*" || name = "SELECT table1" }'
  time_program "spoor query --data --all" query --data "$work/ring" --all '{ } | rate() by (resource.service.name)'
}
