#!/usr/bin/env bash
# make interop: unmodified clients from PyPI, in a virtual environment with pinned packages,
# against `bancada serve` on a free port. BINARY is the build's executable.
set -euo pipefail
cd "$(dirname "$0")"
binary=$(cd "$(dirname "../../$1")" && pwd)/$(basename "$1")

if ! command -v python3 >/dev/null 2>&1; then
    bash ../../.ci/setup python3 python3-venv
fi
if ! cmp -s requirements.txt .venv/installed.txt; then
    rm -rf .venv
    python3 -m venv .venv || { bash ../../.ci/setup python3-venv && python3 -m venv .venv; }
    .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt .venv/installed.txt
fi

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null && wait "$server" || true; fi
    rm -rf "$work"
}
trap stop EXIT

data=../../workspace/data/penguins.csv
"$binary" train --data "$data" --target species --holdout 0.2 --workspace "$work/ws" --json >"$work/train.json"
"$binary" serve models:/penguins/1 --port 0 --workspace "$work/ws" --json >"$work/serve.json" &
server=$!
for _ in $(seq 100); do
    grep -q '^}' "$work/serve.json" 2>/dev/null && break
    kill -0 "$server" # stops here if the server is gone
    sleep 0.1
done
url=$(.venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$work/serve.json")
.venv/bin/python serving.py "$url" penguins
bash sklearn.sh "$binary"
