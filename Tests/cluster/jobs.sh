#!/bin/bash
# What the tests on the virtual cluster share. Sourced with the directory that holds the program as $1 and the
# number of nodes as $2: brings up these nodes, of four CPUs, and goes to a folder that all of them see.
set -euo pipefail
test=$(basename "$0")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
cluster=$here/cluster
STRATUM=$(cd "$1" && pwd)/stratum
STRATUM_SITE=$here/site.sh
export STRATUM STRATUM_SITE
passed=0

skip() {
  echo "$test: SKIPPED, nothing was tested: $*"
  exit 0
}
[ "$(id -u)" -eq 0 ] || skip "making nodes out of namespaces needs root"
"$top/.ci/setup" slurm || skip "Slurm cannot be installed here"
unshare --net --uts --mount true 2>/dev/null || skip "namespaces cannot be made here"

work=$(mktemp -d -p /var/tmp) # not below /tmp, which each node has its own of
trap 'rm -rf "$work"' EXIT
if [[ $top == /tmp/* ]]; then export CLUSTER_SHARED=$top; fi
"$cluster" up "$2" 4
trap '"$cluster" down; rm -rf "$work"' EXIT
cd "$work"

slurm() { "$cluster" run n1 "$@"; }

# As many clusters' nodes have it: a bridge to the node's own containers, of one address on all nodes.
for number in $(seq "$2"); do
  "$cluster" run "n$number" sh -c \
    'ip link add docker0 type bridge && ip address add 172.17.0.1/16 dev docker0 && ip link set docker0 up'
done

pass() {
  passed=$((passed + 1))
  echo "ok: $* ($SECONDS s)"
}

# Ends the test, and shows the end of a job's output where its number is given.
die() {
  echo "$test: FAILED: $1" >&2
  if [ $# -gt 1 ]; then
    slurm scontrol show job "$2" >&2 || true
    tail -n 40 ./*-"$2".out >&2 || true
  fi
  echo "$test: $passed passed, 1 failed"
  exit 1
}

# Submits a job script as a user does, with options of sbatch before its name; prints the job's number.
submit() {
  local options=()
  while [[ $1 == -* ]]; do options+=("$1") && shift; done
  slurm sbatch --parsable "${options[@]}" "$top/jobscripts/$1" "${@:2}"
}

field() { slurm scontrol --oneliner show job "$1" | sed -n "s/.* $2=\([^ ]*\).*/\1/p" | head -n 1; }
state() { field "$1" JobState; }

# Waits until a job's state is one of those given as `A|B`.
await() {
  local job=$1 states=$2 now=''
  for _ in $(seq 600); do
    now=$(state "$job")
    if [[ $now =~ ^($states)$ ]]; then return; fi
    sleep 0.2
  done
  die "job $job is $now and does not become $states" "$job"
}

# Waits for the end of jobs, which must be good.
await_success() {
  local job
  for job; do
    await "$job" 'COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL'
    if [ "$(state "$job")" != COMPLETED ]; then die "job $job is $(state "$job")" "$job"; fi
  done
}

# Waits until a run has trained so many epochs.
await_epoch() {
  local run=$1 epoch=$2 job=$3
  for _ in $(seq 600); do
    if grep -qs "\"epoch\":$epoch," "$run/log.jsonl"; then return; fi
    sleep 0.1
  done
  die "$run does not come to epoch $epoch" "$job"
}

# Waits until a job has been queued again, and has it start at once instead of after the two minutes that Slurm
# mostly lets it wait; for the first time, or the one whose number is given.
restart_at_once() {
  for _ in $(seq 600); do
    if [ "$(field "$1" Restarts)" = "${2:-1}" ] && [[ $(state "$1") =~ ^(PENDING|RUNNING|COMPLETED)$ ]]; then break; fi
    sleep 0.2
  done
  # Slurm takes a start in the second of the requeue for the old one ("Job credential revoked").
  sleep 2
  if [ "$(state "$1")" = PENDING ]; then slurm scontrol update jobid="$1" StartTime=now; fi
}

same_model() { diff -r "$1" "$2" >/dev/null; }
