# Every way in and every question at once, under the thread sanitizer. Sourced by tools/soak, not run.
# shellcheck shell=bash disable=SC2154

# The attacks end in bytes that are no requests, and senders are cut off at the end: what counts is what the sanitizer says.
soak_race() {
  local sanitized=$root/.build/race/release/spoor way
  check "build the release under the thread sanitizer" race_build || return
  for way in plain tls; do
    check "race $way for $race s" race_through "$sanitized" "$way" || true
  done
}

race_build() {
  local out=$root/.build/race wraps=() symbol
  mkdir -p "$out" && clang -O2 -c "$root/tools/soak.d/mutex.c" -o "$out/mutex.o" || return
  # As mutex.c names them.
  while IFS= read -r symbol; do
    wraps+=(-Xlinker "--wrap=$symbol")
  done < <(sed -n 's/^#define [A-Z]* "\(.*\)"$/\1/p' "$root/tools/soak.d/mutex.c")
  swift build -c release --sanitize thread --scratch-path "$out" --product spoor -Xlinker "$out/mutex.o" "${wraps[@]}"
}

# race_through SPOOR WAY: fails if the sanitizer reported anything, or the collector did not end as it should.
race_through() {
  local spoor=$1 way=$2 out=$logs/race-$2 sockets jobs=() status=0
  export TSAN_OPTIONS="suppressions=$root/tools/soak.d/tsan-suppressions.txt history_size=4 exitcode=0"
  rm -rf "$out" && mkdir -p "$out" && sockets=$(mktemp -d) || return
  race_serve || return
  race_send
  race_ask &
  jobs+=($!)
  race_attack
  wait "${jobs[@]: -1}"
  # Senders are still at it.
  kill -TERM "$server"
  wait "$server" || status=$?
  server=''
  kill "${jobs[@]}" 2>/dev/null || true
  wait
  rm -rf "$sockets"
  say "the collector ended with $status"
  tail -n 1 "$out/serve.log"
  tail -qn 4 "$out"/metrics.txt
  if grep -c 'WARNING: ThreadSanitizer' "$out"/*.log | grep -v ':0$'; then status=1; fi
  return "$status"
}

# 32 MiB are sealed and overwritten every few seconds.
race_serve() {
  local options=()
  if [ "$way" = tls ]; then
    race_pair "$out/authority" && race_certificate || return
    options=(--tls-cert "$out/own.pem" --tls-key "$out/own.key" --api-tls-cert off)
  fi
  "$spoor" serve --data "$out/ring" --capacity 32MiB --otlp-grpc 127.0.0.1:0 --otlp-http 127.0.0.1:0 \
    --tcp 127.0.0.1:0 --tcp "unix:$sockets/tcp" --udp 127.0.0.1:0 --udp "unix:$sockets/udp" --xray-udp 127.0.0.1:0 \
    --api 127.0.0.1:0 "${options[@]}" >"$out/serve.log" 2>&1 </dev/null &
  server=$!
  until grep -qx ready "$out/serve.log"; do
    kill -0 "$server" 2>/dev/null || return
    sleep 0.1
  done
}

# race_pair FILE OPTION...: a certificate and its key.
race_pair() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$(basename "$1")" \
    -keyout "$1.key" -out "$1.pem" "${@:2}"
}

# Another pair of the same authority, in its place at once, so that neither file is ever half there.
race_certificate() {
  race_pair "$out/new" -CA "$out/authority.pem" -CAkey "$out/authority.key" \
    -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 &&
    mv "$out/new.key" "$out/own.key" && mv "$out/new.pem" "$out/own.pem"
}

# race_door NAME: where the first listener of this name is.
race_door() { sed -n "s/^listening $1 //p" "$out/serve.log" | head -n 1; }

race_send() {
  local s='' trust=()
  [ "$way" = plain ] || s=s trust=(--ca-file "$out/authority.pem")
  race_load http "http$s://$(race_door otlp-http)" --rate max --connections 4
  race_load http-gzip "http$s://$(race_door otlp-http)" --rate 2000 --compression gzip --connections 2
  race_load http-zstd "http$s://$(race_door otlp-http)" --rate 2000 --compression zstd --batch 20
  race_load grpc "grpc$s://$(race_door otlp-grpc)" --rate max --connections 4
  race_load grpc-gzip "grpc$s://$(race_door otlp-grpc)" --rate 2000 --compression gzip --batch 20
  race_load tcp "tcp$s://$(race_door tcp)" --rate max --connections 4
  trust=()
  [ "$way" = tls ] || race_load tcp-unix "tcp://unix:$sockets/tcp" --rate 2000
  race_load udp "udp://$(race_door udp)" --rate 2000
  race_load udp-unix "udp://unix:$sockets/udp" --rate 2000
  race_xray &
  jobs+=($!)
}

race_load() {
  "$spoor" load --to "$2" --duration "$((race + 60))s" "${trust[@]}" "${@:3}" >"$out/load-$1.log" 2>&1 </dev/null &
  jobs+=($!)
}

race_xray() {
  local door request
  door=$(race_door xray-udp)
  request=$(base64 -w 0 "$root/Tests/OTLPCodecTests/Corpus/protobuf/rich")
  while kill -0 "$server" 2>/dev/null; do
    printf '{"format":"json","version":1}\nT1S%s' "$request" >"/dev/udp/${door%:*}/${door##*:}" 2>/dev/null || true
    sleep 0.005
  done
}

# Questions of every kind, one after another; certificates change meanwhile.
race_ask() {
  local end=$((SECONDS + race)) api trace
  api=$(race_door api)
  while [ "$SECONDS" -lt "$end" ]; do
    for question in services map latency; do "$spoor" "$question" --server "http://$api" || true; done
    trace=$("$spoor" search '{ status = error }' --format json --server "http://$api" |
      grep -oE '"[0-9a-f]{32}"' | head -n 1 | tr -d '"') || true
    [ -z "$trace" ] || "$spoor" trace "$trace" --server "http://$api" || true
    race_metrics "$api" >"$out/metrics.txt" || true
    [ "$way" = plain ] || race_certificate || true
  done >"$out/ask.log" 2>&1 </dev/null
}

race_metrics() {
  exec 9<>"/dev/tcp/${1%:*}/${1##*:}" || return
  printf 'GET /metrics HTTP/1.1\r\nHost: spoor\r\nConnection: close\r\n\r\n' >&9
  cat <&9
  exec 9>&-
}

# Each attack for as long as leaves time for all.
race_attack() {
  local attacker=$root/Tests/EndToEndTests/Services/attacker.py attack attacks
  mapfile -t attacks < <(python3 -B "$attacker" --list)
  for attack in "${attacks[@]}"; do
    python3 -B "$attacker" "$attack" "$((race / ${#attacks[@]}))" "http=$(race_door otlp-http)" \
      "grpc=$(race_door otlp-grpc)" "tcp=$(race_door tcp)" "udp=$(race_door udp)" || return
  done >"$out/attacks.log" 2>&1
}
