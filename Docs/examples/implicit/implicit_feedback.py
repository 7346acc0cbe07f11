#!/usr/bin/env python3
"""Recommendations from implicit feedback: ALS with confidences, beside PyPI's `implicit` on the same split.

usage: Docs/examples/implicit/implicit_feedback.py DIRECTORY     the directory that holds the program `stratum`

What a user has rated counts as seen, the more stars the surer; a fifth of it is held out, and both programs
recommend ten other films to each user. See README.md beside this file.
"""

import json
import pathlib
import subprocess
import sys
import time

import numpy

TOP = pathlib.Path(__file__).resolve().parents[3]
DATA = TOP / "data" / "implicit"
ENVIRONMENT = DATA / "venv"
PACKAGE = "implicit==0.7.3"
sys.path.insert(0, str(TOP / "Docs" / "studies"))
import movielens  # noqa: E402

SPLIT_SEED = 2008
TOP_COUNT = 10
RANKS = 2
SECONDS_ALLOWED = 600
FACTORS = 32
ITERATIONS = 15
SEEDS = [1, 2, 3]
# Tried on a fifth of the training part, with Stratum alone, by `--choose`.
CONFIDENCES = [0.1, 0.3, 1.0, 3.0]
PENALTIES = [3.0, 10.0, 30.0, 100.0]
CHOSEN = (1.0, 30.0)


def split(ratings, generator):
    """Each rating with probability 1/5 into the second part."""
    held_out = generator.random(len(ratings)) < 0.2
    return ratings[~held_out], ratings[held_out]


def write(ratings, name):
    path = DATA / f"{name}.tsv"
    path.write_text("".join(f"{user}\t{item}\t{stars}\n" for user, item, stars in ratings))
    return path


def stratum_lists(stratum, train, confidence, penalty, seed):
    """The ten best items of each user that Stratum finds, and the seconds of its iterations."""
    model = DATA / "model"
    options = f"--solver als --loss implicit --confidence {confidence} --factors {FACTORS}"
    options += f" --no-weighted --regularization {penalty}"
    movielens.run(
        [TOP / ".ci/mpirun", RANKS, SECONDS_ALLOWED, stratum, "train", train, "--output", model, "--force"]
        + ["--quiet", *options.split(), "--epochs", ITERATIONS, "--seed", seed, "--log", DATA / "log.jsonl"]
    )
    log = [json.loads(line) for line in (DATA / "log.jsonl").read_text().splitlines()]
    lines = movielens.run(
        [stratum, "recommend", model, "--all-rows", "--top", TOP_COUNT, "--exclude", train, "--format", "json"]
    ).splitlines()
    lists = {}
    for line in map(json.loads, lines):
        lists[int(line["row"])] = [int(best["column"]) for best in line["recommendations"]]
    return lists, sum(record.get("epochSeconds", 0) for record in log)


def peer_lists(train, confidence, penalty, seed):
    """The same of PyPI's `implicit`, in its own environment: this file again, as `--peer`."""
    words = [ENVIRONMENT / "bin" / "python", __file__, "--peer", train, confidence, penalty, seed]
    answer = json.loads(movielens.run(words).splitlines()[-1])
    return {int(user): items for user, items in answer["lists"].items()}, answer["seconds"]


def peer(path, confidence, penalty, seed):
    import implicit.als
    import scipy.sparse

    ratings = numpy.loadtxt(path, dtype=int)
    # Where `implicit` has a value c it counts c instead of 1, so that this is Stratum's 1 + αv.
    matrix = scipy.sparse.csr_matrix(
        ((1 + confidence * ratings[:, 2]).astype(numpy.float32), (ratings[:, 0], ratings[:, 1]))
    )
    model = implicit.als.AlternatingLeastSquares(
        factors=FACTORS, regularization=penalty, alpha=1, iterations=ITERATIONS, random_state=seed,
        use_cg=False, use_gpu=False, num_threads=RANKS,
    )
    start = time.monotonic()
    model.fit(matrix, show_progress=False)
    seconds = time.monotonic() - start
    users = numpy.unique(ratings[:, 0])
    items, _ = model.recommend(users, matrix[users], N=TOP_COUNT, filter_already_liked_items=True)
    lists = {int(user): [int(item) for item in best] for user, best in zip(users, items)}
    print(json.dumps({"lists": lists, "seconds": seconds}))


def popular_lists(train):
    """The most popular items that a user has not seen."""
    users, items = train[:, 0], train[:, 1]
    order = numpy.argsort(-numpy.bincount(items), kind="stable")
    lists = {}
    for user in numpy.unique(users):
        seen = set(items[users == user])
        lists[int(user)] = [int(item) for item in order if item not in seen][:TOP_COUNT]
    return lists


def measures(lists, test):
    """Mean NDCG@10, precision@10 and MAP@10 over the users that have something held out."""
    discounts = 1 / numpy.log2(numpy.arange(2, TOP_COUNT + 2))
    sums = []
    for user in numpy.unique(test[:, 0]):
        held_out = set(test[test[:, 0] == user, 1])
        hits = numpy.zeros(TOP_COUNT)
        found = lists.get(int(user), [])
        hits[: len(found)] = [item in held_out for item in found]
        most = min(TOP_COUNT, len(held_out))
        precisions = numpy.cumsum(hits) / numpy.arange(1, TOP_COUNT + 1)
        sums.append([(hits * discounts).sum() / discounts[:most].sum(), hits.mean(), (precisions * hits).sum() / most])
    return numpy.mean(sums, axis=0)


def choose(stratum, train):
    """Prints what each α and λ gives on a fifth of the training part."""
    rest, validation = split(train, numpy.random.default_rng(SPLIT_SEED + 1))
    path = write(rest, "rest")
    for confidence in CONFIDENCES:
        for penalty in PENALTIES:
            lists, _ = stratum_lists(stratum, path, confidence, penalty, seed=1)
            print(f"α {confidence:5} λ {penalty:5}  NDCG@10 {measures(lists, validation)[0]:.4f}", flush=True)


def prepare_peer():
    """Whether `implicit` can be run."""
    if not ENVIRONMENT.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*pip, PACKAGE], timeout=SECONDS_ALLOWED).returncode == 0


def main():
    stratum = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    DATA.mkdir(parents=True, exist_ok=True)
    ratings = numpy.array([line.split("\t")[:3] for line in movielens.ratings_lines()], dtype=float).astype(int)
    train, test = split(ratings, numpy.random.default_rng(SPLIT_SEED))
    if "--choose" in sys.argv:
        choose(stratum, train)
        return
    path = write(train, "train")
    confidence, penalty = CHOSEN
    print(f"{len(train)} ratings to learn from, {len(test)} held out; k {FACTORS}, α {confidence}, λ {penalty}")
    print(f"{'':<24}{'NDCG@10':>9}{'P@10':>9}{'MAP@10':>9}{'seconds':>9}")

    def show(name, results):
        values = numpy.mean([measures(lists, test) for lists, _ in results], axis=0)
        print(f"{name:<24}" + "".join(f"{value:9.4f}" for value in values) + f"{min(s for _, s in results):9.2f}", flush=True)

    show("most popular", [(popular_lists(train), 0)])
    show("stratum", [stratum_lists(stratum, path, confidence, penalty, seed) for seed in SEEDS])
    if prepare_peer():
        show(PACKAGE, [peer_lists(path, confidence, penalty, seed) for seed in SEEDS])
    else:
        print(f"{PACKAGE} cannot be had (offline?), and is left out")


if __name__ == "__main__":
    if sys.argv[1] == "--peer":
        peer(sys.argv[2], *map(float, sys.argv[3:5]), int(sys.argv[5]))
    else:
        main()
