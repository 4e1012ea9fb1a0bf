"""Writes half.csv: numbers and the bits of the nearest half-precision number, by NumPy 2.4.6."""
import random

import numpy as np

random.seed(1)
values = [0.1, 65504, -65504, 65519.9, 2**-14, 2**-24, 2**-25, 3 * 2**-25, 1 + 2**-11, 1 + 3 * 2**-11]
values += [random.uniform(-1, 1) * 10.0 ** random.randint(-8, 4) for _ in range(490)]
with open("half.csv", "w") as file:
    for value in values:
        # Zero has no sign here: JSON integers cannot carry it.
        bits = int(np.float64(value).astype(np.float16).view(np.uint16))
        if bits != 0x8000:
            file.write(f"{value!r},{bits}\n")
