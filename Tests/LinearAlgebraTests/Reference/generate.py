"""Prints the numbers that Xoshiro256Tests.swift expects: xoshiro256** after Blackman and Vigna,
seeded by SplitMix64, in integers of Python. `python3 generate.py`
"""
MASK = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro(seed):
    mixer = splitmix(seed)
    s = [next(mixer) for _ in range(4)]
    while True:
        yield (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def index(generator, bound):
    threshold = (1 << 64) % bound
    while True:
        product = next(generator) * bound
        if product & MASK >= threshold:
            return product >> 64


for seed in (0, 1, 42, MASK):
    generator = xoshiro(seed)
    print(seed, [next(generator) for _ in range(4)])
generator = xoshiro(7)
print("uniform", [(next(generator) >> 11) * 2.0 ** -53 for _ in range(3)])
generator = xoshiro(7)
print("index", [index(generator, 10) for _ in range(12)])
generator = xoshiro(7)
order = list(range(10))
for remaining in range(10, 1, -1):
    chosen = index(generator, remaining)
    order[chosen], order[remaining - 1] = order[remaining - 1], order[chosen]
print("shuffle", order)
