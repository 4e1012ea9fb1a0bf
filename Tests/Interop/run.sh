#!/usr/bin/env bash
# make interop: unmodified clients from PyPI, in a virtual environment with pinned packages, against
# the servers on free ports; then what those servers keep when they are killed. BINARY is the
# build's executable.
set -euo pipefail
cd "$(dirname "$0")"
binary=$(cd "$(dirname "../../$1")" && pwd)/$(basename "$1")
. ./environment.sh
bash ../../.ci/setup libfaketime # a clock for the tests to set

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null && wait "$server" || true; fi
    server=
}
trap 'stop; rm -rf "$work"' EXIT

# start COMMAND...: a server of Bancada in the background; sets `url` to its address.
start() {
    stop
    "$binary" "$@" --port 0 --json >"$work/server.json" &
    server=$!
    for _ in $(seq 100); do
        grep -q '^}' "$work/server.json" 2>/dev/null && break
        kill -0 "$server" # stops here if the server is gone
        sleep 0.1
    done
    url=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$work/server.json")
}
step() { printf '\n-- %s\n' "$*"; }

step "tritonclient against bancada serve"
"$binary" train --data ../../workspace/data/penguins.csv --target species --holdout 0.2 \
    --workspace "$work/ws" --json >"$work/train.json"
start serve models:/penguins/1 --workspace "$work/ws"
"$python" serving.py "$url" penguins
stop
bash sklearn.sh "$binary"

step "MLflow's client against bancada up"
start up --workspace "$work/tracking"
"$python" mlflow_suite.py "$url"
step "MLflow's client against bancada up that wants a token"
BANCADA_TOKEN=interop-secret start up --workspace "$work/token"
"$python" mlflow_suite.py "$url" --token interop-secret --only fluent,artifacts,plain_http
stop
step "the same calls to mlflow server and to bancada up"
"$python" mlflow_differential.py "$binary" --mlflow "$mlflow"
step "broken requests"
"$python" mlflow_fuzz.py "$binary" --seconds 30
step "kill -9 between any two calls"
"$python" restart.py "$binary"
step "models between MLflow's client and Bancada"
"$python" mlflow_models.py "$binary"
step "moving in from MLflow, and out to it"
"$python" exchange.py "$binary"
step "full disks, broken uploads, two servers on one port, a clock that is set back"
"$python" faults.py "$binary"
