# Sourced: makes Tests/Interop/.venv, the real clients from PyPI in their pinned versions, and sets
# `python` to its interpreter and `mlflow` to MLflow's program.
interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$interop/.venv/bin/python
mlflow=$interop/.venv/bin/mlflow

if ! command -v python3 >/dev/null 2>&1; then
    bash "$interop/../../.ci/setup" python3 python3-venv
fi
if ! cmp -s "$interop/requirements.txt" "$interop/.venv/installed.txt"; then
    rm -rf "$interop/.venv"
    python3 -m venv "$interop/.venv" ||
        { bash "$interop/../../.ci/setup" python3-venv && python3 -m venv "$interop/.venv"; }
    "$python" -m pip install --quiet --disable-pip-version-check -r "$interop/requirements.txt"
    cp "$interop/requirements.txt" "$interop/.venv/installed.txt"
fi
