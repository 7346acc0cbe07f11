#!/usr/bin/env bash
# Draws train and test RMSE by epoch out of a training log, with gnuplot.
#
# usage: Docs/demo/plot-convergence.sh LOG.jsonl PLOT.png [NOISE_FLOOR]
set -euo pipefail

log=$1 plot=$2 floor=${3:-}
table=$(mktemp)
trap 'rm -f "$table"' EXIT

# One row an epoch: epoch, train RMSE, test RMSE, NaN where there is none. An epoch that diverged was
# undone, and its number comes again.
python3 - "$log" >"$table" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as log:
    for line in log:
        record = json.loads(line)
        if not record.get("isUndone"):
            print(record["epoch"], record["trainRMSE"], record.get("testRMSE", "NaN"))
PYTHON

floor_line="" floor_curve=""
if [ -n "$floor" ]; then
  floor_line="floor = $floor"
  floor_curve=", floor title sprintf('noise floor %.3f', floor) with lines linewidth 2 dashtype 2 linecolor rgb '#666666'"
fi
gnuplot <<GNUPLOT
set terminal pngcairo size 900,560 font 'sans,13' background rgb 'white'
set output '$plot'
set title 'Stratum: convergence of the training'
set xlabel 'epoch'
set ylabel 'RMSE'
set xtics 1 nomirror
stats '$table' using 1 nooutput
if (STATS_max > 20) set xtics autofreq
set ytics nomirror
set border 3
set grid ytics linecolor rgb '#dddddd'
set key top right
set autoscale xfix
set offsets 0.3, 0.3, graph 0.05, graph 0.05
$floor_line
plot '$table' using 1:2 title 'training ratings' with linespoints linewidth 2 pointtype 7 linecolor rgb '#1f77b4', \
     '$table' using 1:3 title 'test ratings' with linespoints linewidth 2 pointtype 5 linecolor rgb '#d62728'$floor_curve
GNUPLOT
