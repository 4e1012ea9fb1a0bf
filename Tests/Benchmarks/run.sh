#!/usr/bin/env bash
# make bench: prints the timings as a table. BINARY is the build's executable.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash .ci/setup wrk strace python3
. Tests/Interop/environment.sh # MLflow, for both sides of the tracking table
# These variables pin OpenBLAS to older kernels; both sides of every comparison run without them.
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python3 Tests/Benchmarks/bench.py "$1"
