#!/usr/bin/env bash
# scikit-learn behind its plugin, from a pipeline to an answer over HTTP. BINARY is the executable.
# With a Python as second argument, which must have scikit-learn, the plugin runs in it; without, it
# gets its private environment from PyPI, as a user's first run does.
set -euo pipefail
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
python=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)

work=$(mktemp -d)
server=
stop() {
    if [ -n "$server" ]; then kill -TERM "$server" 2>/dev/null && wait "$server" || true; fi
    rm -rf "$work"
}
trap stop EXIT
cd "$work"
export XDG_DATA_HOME=$work/data
"$binary" init --quiet >/dev/null
if [ -n "$python" ]; then
    mkdir -p workspace/plugins
    cp -r "$root/Plugins/sklearn" workspace/plugins/sklearn
    sed -i "/^requirements:/d; s|^command:.*|command: [\"$python\", main.py]|" \
        workspace/plugins/sklearn/plugin.yaml
fi

cat >svc.yaml <<'YAML'
name: svc
tasks:
  load: {component: data.import, with: {path: workspace/data/penguins.csv}}
  split:
    component: data.split
    with: {table: "${{ tasks.load.table }}", test: 0.2, stratify: species}
  fit:
    component: train
    with:
      table: "${{ tasks.split.train }}"
      target: species
      algorithm: sklearn.svc
      settings: {C: 2.0}
  score:
    component: evaluate
    with:
      model: "${{ tasks.fit.model }}"
      table: "${{ tasks.split.test }}"
      gate: accuracy >= 0.95
  register:
    component: register
    with: {model: "${{ tasks.fit.model }}", name: svc}
    needs: [score]
  deploy: {component: deploy, with: {uri: "${{ tasks.register.uri }}"}}
outputs: {accuracy: "${{ tasks.score.accuracy }}", endpoint: "${{ tasks.deploy.endpoint }}"}
YAML
"$binary" run svc.yaml --json --quiet >run.json
grep -q '"endpoint": "/v2/models/svc/infer"' run.json
echo "OK sklearn: a pipeline trained, judged, registered and deployed sklearn.svc"
"$binary" run svc.yaml --json --quiet >again.json
[ "$(grep -c '"cached": true' again.json)" = 6 ]
echo "OK sklearn: the same pipeline again came from the cache"

"$binary" train --data workspace/data/penguins.csv --target species \
    --algorithm sklearn.random_forest --set n_estimators=20 --holdout 0.2 --json --quiet >forest.json
grep -q '"algorithm": "sklearn.random_forest"' forest.json
grep -q '"test_metrics"' forest.json
"$binary" predict --model models:/penguins/1 --data workspace/data/penguins.csv >forest.csv
[ "$(wc -l <forest.csv)" = 345 ]
echo "OK sklearn: train and predict by sklearn.random_forest"

"$binary" serve models:/svc@champion --port 0 --json >serve.json &
server=$!
for _ in $(seq 300); do
    grep -q '^}' serve.json 2>/dev/null && break
    kill -0 "$server" # stops here if the server is gone
    sleep 0.1
done
url=$(sed -n 's/.*"url": "\(.*\)".*/\1/p' serve.json | head -1)
cat >request.json <<'JSON'
{"inputs": [
  {"name": "island", "datatype": "BYTES", "shape": [2], "data": ["Torgersen", "Biscoe"]},
  {"name": "bill_length_mm", "datatype": "FP64", "shape": [2], "data": [39.1, 47.6]},
  {"name": "bill_depth_mm", "datatype": "FP64", "shape": [2], "data": [18.7, 14.5]},
  {"name": "flipper_length_mm", "datatype": "INT64", "shape": [2], "data": [181, 215]},
  {"name": "body_mass_g", "datatype": "INT64", "shape": [2], "data": [3750, 5400]},
  {"name": "sex", "datatype": "BYTES", "shape": [2], "data": ["male", "male"]},
  {"name": "year", "datatype": "INT64", "shape": [2], "data": [2007, 2007]}
]}
JSON
curl -sS --fail-with-body "$url/v2/models/svc/infer" -d @request.json >answer.json
grep -q '"data":\["Adelie","Gentoo"\]' answer.json
echo "OK sklearn: bancada serve answered a V2 request for models:/svc@champion"
