"""Table and plots of a study, from the lines of its runs."""

import json
import math
import statistics
import sys

from study import MEMORY, NETWORK, STRONG, Point

# Links that need no name where a study has no others.
ALONE = (MEMORY, NETWORK)
# The figure of a run that is its time: from the end of an epoch to the end of the next, the mean.
EPOCH = "meanEpochSeconds"
# The messages whose rate is shown.
EXAMPLE_BYTES = 2 << 20


def interval(samples, confidence=0.95):
    """A median with an interval of confidence that assumes no distribution: (median, low, high, confidence).

    The interval between the r-th smallest and the r-th largest of n samples holds the true median with probability
    1 − 2·P(fewer than r of n fair coins show heads). It is the narrowest that is sure enough, or else the widest.
    """
    ordered = sorted(samples)
    count = len(ordered)

    def sureness(r):
        return 1 - 2 * sum(math.comb(count, i) for i in range(r)) / 2**count

    r = max((r for r in range(1, count // 2 + 1) if sureness(r) >= confidence), default=1)
    return statistics.median(ordered), ordered[r - 1], ordered[-r], sureness(r)


class Results:
    """The runs of a study, by point."""

    def __init__(self, plan, table):
        try:
            records = [json.loads(line) for line in table.read_text().splitlines()]
        except OSError as error:
            sys.exit(f"{table}: the runs cannot be read: {error.strerror}; run the study first")
        self.plan = plan
        self.machine = next(record for record in records if record["record"] == "machine")
        self.links = {record["link"]: record for record in records if record["record"] == "link"}
        self.runs = {point: [] for point in plan.points()}
        for record in records:
            if record["record"] == "run":
                point = Point(record["link"], record["variant"], record["ranks"], record["threads"])
                self.runs.setdefault(point, []).append(record)
        self.points = [point for point, runs in self.runs.items() if runs]

    def samples(self, point, part):
        return [run[part] for run in self.runs[point]]

    def median(self, point, part):
        return statistics.median(self.samples(point, part))

    def is_crowded(self, point):
        return self.runs[point][0]["isCrowded"]

    def base(self, point):
        """One rank and thread, on the same link in the same way."""
        return Point(point.link, point.variant, 1, 1)

    def epoch(self, point):
        return self.median(point, EPOCH)

    def share(self, point):
        """Of how many workers each does a part of what one alone does."""
        return point.workers if self.plan.scaling == STRONG else 1

    def efficiency(self, point, seconds):
        """Of strong scaling, the speed-up over the workers; of weak scaling, the time of one over that of all; where all take
        so many seconds."""
        return self.epoch(self.base(point)) / seconds / self.share(point)

    def bound(self, point):
        """The least time that computing and the alpha-beta model allow: what computes or what is sent, whichever
        takes longer, or one after the other where they may not overlap; and the loss. None where α and β are unknown.

        As in `stratum plan`, messages follow one another as often as column blocks come to another rank."""
        base = self.base(point)
        compute, loss = (self.median(base, part) / self.share(point) for part in ("computeSeconds", "lossSeconds"))
        if point.ranks == 1:
            return compute + loss
        if point.link not in self.links:
            return None
        link = self.links[point.link]
        transfer = point.ranks * link["latencySeconds"] + self.median(point, "bytesSent") / link["bytesPerSecond"]
        overlaps = "--no-overlap" not in self.plan.variants[point.variant]
        return (max(compute, transfer) if overlaps else compute + transfer) + loss

    def exchange_seconds(self, link, ranks, size):
        """What messages of so many bytes take where each rank sends one while it receives one."""
        times = self.links[link]["exchangeSeconds"][str(ranks)]
        size = max(size, times[0][0])
        pair = next((pair for pair in zip(times, times[1:]) if size <= pair[1][0]), times[-2:])
        (smaller, before), (larger, after) = pair
        return before + (after - before) * (size - smaller) / (larger - smaller)

    def seconds_to_target(self, point):
        """For each run the seconds until the test RMSE is reached; empty where a run does not reach it."""
        found = []
        for run in self.runs[point]:
            reached = [seconds for seconds, rmse in run["testRMSE"] if rmse <= self.plan.target_rmse]
            if not reached:
                return []
            found.append(reached[0])
        return found

    def label(self, point):
        names = [name for name in (point.link, point.variant) if name and (name not in ALONE or len(self.plan.links) > 1)]
        return ", ".join(names)


def milliseconds(seconds):
    return f"{1000 * seconds:.4g}"


def measured(samples):
    median, low, high, _ = interval(samples)
    return f"{milliseconds(median)} ({milliseconds(low)}–{milliseconds(high)})"


def rows(results):
    """The table, a line for each point."""
    yield (
        "| link | variant | ranks × threads | ms an epoch | compute | waiting | rotation | loss | imbalance | MB sent "
        "| bound, ms | efficiency | seconds to target |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    for point in results.points:
        parts = [milliseconds(results.median(point, f"{p}Seconds")) for p in ("compute", "waiting", "rotation", "loss")]
        bound = results.bound(point)
        reached = results.seconds_to_target(point)
        target = "–"
        if reached:
            median, low, high, _ = interval(reached)
            target = f"{median:.3g} ({low:.3g}–{high:.3g})"
        crowded = " *" if results.is_crowded(point) else ""
        cells = [
            point.link, point.variant or "–", f"{point.ranks} × {point.threads}{crowded}",
            measured(results.samples(point, EPOCH)), *parts,
            f"{results.median(point, 'imbalance'):.2f}", f"{results.median(point, 'bytesSent') / 1e6:.2f}",
            "–" if bound is None else milliseconds(bound), f"{results.efficiency(point, results.epoch(point)):.2f}", target,
        ]  # fmt: skip
        yield "| " + " | ".join(cells) + " |"


def cost(results):
    """The COST: how few cores beat the best single thread; for one link and variant each."""
    plan = results.plan
    if plan.scaling != STRONG:
        return
    for base in results.points:
        if base != results.base(base):
            continue
        best, name = results.epoch(base), "ours"
        known = results.median(base, "ratings") / plan.serial_rate if plan.serial_rate else math.inf
        if known < best:
            best, name = known, plan.serial_name
        better = [
            point.workers
            for point in results.points
            if results.base(point) == base and point != base and results.epoch(point) < best
        ]
        fewest = min(better, default=None)
        yield (
            f"- {results.label(base) or 'here'}: the best single thread is {name}, {milliseconds(best)} ms an epoch; "
            + (f"{fewest} cores are faster (COST {fewest})." if fewest else "no number of cores here is faster.")
        )
        if plan.serial_rate:
            yield f"  {plan.serial_name}'s known rate would take {milliseconds(known)} ms an epoch."


def page(results, plot):
    """The lines of the page."""
    plan, host = results.plan, results.machine
    sureness = interval(range(plan.repetitions))[3]
    blocks = f"{plan.blocks_a_rank} blocks a rank" if plan.blocks_a_rank else f"{plan.blocks} × {plan.blocks} blocks"
    kind, _, fixed = plan.scaling.partition(": ")
    scaling = f"{kind} scaling" + (f", {fixed}" if fixed else "")
    yield (
        f"# {plan.title}\n\n"
        f"`{plan.data}`, k = {plan.factors}, {blocks}, {plan.epochs} epochs, test fraction {plan.test_fraction:g}; {scaling}. "
        f"{plan.repetitions} runs of each point in turn: medians of runs, in brackets the {100 * sureness:.0f} % interval of "
        "confidence of the median; a run's figure is the mean of its epochs but the first and the last, of ranks and threads "
        "the mean. *Epoch* has the loss and the pass over the test ratings in it. *Bound* is what computing and the alpha-beta "
        "model allow at best.\n"
    )
    yield (
        f"{host['cpu']}, {host['usableCores']} cores, {host['mpi']}, {host['date']}, commit {host['commit']}, load "
        f"{host['load']} at the start; ranks started by `{host['launcher']}`.\n"
    )
    if plan.target_rmse:
        yield f"Target: a test RMSE of {plan.target_rmse}.\n"
    for link in results.links.values():
        yield (
            f"- {link['link']}: α = {1e6 * link['latencySeconds']:.3g} µs, β = {link['bytesPerSecond'] / 1e6:.4g} MB/s, "
            + " and ".join(
                f"{EXAMPLE_BYTES / results.exchange_seconds(link['link'], ranks, EXAMPLE_BYTES) / 1e6:.4g} of each of {ranks} "
                "that send 2 MiB at once"
                for ranks in link["exchangeSeconds"]
            )
        )
    yield from ("", *rows(results), "")
    if any(results.is_crowded(point) for point in results.points):
        yield "\\* more threads than cores: it shows that the run is right, not how it scales.\n"
    yield from cost(results)
    yield f"\n![{plan.title}: time an epoch, efficiency, what the time goes into]({plot})"
