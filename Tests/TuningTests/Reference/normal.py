"""Reference values of the normal distribution and of truncated ones, for NormalDistributionTests.

Made with mpmath 1.4.1 at 60 digits: python3 normal.py
"""
from mpmath import mp, mpf, log, erfc, sqrt, pi, findroot, exp

mp.dps = 60


def cdf(x):
    return erfc(-mpf(x) / sqrt(2)) / 2


def log_mass(a, b):
    a, b = mpf(a), mpf(b)
    if a > 0:
        a, b = -b, -a
    return log(cdf(b) - cdf(a))


def show(name, rows):
    print(name)
    for row in rows:
        print("    (" + ", ".join(mp.nstr(v, 17) for v in row) + "),")


show("logProbability", [(mpf(x), log(cdf(x))) for x in
     ["-300", "-40", "-20.5", "-19.5", "-5", "-1", "-0.1", "0", "0.5", "3", "5.5", "8"]])
show("logMass", [(mpf(a), mpf(b), log_mass(a, b)) for a, b in
     [("-1", "1"), ("-0.25", "30"), ("4", "5"), ("30", "31"), ("-100", "-99.5"), ("0", "0.001"),
      ("-9", "9"), ("12", "12.5")]])


def quantile(p, mean, deviation, low, high):
    p, m, s, lo, hi = map(mpf, (p, mean, deviation, low, high))
    a, b = (lo - m) / s, (hi - m) / s
    sign = 1
    if a > 0:
        a, b, p, sign = -b, -a, 1 - p, -1
    target = cdf(a) + p * (cdf(b) - cdf(a))
    left, right = a, b
    for _ in range(220):
        middle = (left + right) / 2
        if cdf(middle) < target:
            left = middle
        else:
            right = middle
    return m + s * sign * left


show("quantile", [tuple(map(mpf, row)) + (quantile(*row),) for row in
     [("0.5", "0", "1", "-1", "1"), ("0.1", "0", "1", "-1", "2"), ("0.001", "0.5", "0.1", "0", "1"),
      ("0.999", "0", "0.01", "0", "1"), ("0.3", "0", "1", "10", "12"), ("0.3", "0", "1", "-12", "-10"),
      ("0.7", "3", "100", "0", "1"), ("0.5", "0", "1", "38", "39")]])
