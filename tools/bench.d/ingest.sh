# What a span costs by each way in. Sourced by tools/bench.
# shellcheck shell=bash disable=SC2154

bench_ingest() {
  seed=0
  measure floors
  measure decode 65536
  measure_start
  local ways=(
    "http|http://HTTP|--batch 512 --connections 64"
    "grpc|grpc://GRPC|--batch 512 --connections 64"
    "tcp|tcp://TCP|--batch 512 --connections 64"
    # At a rate: nothing tells a sender of datagrams to slow down, so at most means as many as get lost.
    "udp, 3 a datagram|udp://UDP|--batch 3 --rate 250000"
    "http gzip|http://HTTP|--batch 512 --connections 64 --compression gzip"
    "grpc gzip|grpc://GRPC|--batch 512 --connections 64 --compression gzip"
    "http zstd|http://HTTP|--batch 512 --connections 64 --compression zstd"
    "http, 8 senders|http://HTTP|--batch 512 --connections 8"
    "tcp, 8 senders|tcp://TCP|--batch 512 --connections 8"
    "http, 8 a request|http://HTTP|--batch 8 --connections 64"
    "grpc, 8 a request|grpc://GRPC|--batch 8 --connections 64"
  )
  local way name url options
  fill_ring
  for way in "${ways[@]}"; do
    IFS='|' read -r name url options <<<"$way"
    # shellcheck disable=SC2086  # several words
    measure_way "$name" "$url" $options
  done
  rm -rf "$work/ring"
  measure_memory
  measure_questions
  measure_attacks
}

# destination URL: with the port that the collector has now.
destination() {
  local url=${1/HTTP/$http}
  url=${url/GRPC/$grpc}
  url=${url/TCP/$tcp}
  printf %s "${url/UDP/$udp}"
}

# load OPTION...: sends traffic; what became of it lies in $work/load.json.
load() {
  # Other traces each time: an ID that comes again is a trace that goes on, and has to be linked to what the ring holds of it.
  seed=$((seed + 1))
  # 1 says that some spans were not accepted, which the figures tell.
  "$bin/spoor" load --format json --seed "$seed" "$@" >"$work/load.json" 2>"$work/load.log" || [ $? -eq 1 ] ||
    die "$(cat "$work/load.log")"
}

# sent MEMBER: a number of the last load's summary.
sent() { sed -n "s/^ *\"$1\" *: *\([0-9.]*\).*/\1/p" "$work/load.json" | head -n 1; }

# The collector's own counter.
counter() { curl -fsS "http://$api/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

# Processor time of the collector in milliseconds.
processor_ms() {
  awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print int(($12 + $13) * 1000 / tick) }' "/proc/$server/stat"
}

# memory FIELD: of the collector, in MiB.
memory() { awk -v field="$1:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$server/status"; }

# A ring that has been full once, as nearly every one is: pages that the machine has never touched are taken from its host
# while they are written, at ten times the price.
fill_ring() {
  serve "$work/ring" --capacity 512MiB
  load --to "tcp://$tcp" --rate max --spans 8000000 --batch 512 --connections 64
  settle
  stop TERM
}

# Waits until the collector has nothing left to do: what was stored is summed up and sealed in the background.
settle() {
  local before after
  after=$(processor_ms)
  while before=$after && sleep 0.5 && after=$(processor_ms) && [ $((after - before)) -gt 10 ]; do :; done
}

# measure_way NAME URL [OPTION...]: as many spans as go, or as --rate says, for --seconds, after two seconds to warm up.
# With all the processor time that they take, until nothing is left to do.
measure_way() {
  local name=$1 url=$2 before after stored_before stored lost
  shift 2
  [[ " $* " = *" --rate "* ]] || set -- --rate max "$@"
  serve "$work/ring"
  url=$(destination "$url")
  load --to "$url" --duration 2s "$@"
  settle
  before=$(processor_ms)
  stored_before=$(counter spoor_spans_stored_total)
  load --to "$url" --duration "${seconds}s" "$@"
  settle
  after=$(processor_ms)
  stored=$(($(counter spoor_spans_stored_total) - stored_before))
  lost=$(($(sent spans) - stored))
  [ "$stored" -gt 0 ] || die "$name: nothing was stored: $(cat "$work/load.json")"
  figure "$name" "process CPU" "$(ratio $(((after - before) * 1000)) "$stored")" "us/span"
  figure "$name" "stored" "$(ratio "$((stored * 1000000000))" "$(sent duration_ns)" 0)" "spans/s"
  figure "$name" "sent and not stored" "$lost" spans
  [ -z "$(sent p99_ns)" ] || [ "$(sent unacknowledged)" != 0 ] ||
    figure "$name" "answered within, p99" "$(ratio "$(sent p99_ns)" 1000000)" ms
  figure "$name" "memory, at most" "$(memory VmHWM)" MiB
  stop TERM
}

# ratio A B [DECIMALS]
ratio() { awk -v a="$1" -v b="$2" -v decimals="${3:-3}" 'BEGIN { printf "%.*f", decimals, a / b }'; }

measure_start() {
  local began best=999999 ready=999999 turn took request=$root/Tests/OTLPCodecTests/Corpus/protobuf/rich
  for turn in 1 2 3 4 5; do
    rm -rf "$work/ring"
    began=$(now)
    serve "$work/ring" --capacity 2GiB
    [ "$ready_ms" -ge "$ready" ] || ready=$ready_ms
    curl -fsS --data-binary "@$request" -H 'Content-Type: application/x-protobuf' "http://$http/v1/traces" >/dev/null
    took=$(($(now) - began))
    [ "$took" -ge "$best" ] || best=$took
    [ "$(counter spoor_spans_stored_total)" -gt 0 ] || die "the first span was not stored"
    if [ "$turn" -lt 5 ]; then stop TERM; fi
  done
  figure start "program to ready, best of 5" "$ready" ms
  # Among them what curl takes.
  figure start "program to a first span accepted, best of 5" "$best" ms
  sleep 2
  figure idle "memory" "$(memory VmRSS)" MiB
  stop TERM
  rm -rf "$work/ring"
}

measure_memory() {
  serve "$work/ring" --capacity 2GiB
  load --to "http://$http" --rate 100000 --duration "${minutes}m"
  figure "100 k/s" "for ${minutes} min: accepted" "$(sent accepted)" spans
  figure "100 k/s" "answered within, p99" "$(ratio "$(sent p99_ns)" 1000000)" ms
  figure "100 k/s" "memory, at most" "$(memory VmHWM)" MiB
  stop TERM
  rm -rf "$work/ring"
}

# How soon senders are answered at half of what the collector takes at most, alone and while eight people search without pause.
measure_questions() {
  local most asking
  serve "$work/ring" --capacity 4GiB
  load --to "http://$http" --rate max --batch 512 --connections 64 --duration "${seconds}s"
  most=$(ratio "$(($(sent accepted) * 1000000000))" "$(sent duration_ns)" 0)
  settle
  figure searched "stored at most, nobody asking" "$most" "spans/s"
  load --to "http://$http" --rate $((most / 2)) --batch 512 --connections 64 --duration "${seconds}s"
  figure searched "half of it, nobody asking: answered within, p99" "$(ratio "$(sent p99_ns)" 1000000)" ms
  measure search "$api" 8 $((seconds + 1)) &
  asking=$!
  load --to "http://$http" --rate $((most / 2)) --batch 512 --connections 64 --duration "${seconds}s"
  wait "$asking"
  figure searched "half of it, 8 searching: stored" \
    "$(ratio "$(($(sent accepted) * 1000000000))" "$(sent duration_ns)" 0)" "spans/s"
  figure searched "half of it, 8 searching: not accepted" "$(($(sent spans) - $(sent accepted)))" spans
  figure searched "half of it, 8 searching: answered within, p99" "$(ratio "$(sent p99_ns)" 1000000)" ms
  figure searched "memory, at most" "$(memory VmHWM)" MiB
  stop TERM
  rm -rf "$work/ring"
}

# How soon a polite sender is answered while somebody attacks next door, and whether all its spans are taken.
measure_attacks() {
  local attacker=$root/Tests/EndToEndTests/Services/attacker.py attack worst=0 id doors
  serve "$work/ring" --capacity 4GiB
  doors=("http=$http" "grpc=$grpc" "tcp=$tcp" "udp=$udp")
  for attack in none $(python3 -B "$attacker" --list); do
    id=''
    if [ "$attack" != none ]; then
      python3 -B "$attacker" "$attack" 4 "${doors[@]}" >"$work/attack.log" 2>&1 </dev/null &
      id=$!
    fi
    load --to "http://$http" --rate 5000 --batch 50 --connections 8 --duration 3s
    [ -z "$id" ] || wait "$id" || die "$attack: $(cat "$work/attack.log")"
    [ "$(sent accepted)" = "$(sent spans)" ] || die "$attack: spans were lost: $(cat "$work/load.json")"
    figure attack "$attack: answered within, p99" "$(ratio "$(sent p99_ns)" 1000000)" ms
    worst=$(awk -v a="$worst" -v b="$(sent p99_ns)" 'BEGIN { print (a > b ? a : b) }')
  done
  figure attack "the worst p99" "$(ratio "$worst" 1000000)" ms
  figure attack "memory, at most" "$(memory VmHWM)" MiB
  stop TERM
  rm -rf "$work/ring"
}
