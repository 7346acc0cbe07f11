#!/usr/bin/env python3
"""Counts the C identifiers in each file of Linux: a large real matrix that is strongly skewed.

usage: Docs/studies/identifiers.py [RATINGS]     the file to write (data/identifiers/identifiers.tsv)

Fetches the sources as Debian's package `linux-source-6.1` (139 MB), which apt verifies, and writes a line
for each file and identifier in it: number of the file, number of the identifier, count. Comments, literals,
keywords and identifiers of a single file are left out. The names that belong to the numbers stand beside
it, a line each, in files.txt and identifiers.txt. Does nothing where the file is there; takes a minute or
two otherwise.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "linux-source-6.1"
# There are some 55,000, a few more or less from update to update; fewer are a source that was cut short.
FEWEST_FILES = 50_000

TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*"  # comments
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"  # strings and characters
    r"|\.?[0-9][0-9A-Za-z_.]*"  # numbers
    r"|([A-Za-z_][0-9A-Za-z_]*)",
    re.DOTALL,
)
KEYWORDS = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int long "
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile "
    "while _Bool _Complex _Imaginary".split()
)


def skip(reason):
    print(f"identifiers: skipped: {reason}")
    sys.exit(0)


def download(directory):
    """The package's file."""
    try:
        done = subprocess.run(["apt-get", "download", PACKAGE], cwd=directory, capture_output=True, text=True)
    except FileNotFoundError:
        skip("this is not Debian or Ubuntu (no apt-get)")
    packages = list(directory.glob(f"{PACKAGE}_*.deb"))
    if done.returncode != 0 or len(packages) != 1:
        complaint = done.stderr.strip().splitlines() or ["apt-get said nothing"]
        skip(f"cannot download {PACKAGE} (offline?): {complaint[-1]}")
    return packages[0]


def sources(package):
    """Yields the name and text of each C source and header in a package, in the order of the archive."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as unpacking:
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as outer:
            for member in outer:
                if not member.name.endswith(f"{PACKAGE}.tar.xz"):
                    continue
                with tarfile.open(fileobj=outer.extractfile(member), mode="r|xz") as inner:
                    for source in inner:
                        if source.isfile() and source.name.endswith((".c", ".h")):
                            yield source.name, inner.extractfile(source).read().decode("latin-1")


def write(package, ratings):
    """Writes the counts and the names."""
    names = []
    counts = []
    files_with = collections.Counter()
    for name, text in sources(package):
        names.append(name)
        counts.append(collections.Counter(TOKEN.findall(text)))
        files_with.update(counts[-1].keys())
    if len(names) < FEWEST_FILES:
        sys.exit(f"identifiers: {package.name} has only {len(names)} C files: it is not whole, try again")
    # What is no identifier has been found as an empty word.
    left_out = KEYWORDS | {""}
    shared = [word for word, files in files_with.items() if files > 1 and word not in left_out]
    numbers = {word: number for number, word in enumerate(shared)}
    (ratings.parent / "files.txt").write_text("\n".join(names) + "\n")
    (ratings.parent / "identifiers.txt").write_text("\n".join(shared) + "\n")
    incomplete = ratings.with_suffix(".incomplete")
    with open(incomplete, "w") as lines:
        for file, of_file in enumerate(counts):
            lines.writelines(
                f"{file}\t{numbers[word]}\t{count}\n" for word, count in of_file.items() if word in numbers
            )
    incomplete.rename(ratings)


def main():
    ratings = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else TOP / "data/identifiers/identifiers.tsv")
    if not ratings.exists():
        ratings.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=ratings.parent) as directory:
            write(download(pathlib.Path(directory)), ratings)
    print(f"identifiers: {ratings} is there")


if __name__ == "__main__":
    main()
