"""Plots of a study."""

import gnuplot
import report

PARTS = [("compute", "#1f77b4"), ("waiting", "#d62728"), ("rotation", "#ff7f0e"), ("loss", "#9467bd")]


def series(results):
    """Points of one line: same link, variant and threads, by ascending ranks."""
    lines = {}
    for point in results.points:
        lines.setdefault((results.label(point), point.threads), []).append(point)
    return [(gnuplot.COLORS[number % len(gnuplot.COLORS)], *line) for number, line in enumerate(lines.items())]


def name(results, label, threads):
    threaded = f"{threads} {'thread' if threads == 1 else 'threads'} a rank" if len(results.plan.threads) > 1 else ""
    return ", ".join(text for text in (label, threaded) if text) or "measured"


def caption(results, point):
    """What stands below the bar of a point."""
    return f"{results.label(point)} {point.ranks}×{point.threads}{'*' if results.is_crowded(point) else ''}".strip()


def measured(results, blocks, kind, values, titled):
    """The lines of a diagram by workers, points with more threads than cores hollow and apart."""
    for number, (color, key, points) in enumerate(series(results)):
        title = f"title '{name(results, *key)}'" if titled else "notitle"
        for is_crowded, style in ((False, "pt 7 ps 1.3"), (True, "pt 6 ps 1.5 dt 3")):
            chosen = [point for point in points if results.is_crowded(point) == is_crowded]
            if chosen:
                # A little apart, so that intervals do not cover one another.
                data = blocks.add(f"{point.workers * (1 + 0.01 * number)} {values(point)}" for point in chosen)
                yield f"{data} with {kind} lc rgb '{color}' {style} {title}"
                title = "notitle"


def bounds(results, blocks, value):
    """The bounds of a diagram's lines, where they are known."""
    for color, _, points in series(results):
        known = [(point, results.bound(point)) for point in points]
        lines = [f"{point.workers} {value(point, seconds)}" for point, seconds in known if seconds is not None]
        if lines:
            yield f"{blocks.add(lines)} with lines lc rgb '{color}' dt 2 lw 1.5 notitle"


def times(results, blocks):
    """Time of an epoch, with intervals of confidence and bounds."""

    def values(point):
        median, low, high, _ = report.interval(results.samples(point, report.EPOCH))
        return f"{1000 * median} {1000 * low} {1000 * high}"

    drawn = [
        *measured(results, blocks, "yerrorlines", values, titled=True),
        *bounds(results, blocks, lambda point, seconds: 1000 * seconds),
        "NaN with points lc rgb '#444444' pt 6 ps 1.5 title 'more threads than cores'",
        "NaN with lines lc rgb '#444444' dt 2 lw 1.5 title 'alpha-beta bound'",
    ]
    workers = sorted({point.workers for point in results.points})
    ticks = ", ".join(str(count) for count in workers)
    return (
        "set title 'time of an epoch'\nset xlabel 'ranks × threads' offset 0,0.7\nset ylabel 'ms'\nset logscale xy 2\n"
        f"set xtics ({ticks})\nset xrange [{0.9 * workers[0]}:{1.2 * workers[-1]}]\n"
        f"set format y '%g'\nset key font ',9'\nplot {', '.join(drawn)}"
    )


def efficiencies(results, blocks):
    drawn = [
        "1 with lines lc rgb '#999999' title 'ideal'",
        *measured(
            results, blocks, "linespoints", lambda point: results.efficiency(point, results.epoch(point)), titled=False
        ),
        *bounds(results, blocks, results.efficiency),
    ]
    return (
        "unset logscale y\nset title 'efficiency (colours and bound as on the left)'\nset ylabel ''\n"
        f"set yrange [0:1.15]\nplot {', '.join(drawn)}\nset yrange [*:*]"
    )


def bars(results, blocks):
    """What the time of an epoch goes into."""
    lines = []
    for point in results.points:
        parts = [str(1000 * results.median(point, f"{part}Seconds")) for part, _ in PARTS]
        lines.append(f'"{caption(results, point)}" ' + " ".join(parts))
    data = blocks.add(lines)
    drawn = [
        f"{data} using {column + 2}{':xtic(1)' if column == 0 else ''} lc rgb '{color}' title '{part}'"
        for column, (part, color) in enumerate(PARTS)
    ]
    return (
        "unset logscale\nset title 'what it goes into, a thread'\nset xlabel ''\nset ylabel 'ms'\n"
        "set style data histograms\nset style histogram rowstacked\nset style fill solid 0.9 border -1\nset boxwidth 0.7\n"
        "set xrange [*:*]\nunset xtics\nset xtics nomirror rotate by 40 right font ',9'\nset yrange [0:*]\n"
        f"plot {', '.join(drawn)}"
    )


def targets(results, blocks):
    """Seconds until the target RMSE."""
    lines = []
    for point in results.points:
        reached = results.seconds_to_target(point)
        if reached:
            median, low, high, _ = report.interval(reached)
            lines.append(f'"{caption(results, point)}" {median} {low} {high}')
    if not lines:
        return ""
    return (
        f"set title 'seconds to a test RMSE of {results.plan.target_rmse}'\nset ylabel 's'\n"
        "set style histogram errorbars gap 1 lw 1.5\n"
        f"plot {blocks.add(lines)} using 2:3:4:xtic(1) lc rgb '#2ca02c' notitle"
    )


def draw(results, table):
    blocks = gnuplot.Blocks()
    panels = [panel for panel in (f(results, blocks) for f in (times, efficiencies, bars, targets)) if panel]
    if len(panels) == 3:
        # The bars have the lower half for themselves.
        panels[2] = "set origin 0, 0\nset size 1, 0.48\n" + panels[2]
    gnuplot.render(table, results.plan.title, panels, blocks, "2,2", (1100, 1000))
