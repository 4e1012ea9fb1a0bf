"""Prints how far a curve is from measurements: the program that curve.yaml searches.

The measurements are 3.1 * exp(-0.8 x) + 0.4 with noise of 0.15; the metric is the root of the mean
squared error.
"""

import argparse
import math
import random


def measurements():
    noise = random.Random(7)
    for step in range(60):
        x = step / 10
        yield x, 3.1 * math.exp(-0.8 * x) + 0.4 + noise.gauss(0, 0.15)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    for name in ("level", "slope", "height", "rate"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--turns", type=int, default=1)
    given = parser.parse_args()
    curve = {
        "line": lambda x: given.slope * x,
        "decay": lambda x: given.height * math.exp(-given.rate * x),
        "wave": lambda x: given.height * math.sin(given.turns * x),
    }[given.model]
    total = 0.0
    count = 0
    for x, y in measurements():
        total += (curve(x) + given.level - y) ** 2
        count += 1
    print(f"error={math.sqrt(total / count):.6f}")


if __name__ == "__main__":
    main()
