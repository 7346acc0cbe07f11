#!/usr/bin/env python3
"""Quality on MovieLens 100K: five-fold cross-validation of `stratum train` on two ranks.

usage: Docs/studies/movielens.py DIRECTORY     the directory that holds the program `stratum`

Prints the mean test RMSE of some settings beside its target, writes one JSON line for each training to
data/movielens/results.jsonl, and exits with 1 where a target is missed. The number of epochs is never
chosen on the test part: what counts is the model that training ends with.

The ratings (GroupLens Research, University of Minnesota) may be used for research, not be redistributed
and not be used commercially without permission. They come out of a Python package that contains them,
into the ignored directory data/, and are never committed.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import time
import zipfile

import numpy

TOP = pathlib.Path(__file__).resolve().parents[2]
DATA = TOP / "data" / "movielens"
PACKAGE = "recbole==1.2.1"
MEMBER = "recbole/dataset_example/ml-100k/ml-100k.inter"
SHA256 = "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff"
LINES = 100_001

FOLDS = 5
SPLIT_SEED = 2011
RANKS = 2
SECONDS_ALLOWED = 600

# Name, options of `stratum train`, and the mean test RMSE to reach. All but "defaults" were chosen on a
# fifth of the training part of folds 1 and 3, held out by --test-fraction, never on a test part; around
# them λ hardly matters.
SETTINGS = [
    ("defaults", "", 0.915),
    ("bold", "--step bold-driver --epochs 30", 0.915),
    ("best", "--factors 200 --regularization 0.1 --bias-regularization 0.06", 0.910),
    ("plain", "--no-biases --no-global-mean --factors 128 --epochs 20 --regularization 0.09", 0.930),
]


def skip(reason):
    print(f"movielens: skipped: {reason}")
    sys.exit(0)


def ratings_lines():
    """The data lines of the ratings' file, downloaded where it is not there yet, and verified."""
    file = DATA / "ml-100k.inter"
    if not file.exists():
        print(
            "MovieLens 100K, by GroupLens Research: for research only; no redistribution, no commercial "
            "use without permission (https://grouplens.org/datasets/movielens/100k/)."
        )
        DATA.mkdir(parents=True, exist_ok=True)
        download = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", DATA, PACKAGE],
            capture_output=True,
            text=True,
        )
        if download.returncode != 0:
            complaint = download.stderr.strip().splitlines() or ["pip said nothing"]
            skip(f"cannot download {PACKAGE} (offline?): {complaint[-1]}")
        (wheel,) = DATA.glob("recbole-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            file.write_bytes(archive.read(MEMBER))
        wheel.unlink()
    content = file.read_bytes()
    if content.count(b"\n") != LINES or hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"movielens: {file} is not the file this study is about: remove it and try again")
    return content.decode().splitlines()[1:]


def write_folds(lines):
    """Writes fold-N.train.tsv and fold-N.test.tsv: user, item, rating."""
    rows = numpy.array(["\t".join(line.split("\t")[:3]) for line in lines])
    order = numpy.random.default_rng(SPLIT_SEED).permutation(len(rows))
    for fold, test in enumerate(numpy.array_split(order, FOLDS), start=1):
        in_test = numpy.zeros(len(rows), dtype=bool)
        in_test[test] = True
        for part, chosen in (("train", ~in_test), ("test", in_test)):
            text = "user\titem\trating\n" + "\n".join(rows[chosen]) + "\n"
            (DATA / f"fold-{fold}.{part}.tsv").write_text(text)


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=TOP)
    if done.returncode != 0:
        sys.exit(f"movielens: {' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def train_and_evaluate(stratum, fold, options):
    """Trains on a fold without its test part, and returns what `stratum evaluate` says of that part."""
    train, test, model = (DATA / f"fold-{fold}.{name}" for name in ("train.tsv", "test.tsv", "model"))
    start = time.monotonic()
    run(
        [TOP / ".ci/mpirun", RANKS, SECONDS_ALLOWED, stratum, "train", train]
        + ["--output", model, "--force", *options.split()]
    )
    seconds = time.monotonic() - start
    evaluation = json.loads(run([stratum, "evaluate", model, test, "--format", "json"]))
    return {"seconds": round(seconds, 2), "evaluation": evaluation}


def main():
    stratum = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    write_folds(ratings_lines())
    print(
        f"MovieLens 100K, {FOLDS}-fold random split (seed {SPLIT_SEED}), {RANKS} ranks; "
        "test RMSE after the last epoch"
    )
    folds = "".join(f"{'fold ' + str(fold):>9}" for fold in range(1, FOLDS + 1))
    print(f"{'settings':<10}{folds}{'mean':>9}{'sd':>8}{'target':>8}")
    missed = False
    with open(DATA / "results.jsonl", "w") as results:
        for name, options, target in SETTINGS:
            errors = []
            print(f"{name:<10}", end="", flush=True)
            for fold in range(1, FOLDS + 1):
                record = train_and_evaluate(stratum, fold, options)
                errors.append(record["evaluation"]["rmse"])
                print(f"{errors[-1]:9.4f}", end="", flush=True)
                line = {"settings": name, "options": options, "fold": fold, **record}
                print(json.dumps(line), file=results, flush=True)
            mean, deviation = numpy.mean(errors), numpy.std(errors, ddof=1)
            verdict = "reached" if mean <= target else "MISSED"
            missed |= bool(mean > target)
            print(f"{mean:9.4f}{deviation:8.4f}{target:8.3f}  {verdict}")
    for name, options, _ in SETTINGS:
        print(f"{name}: stratum train {options or '(no options)'}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
