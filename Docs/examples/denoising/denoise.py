#!/usr/bin/env python3
"""A picture with noise, and one with missing pixels, restored by `stratum train`; README.md tells how.

usage: Docs/examples/denoising/denoise.py DIRECTORY [PICTURE.png]     the directory with the program `stratum`

Prints PSNR and SSIM of each restoration and draws them side by side. What it needs of PyPI goes into
data/denoising/packages.
"""

import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[2] / "data" / "denoising"
PACKAGES = DATA / "packages"


def install():
    """Puts scikit-image, and with it NumPy, SciPy and Pillow, where only this script sees them."""
    if not (PACKAGES / "skimage").exists():
        print("installing scikit-image from PyPI", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, "--target", PACKAGES, "scikit-image"], capture_output=True, text=True)
        if done.returncode != 0:
            complaint = done.stderr.strip().splitlines() or ["pip said nothing"]
            print(f"denoising: skipped: cannot install scikit-image (offline?): {complaint[-1]}")
            sys.exit(0)
    sys.path.insert(0, str(PACKAGES))


install()
import numpy
from PIL import Image, ImageDraw, ImageFont
from scipy import interpolate, io, ndimage, sparse
from skimage import metrics, restoration

SEED = 2011
NOISE = 25  # standard deviation, of grey values from 0 to 255
MISSING = 0.7  # share of the pixels

SIDE = 7  # of a patch, in pixels
STRIDE = 4  # from one group's first patch to the next one's
REACH = 12  # how far away, in each direction, a similar patch is looked for
MEMBERS = 64  # patches of a group
HELD_OUT = 0.05  # share of the known pixels on which factors and λ are chosen
CANDIDATES = [(2, 0.2), (3, 0.2), (3, 1), (4, 0.2), (4, 1)]  # factors, λ
# How to train; and the second pass learns from the first one's result and this share of what it took away.
# Noise is learned last: so few epochs where there is some.
NOISY = ["--epochs", "12"], 0.5
CLEAN = ["--epochs", "30", "--adagrad"], 1


def groups(guide):
    """The top left corners, y and x, of each group's patches: groups × members.

    A group is the patches around a point of a regular grid that are most like the one at it in `guide`.
    """
    last = len(guide) - SIDE
    grid = numpy.unique(numpy.append(numpy.arange(0, last + 1, STRIDE), last))
    y, x = (each.ravel() for each in numpy.meshgrid(grid, grid, indexing="ij"))
    shifts = [(dy, dx) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)]
    distances = numpy.full((len(y), len(shifts)), numpy.inf)
    for index, (dy, dx) in enumerate(shifts):
        square = (guide - numpy.roll(guide, (-dy, -dx), axis=(0, 1))) ** 2
        # With this origin the mean is that of the patch with its top left corner here.
        mean = ndimage.uniform_filter(square, SIDE, origin=-(SIDE // 2))
        inside = (0 <= y + dy) & (y + dy <= last) & (0 <= x + dx) & (x + dx <= last)
        distances[inside, index] = mean[y, x][inside]
    nearest = numpy.argpartition(distances, MEMBERS, axis=1)[:, :MEMBERS]
    dy, dx = numpy.moveaxis(numpy.array(shifts)[nearest], 2, 0)
    return y[:, None] + dy, x[:, None] + dx


def factorize(program, values, known, guide, options, factors, regularization):
    """The mean, at each pixel, of what the factorized groups of patches say of it.

    A row of the matrix is a patch in its group, a column a pixel of the patches of one group; so a group is
    a block on the diagonal, and all groups are factorized in one training. Unknown pixels have no entries.
    """
    top, left = groups(guide)
    within = numpy.arange(SIDE * SIDE)
    y, x = top[:, :, None] + within // SIDE, left[:, :, None] + within % SIDE
    count, members, pixels = y.shape
    row = numpy.arange(count * members).reshape(count, members, 1) + 0 * y
    column = numpy.arange(count * pixels).reshape(count, 1, pixels) + 0 * y
    entries = known[y, x]
    matrix = sparse.coo_array(
        (values[y, x][entries], (row[entries], column[entries])), shape=(count * members, count * pixels)
    )
    io.mmwrite(DATA / "patches.mtx", matrix, symmetry="general", precision=6)

    model = DATA / "model"
    done = subprocess.run(
        [program, "train", DATA / "patches.mtx", "--output", model, "--force", "--quiet"]
        + ["--factors", str(factors), "--regularization", str(regularization), "--bias-regularization", "0.01"]
        + ["--blocks", "32", "--seed", str(SEED), *options],
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"denoising: stratum train failed:\n{done.stdout}{done.stderr}")
    load = lambda name: numpy.load(model / f"{name}.npy").reshape(count, -1, 1 if "biases" in name else factors)
    prediction = load("W") @ load("H").transpose(0, 2, 1)
    prediction += load("row-biases") + load("column-biases").transpose(0, 2, 1)
    prediction += json.loads((model / "model.json").read_text())["globalMean"]

    cell = (y * values.shape[1] + x).ravel()
    total = numpy.bincount(cell, prediction.ravel(), values.size)
    return (total / numpy.bincount(cell, minlength=values.size)).reshape(values.shape)


def choose(program, values, known, guide, options):
    """The factors and λ that predict best some known pixels that training is not shown."""
    held_out = known & (numpy.random.default_rng(SEED + 1).random(values.shape) < HELD_OUT)
    errors = {}
    for candidate in CANDIDATES:
        shown = known & ~held_out
        restored = factorize(program, values, shown, guide(shown), options, *candidate)
        errors[candidate] = numpy.sqrt(numpy.mean((restored - values)[held_out] ** 2))
        print(f"  {candidate[0]} factors, lambda {candidate[1]:g}: held-out RMSE {errors[candidate]:.2f}", flush=True)
    return min(errors, key=errors.get)


def restore(program, values, known, guide, options, share):
    """Two passes; the second finds similar patches in the first one's result."""
    chosen = choose(program, values, known, guide, options)
    first = factorize(program, values, known, guide(known), options, *chosen)
    return factorize(program, first + share * (values - first), known, first, options, *chosen), chosen


def interpolated(values, known, method):
    """Unknown pixels from known neighbours; where none lie around them, from the nearest."""
    everywhere = tuple(numpy.indices(values.shape))
    filled = interpolate.griddata(numpy.nonzero(known), values[known], everywhere, method)
    return filled if method == "nearest" else numpy.where(
        numpy.isnan(filled), interpolated(values, known, "nearest"), filled
    )  # fmt: skip


def local_mean(values, known, sigma):
    """Means of the known pixels around, with the weights of a Gaussian."""
    weights = ndimage.gaussian_filter(known.astype(float), sigma)
    return ndimage.gaussian_filter(numpy.where(known, values, 0), sigma) / numpy.maximum(weights, 1e-9)


def psnr(original, picture):
    return metrics.peak_signal_noise_ratio(original, numpy.clip(picture, 0, 255), data_range=255)


def ssim(original, picture):
    return metrics.structural_similarity(
        original, numpy.clip(picture, 0, 255), data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )


def strongest(original, name, restore, strengths):
    """A rival with that strength whose result is nearest to the original, which only rivals may see."""
    results = {strength: restore(strength) for strength in strengths}
    best = max(results, key=lambda strength: psnr(original, results[strength]))
    return f"{name} {best:.3g}", results[best]


def noise(program, original):
    """Yields name and picture: damaged, the rivals, and the factorization last."""
    generator = numpy.random.default_rng(SEED)
    noisy = numpy.clip(numpy.rint(original + generator.normal(0, NOISE, original.shape)), 0, 255)
    yield f"noise of {NOISE}", noisy
    yield strongest(original, "median, side", lambda side: ndimage.median_filter(noisy, side), [3, 5, 7])
    yield strongest(original, "non-local means, h", lambda h: restoration.denoise_nl_means(
        noisy, 5, 10, h=h, sigma=NOISE, fast_mode=False), range(10, 31, 2))  # fmt: skip
    yield strongest(original, "Gaussian, sigma", lambda sigma: ndimage.gaussian_filter(noisy, sigma),
        numpy.arange(0.5, 2, 0.05))  # fmt: skip
    known = numpy.ones(original.shape, bool)
    restored, chosen = restore(program, noisy, known, lambda known: local_mean(noisy, known, 1), *NOISY)
    yield "factorized, k = {}, lambda = {:g}".format(*chosen), restored


def missing(program, original):
    """Yields the same of missing pixels."""
    known = numpy.random.default_rng(SEED).random(original.shape) >= MISSING
    holes = numpy.where(known, original, 0)
    yield f"{MISSING:.0%} missing", holes
    yield strongest(original, "local mean, sigma", lambda sigma: numpy.where(
        known, original, local_mean(holes, known, sigma)), numpy.arange(0.5, 3, 0.1))  # fmt: skip
    yield "biharmonic", 255 * restoration.inpaint_biharmonic(holes / 255, ~known)
    yield "linear interpolation", interpolated(holes, known, "linear")
    restored, chosen = restore(
        program, holes, known, lambda known: interpolated(holes, known, "linear"), *CLEAN
    )
    yield "factorized, k = {}, lambda = {:g}".format(*chosen), numpy.where(known, original, restored)


def draw(path, original, scenes):
    """A row for each scene: damaged, the last rival, the factorization, and what these two differ by."""
    side, caption = len(original), 38
    sheet = Image.new("L", (5 * (side + 6) - 6, len(scenes) * (side + caption)), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, results in enumerate(scenes):
        damaged, rival, factorized = results[0], results[-2], results[-1]
        tiles = [(f"{name}\nPSNR {psnr(original, picture):.2f} dB, SSIM {ssim(original, picture):.3f}", picture)
            for name, picture in (damaged, rival, factorized)]  # fmt: skip
        tiles += [(f"{name.partition(',')[0]} minus original\ntwice the error, grey is none", 128 + 2 * (picture - original))
            for name, picture in (rival, factorized)]  # fmt: skip
        for position, (text, picture) in enumerate(tiles):
            corner = position * (side + 6), index * (side + caption)
            pen.text((corner[0] + 2, corner[1] + 2), text, 0, font)
            # 64 greys look the same and take less room.
            greys = numpy.clip(numpy.rint(picture / 4) * 4, 0, 255).astype("uint8")
            sheet.paste(Image.fromarray(greys), (corner[0], corner[1] + caption))
    sheet.save(path, optimize=True)


def main():
    start = time.monotonic()
    program = pathlib.Path(sys.argv[1]).resolve() / "stratum"
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else DATA / "restored.png"
    original = numpy.array(Image.open(HERE / "camera.png"), dtype=float)
    scenes = []
    for scene in (noise, missing):
        scenes.append([])
        for name, picture in scene(program, original):
            print(f"{name:<34} PSNR {psnr(original, picture):6.2f} dB  SSIM {ssim(original, picture):.3f}", flush=True)
            scenes[-1].append((name, picture))
    draw(path, original, scenes)
    print(f"{path}, {time.monotonic() - start:.0f} s")


main()
