"""Writes sample.csv, describe.json (what pandas says of it) and sample.csv.gz (two members).

    python3 -m venv venv && venv/bin/pip install pandas==3.1.1
    venv/bin/python generate.py
"""
import gzip
import json
import pathlib

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).parent
g = np.random.default_rng(51)
n = 37
frame = pd.DataFrame({
    "whole": g.integers(-50, 50, n).astype(object), "real": np.round(g.normal(1e5, 3, n), 3),
    "tiny": g.normal(0, 1e-12, n), "word": g.choice(["a", "b", "long, quoted", 'say "x"'], n),
})
frame.loc[[2, 9], "whole"] = None
frame.loc[4, "word"] = None
frame.to_csv(HERE / "sample.csv", index=False, lineterminator="\n")

text = (HERE / "sample.csv").read_bytes()
halves = [gzip.compress(part, mtime=0) for part in (text[:700], text[700:])]
(HERE / "sample.csv.gz").write_bytes(b"".join(halves))

frame = pd.read_csv(HERE / "sample.csv")
columns = {}
for name in ["whole", "real", "tiny"]:
    values = frame[name].describe()
    columns[name] = {key: float(values[key]) for key in values.index}
    columns[name]["distinct"] = int(frame[name].nunique())
counts = frame["word"].value_counts()
word = sorted(((str(k), int(v)) for k, v in counts.items()), key=lambda p: (-p[1], p[0]))
reference = {"versions": {"pandas": pd.__version__}, "numbers": columns,
             "words": [{"value": k, "count": v} for k, v in word]}
(HERE / "describe.json").write_text(json.dumps(reference, indent=1) + "\n")
