"""The functions of islands.yaml. Their signatures say what they take and give."""

import csv
from typing import NamedTuple

from kfp.dsl import Dataset, Input


def rows(table):
    with open(table.path + "/data.csv", newline="") as file:
        return list(csv.DictReader(file))


def islands(table: Input[Dataset]) -> NamedTuple("Islands", [("names", list), ("count", int)]):
    names = sorted({row["island"] for row in rows(table)})
    print(f"{len(names)} islands: {', '.join(names)}")
    return names, len(names)


def mean_mass(table: Input[Dataset], island: str) -> NamedTuple("Mass", [("grams", float)]):
    masses = [float(row["body_mass_g"]) for row in rows(table)
              if row["island"] == island and row["body_mass_g"]]
    return (sum(masses) / len(masses),)


def heaviest(names: list, masses: list) -> NamedTuple("Heaviest", [("name", str), ("grams", float)]):
    grams, name = max(zip(masses, names))
    return name, grams
