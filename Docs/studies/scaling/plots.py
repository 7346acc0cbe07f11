"""Plots of a study, by gnuplot, as PNG and SVG."""

import subprocess

import report

COLORS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#7f7f7f"]
PARTS = [("compute", "#1f77b4"), ("waiting", "#d62728"), ("rotation", "#ff7f0e"), ("loss", "#9467bd")]


class Blocks:
    """Gnuplot's named blocks of data."""

    def __init__(self):
        self.text = ""
        self.count = 0

    def add(self, lines):
        self.count += 1
        self.text += f"$d{self.count} << END\n" + "\n".join(lines) + "\nEND\n"
        return f"$d{self.count}"


def series(results):
    """Points of one line: same link, variant and threads, or all of one rank."""
    lines = {}
    for point in results.points:
        lines.setdefault((results.label(point), point.threads), []).append(point)
    return lines


def name(label, threads, results):
    threaded = f"{threads} {'thread' if threads == 1 else 'threads'} a rank" if len(results.plan.threads) > 1 else ""
    return ", ".join(text for text in (label, threaded) if text) or "measured"


def times(results, blocks):
    """Seconds an epoch, with intervals of confidence, bounds and what would be ideal."""
    drawn = []
    for number, ((label, threads), points) in enumerate(series(results).items()):
        color = COLORS[number % len(COLORS)]
        for is_crowded, style in ((False, "pt 7 ps 1.3"), (True, "pt 6 ps 1.5 dt 3")):
            chosen = [point for point in points if results.is_crowded(point) == is_crowded]
            if not chosen:
                continue
            lines = []
            for point in sorted(chosen, key=lambda point: point.workers):
                median, low, high, _ = report.interval(results.samples(point, "epochSeconds"))
                lines.append(f"{point.workers * (1 + 0.01 * number)} {1000 * median} {1000 * low} {1000 * high}")
            title = f"title '{name(label, threads, results)}'" if chosen[0] == points[0] else "notitle"
            drawn.append(f"{blocks.add(lines)} with yerrorlines lc rgb '{color}' {style} {title}")
        bounds = [(point.workers, results.bound(point)) for point in sorted(points, key=lambda point: point.workers)]
        lines = [f"{workers} {1000 * bound}" for workers, bound in bounds if bound is not None]
        drawn.append(f"{blocks.add(lines)} with lines lc rgb '{color}' dt 2 lw 1.5 notitle")
    drawn.append("NaN with points lc rgb '#444444' pt 6 ps 1.5 title 'more threads than cores'")
    drawn.append("NaN with lines lc rgb '#444444' dt 2 lw 1.5 title 'alpha-beta bound'")
    return (
        "set title 'time of an epoch'\nset xlabel 'ranks × threads'\nset ylabel 'ms'\nset logscale xy 2\n"
        "set format y '%.3g'\nset key below font ',9'\nplot " + ", ".join(drawn)
    )


def efficiencies(results, blocks):
    drawn = ["1 with lines lc rgb '#999999' dt 2 title 'ideal'"]
    for number, ((label, threads), points) in enumerate(series(results).items()):
        color = COLORS[number % len(COLORS)]
        for is_crowded, style in ((False, "pt 7"), (True, "pt 6 dt 3")):
            chosen = [point for point in points if results.is_crowded(point) == is_crowded]
            if chosen:
                lines = [
                    f"{point.workers} {results.efficiency(point)}" for point in sorted(chosen, key=lambda p: p.workers)
                ]
                drawn.append(f"{blocks.add(lines)} with linespoints lc rgb '{color}' {style} ps 1.3 notitle")
    return (
        "unset logscale y\nset title 'efficiency'\nset ylabel ''\nset yrange [0:1.15]\nset format y '%g'\n"
        "set key below\nplot " + ", ".join(drawn) + "\nset yrange [*:*]"
    )


def bars(results, blocks):
    """What the time of an epoch goes into."""
    lines = []
    for point in results.points:
        label = f"{point.ranks}×{point.threads}" + ("*" if results.is_crowded(point) else "")
        words = [results.label(point), label]
        parts = [1000 * results.median(point, f"{part}Seconds") for part, _ in PARTS]
        lines.append(f'"{" ".join(word for word in words if word)}" ' + " ".join(str(part) for part in parts))
    data = blocks.add(lines)
    drawn = [
        f"{data} using {column + 2}{':xtic(1)' if column == 0 else ''} lc rgb '{color}' title '{part}'"
        for column, (part, color) in enumerate(PARTS)
    ]
    return (
        "unset logscale\nset title 'what it goes into, a thread'\nset xlabel ''\nset ylabel 'ms'\n"
        "set style data histograms\nset style histogram rowstacked\nset style fill solid 0.9 border -1\nset boxwidth 0.7\n"
        "set xtics rotate by -40 font ',9'\nset yrange [0:*]\nset key below\nplot " + ", ".join(drawn)
    )


def targets(results, blocks):
    """Seconds until the target RMSE."""
    lines = []
    for point in results.points:
        reached = results.seconds_to_target(point)
        if reached:
            median, low, high, _ = report.interval(reached)
            label = f"{results.label(point)} {point.ranks}×{point.threads}".strip()
            label += "*" if results.is_crowded(point) else ""
            lines.append(f'"{label}" {median} {low} {high}')
    if not lines:
        return ""
    return (
        f"set title 'seconds to a test RMSE of {results.plan.target_rmse}'\nset ylabel 's'\n"
        "set style histogram errorbars gap 1 lw 1.5\n"
        f"plot {blocks.add(lines)} using 2:3:4:xtic(1) lc rgb '#2ca02c' notitle"
    )


def render(path, title, panels, blocks, layout, size):
    """Writes panels side by side to a PNG and an SVG."""
    for terminal, suffix in (("pngcairo", ".png"), ("svg", ".svg")):
        script = f"""
set terminal {terminal} size {size[0]},{size[1]} font 'sans,11' background rgb 'white'
set output '{path.with_suffix(suffix)}'
set encoding utf8
set border 3
set xtics nomirror
set ytics nomirror
set grid ytics lc rgb '#dddddd'
{blocks.text}
set multiplot layout {layout} title "{title}" font 'sans,13'
{chr(10).join(panels)}
unset multiplot
"""
        subprocess.run(["gnuplot"], input=script.encode(), check=True)


def draw(results, table):
    blocks = Blocks()
    panels = [panel for panel in (f(results, blocks) for f in (times, efficiencies, bars, targets)) if panel]
    render(table, results.plan.title, panels, blocks, "2,2", (1100, 1000))
