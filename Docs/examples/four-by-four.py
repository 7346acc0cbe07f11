#!/usr/bin/env python3
"""The worked example of Docs/algorithm.md: one epoch of DSGD on a 4 x 4 matrix, by hand.

One factor, no biases, squared loss, weighted L2. Prints each step, and checks at the end that the order
of a stratum's blocks does not matter to the bit.
"""

STEP = 0.05  # epsilon
LAMBDA = 0.1

RATINGS = {  # (row, column): value, counted from 1
    (1, 1): 5.0, (1, 2): 3.0,
    (2, 1): 4.0, (2, 3): 1.0,
    (3, 2): 4.0, (3, 4): 2.0,
    (4, 3): 5.0, (4, 4): 4.0,
}
STRATA = [[("A", 1), ("B", 2)], [("A", 2), ("B", 1)]]  # of blocks (row block, column block)
ROWS = {"A": (1, 2), "B": (3, 4)}
COLUMNS = {1: (1, 2), 2: (3, 4)}


def loss(w, h):
    error = sum((v - w[i] * h[j]) ** 2 for (i, j), v in RATINGS.items())
    penalty = sum(LAMBDA * (w[i] ** 2 + h[j] ** 2) for i, j in RATINGS)
    return error, error + penalty


def train(block, w, h, say):
    rows, columns = block
    for (i, j), v in RATINGS.items():
        if i in ROWS[rows] and j in COLUMNS[columns]:
            e, a, b = v - w[i] * h[j], w[i], h[j]
            w[i] = a + STEP * (2 * e * b - 2 * LAMBDA * a)
            h[j] = b + STEP * (2 * e * a - 2 * LAMBDA * b)
            say(f"  block {rows}{columns}  v{i}{j} = {v:g}  w{i}*h{j} = {a * b:.4f}  e = {e:+.4f}"
                f"  w{i}: {a:.4f} -> {w[i]:.4f}  h{j}: {b:.4f} -> {h[j]:.4f}")


def epoch(order, say):
    w = {1: 1.0, 2: 1.0, 3: 2.0, 4: 2.0}
    h = {1: 2.0, 2: 2.0, 3: 1.0, 4: 2.0}
    say("before: sum of e^2 %.4f, loss %.4f" % loss(w, h))
    for number, stratum in enumerate(STRATA, 1):
        say(f"sub-epoch {number}")
        for block in order(stratum):
            train(block, w, h, say)
        say("  after: sum of e^2 %.4f, loss %.4f" % loss(w, h))
    return w, h


forwards = epoch(lambda stratum: stratum, print)
backwards = epoch(lambda stratum: stratum[::-1], lambda line: None)
assert forwards == backwards
print("the same to the bit with the blocks of each stratum in the other order")
