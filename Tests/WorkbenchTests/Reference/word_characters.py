"""Writes word_characters.txt: which assigned characters Python's regular expression \\w matches.

Run with CPython 3.11.7 (Unicode 14.0.0): python3 word_characters.py > word_characters.txt
Characters that MLflow allows besides \\w (`/ . - : ` and space) count as matching; surrogates and
characters that this Unicode version does not know are left out.
"""

import re
import sys
import unicodedata

WORD = re.compile(r"[/\w.\- :]")


def kind(number):
    text = chr(number)
    category = unicodedata.category(text)
    if category in ("Cs", "Cn"):
        return None
    # "a" + "/" + "b" and "a" + "." + "b" are plain paths: only the character decides.
    return "w" if WORD.match(text) else "-"


def main():
    print(f"# Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}")
    start = None
    for number in range(0x110001):
        now = kind(number) if number < 0x110000 else None
        if start is not None and (now != start[1]):
            print(f"{start[0]:x} {number - 1:x} {start[1]}")
            start = None
        if start is None and now is not None:
            start = (number, now)


main()
