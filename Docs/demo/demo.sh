#!/usr/bin/env bash
# What Stratum does, in a minute: a million generated ratings, factorized on two ranks of this machine,
# recommendations for one user, and a plot. Everything goes to demo/.
#
# usage: Docs/demo/demo.sh DIRECTORY     the directory that holds the program `stratum`
set -euo pipefail

programs=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
rm -rf demo
mkdir demo

# Shows a command as a user types it, then runs it.
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
stratum() {
  echo "\$ stratum $*"
  "$programs/stratum" "$@"
}
stratum_on_ranks() {
  local ranks=$1
  shift
  echo "\$ mpirun -n $ranks stratum $*"
  .ci/mpirun "$ranks" 300 "$programs/stratum" "$@"
}

matrix=ratings-like:rows=6040,columns=3706,ratings=1000000,seed=1

say "1. A million ratings from 1 to 5, of 6,040 users and 3,706 items, like those of a film site"
stratum generate "$matrix" --output demo/ratings.tsv | tee demo/generate.txt
floor=$(sed -n 's/.*noise floor \([0-9.]*\).*/\1/p' demo/generate.txt)

say "2. Factorize them on two ranks; a tenth is held out for the test"
# The same ratings as in the file, made again by each rank for itself: so training knows their noise.
stratum_on_ranks 2 train --synthetic "$matrix" --output demo/model --test-fraction 0.1 \
  --log demo/log.jsonl

say "3. Ten items for one user, without those the user has rated"
stratum recommend demo/model --rows 1 --top 10 --no-clip --exclude demo/ratings.tsv

say "4. How training converged"
Docs/demo/plot-convergence.sh demo/log.jsonl demo/convergence.png "$floor"
echo "demo/convergence.png"
