#!/usr/bin/env python3
"""Topics of the manual pages: factors of the counts of their words, non-negative, by generalized Kullback-Leibler.

usage: Docs/examples/topics/topics.py DIRECTORY     the directory that holds the program `stratum`

Prints for each topic its share of all counts, the words that tell it from the others, and the pages that
have most of it.
"""

import collections
import json
import math
import pathlib
import subprocess
import sys

import numpy
import word_counts

TOP = pathlib.Path(__file__).resolve().parents[3]
TOPICS = 20
WORDS_SHOWN = 10
PAGES_SHOWN = 3
# Words of fewer pages tell little, and those of more than this share of pages are the grammar of all.
FEWEST_PAGES = 3
LARGEST_SHARE = 0.2


def weighted(counts):
    """Damped counts, ln (1 + count), of the words that can tell topics apart."""
    number_of_pages = collections.Counter(word for words in counts.values() for word in words)
    most = LARGEST_SHARE * len(counts)
    return {
        page: {
            word: round(math.log1p(count), 6)
            for word, count in words.items()
            if FEWEST_PAGES <= number_of_pages[word] <= most
        }
        for page, words in counts.items()
    }


def train(program, directory):
    """Trains on two ranks, and returns pages and words with their factors."""
    counts = weighted(word_counts.counts())
    ratings = word_counts.write(directory / "words.tsv", counts)
    model = directory / "model"
    subprocess.run(
        [TOP / ".ci/mpirun", "2", "600", program, "train", ratings, "--solver", "multiplicative", "--loss", "gkl",
         "--factors", str(TOPICS), "--epochs", "100", "--regularization", "0", "--output", model, "--force", "--quiet"],
        check=True,
    )  # fmt: skip
    last = json.loads((model.parent / "model.log.jsonl").read_text().splitlines()[-1])
    print(f"generalized Kullback-Leibler divergence {last['loss']:.0f} after {last['epoch']} updates\n")
    return [numpy.load(model / f"{name}.npy") for name in ["row-ids", "column-ids", "W", "H"]]


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    pages, words, page_factors, word_factors = train(program, word_counts.DATA)
    # The mass of each topic can stand on either side: all of it goes to the pages.
    of_words = word_factors / word_factors.sum(axis=0)
    of_pages = page_factors * word_factors.sum(axis=0)
    # A word tells a topic by how often it is there, and how much more often than in an average topic.
    usual = of_words.mean(axis=1, keepdims=True)
    telling = of_words * numpy.log(numpy.maximum(of_words, 1e-12) / numpy.maximum(usual, 1e-12))
    mass = of_pages.sum(axis=0)
    print("| share | words | pages |\n|---|---|---|")
    for topic in numpy.argsort(-mass):
        top_words = words[numpy.argsort(-telling[:, topic])[:WORDS_SHOWN]]
        top_pages = pages[numpy.argsort(-of_pages[:, topic])[:PAGES_SHOWN]]
        print(f"| {mass[topic] / mass.sum():.1%} | {', '.join(top_words)} | {', '.join(top_pages)} |")


main()
