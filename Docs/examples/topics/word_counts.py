"""Counts of words in manual pages: what Debian's packages `manpages` and `manpages-dev` say, as ratings.

The packages are downloaded by apt into the ignored directory data/, which also verifies them, and unpacked
there; they are freely licensed.
"""

import collections
import gzip
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
DATA = TOP / "data" / "manpages"
PACKAGES = ["manpages", "manpages-dev"]
FEWEST_PAGES = 2

# What roff is told, which are no words of the page: comments, requests, escapes for fonts and characters.
COMMENT = re.compile(r"^[.']?\\\".*$", re.MULTILINE)
REQUEST = re.compile(r"^[.'] *\S*", re.MULTILINE)
ESCAPE = re.compile(r"\\(f.|\(..|\[[^]]*\]|[-&e|^/])")
WORD = re.compile(r"[a-z]{3,}")


def skip(reason):
    print(f"words of manual pages: skipped: {reason}")
    sys.exit(0)


def pages():
    """The text of each page by its name, such as "open.2"; downloaded where it is not there yet."""
    root = DATA / "root"
    if not root.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        download = subprocess.run(["apt-get", "download", *PACKAGES], cwd=DATA, capture_output=True, text=True)
        if download.returncode != 0:
            complaint = download.stderr.strip().splitlines() or ["apt-get said nothing"]
            skip(f"cannot download {' and '.join(PACKAGES)} (offline?): {complaint[-1]}")
        unpacked = DATA / "unpacked"
        for package in DATA.glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, unpacked], check=True)
            package.unlink()
        unpacked.rename(root)
    found = {}
    for file in sorted(root.glob("usr/share/man/man*/*.gz")):
        if file.is_symlink():
            continue
        text = gzip.decompress(file.read_bytes()).decode(errors="replace")
        # Pages that stand for another one say so in a line.
        if text.startswith(".so "):
            continue
        found[file.name.removesuffix(".gz")] = ESCAPE.sub("", REQUEST.sub("", COMMENT.sub("", text))).lower()
    return found


def counts():
    """How often each word is in each page: {page: {word: count}}, of words in at least two pages."""
    by_page = {page: collections.Counter(WORD.findall(text)) for page, text in pages().items()}
    number_of_pages = collections.Counter(word for words in by_page.values() for word in words)
    return {
        page: {word: count for word, count in words.items() if number_of_pages[word] >= FEWEST_PAGES}
        for page, words in by_page.items()
    }


def write(path, counts):
    """Writes page, word and count, a line each, and returns the path."""
    with open(path, "w") as file:
        for page, words in sorted(counts.items()):
            for word, count in sorted(words.items()):
                print(page, word, count, sep="\t", file=file)
    return path


if __name__ == "__main__":
    write(sys.argv[1], counts())
