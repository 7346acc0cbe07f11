"""Diagrams by gnuplot, as PNG and SVG."""

import shutil
import subprocess

COLORS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#7f7f7f"]


class Blocks:
    """Gnuplot's named blocks of data."""

    def __init__(self):
        self.text = ""
        self.count = 0

    def add(self, lines):
        self.count += 1
        self.text += f"$d{self.count} << END\n" + "\n".join(lines) + "\nEND\n"
        return f"$d{self.count}"


def render(path, title, panels, blocks, layout, size):
    """Writes panels side by side to a PNG and an SVG; says so where there is no gnuplot, as on nodes of a cluster."""
    if shutil.which("gnuplot") is None:
        print("there is no gnuplot, so nothing is drawn")
        return
    for terminal, suffix in (("pngcairo", ".png"), ("svg", ".svg")):
        script = f"""
set terminal {terminal} size {size[0]},{size[1]} font 'sans,11' background rgb 'white'
set output '{path.with_suffix(suffix)}'
set encoding utf8
set border 3
set xtics nomirror
set ytics nomirror
set key below
set grid ytics lc rgb '#dddddd'
{blocks.text}
set multiplot layout {layout} title "{title}" font 'sans,13'
{chr(10).join(panels)}
unset multiplot
"""
        subprocess.run(["gnuplot"], input=script.encode(), check=True)
