#!/bin/bash
# What the job scripts share; each sources it first. Within it `$0` and `$@` are the script's.
#
#   launch ARGUMENT…           run the program on all tasks of the job
#   train FOLDER ARGUMENT…     `stratum train` into a folder; goes on in another start of the job where this one ends
#   study NAME [FOLDER [PLAN]] run a scaling study
set -euo pipefail
jobscripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { echo "$(basename "$script"): $*"; }

fail() {
  say "$*" >&2
  exit 1
}

# Prints the comment at the top of the script, and what it asks of Slurm.
usage() { sed -n '2,${/^#/!q; s/^#SBATCH/ /p; t; s/^# \{0,1\}//p}' "$0"; }

# For a command line that the script does not understand.
misused() {
  usage >&2
  exit 64
}

# Slurm runs a copy of the script, of another name.
script=$(sed -n '2s/^# \([a-z-]*\.slurm\):.*/\1/p' "$0")
case ${1:-} in
  -h | --help) usage && exit 0 ;;
esac
[ -n "${SLURM_JOB_ID:-}" ] || fail "submit it with sbatch, or see bash $0 --help"

# Slurm sends USR1 to this shell some time before the time is up (#SBATCH --signal); the launcher hands it on
# to all ranks.
ranks='' signals=0
hand_on() {
  signals=$((signals + 1))
  if [ -n "$ranks" ]; then kill -USR1 "$ranks" 2>/dev/null || true; fi
}
trap hand_on USR1

site=${STRATUM_SITE:-$jobscripts/site.sh}
# What `module load` runs may use variables that are not set.
set +u
# shellcheck source=site.sh
. "$site"
set -u

# Ends the job where a command of site.sh is not on this node: another start would not find it either.
require() {
  local name=$1 command=${2:-}
  [ -n "$command" ] || fail "$name= in $site is empty"
  command -v "$command" >/dev/null || fail "there is no command $command on node $(hostname): see $name= in $site, and PATH"
}
require launcher "${launcher[@]}"
# What is in an image that the launcher enters cannot be seen from here.
if [[ ! ${launcher[*]} =~ container|apptainer|singularity ]]; then require program "${program[@]}"; fi

# One thread for each CPU of a task. Since Slurm 22.05 srun does not take --cpus-per-task over from sbatch.
export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}
# mpirun notices a node whose network fails after 7 s instead of after hours.
export OMPI_MCA_oob_tcp_keepalive_time=${OMPI_MCA_oob_tcp_keepalive_time:-3}
export OMPI_MCA_oob_tcp_keepalive_intvl=${OMPI_MCA_oob_tcp_keepalive_intvl:-2}
export OMPI_MCA_oob_tcp_keepalive_probes=${OMPI_MCA_oob_tcp_keepalive_probes:-2}

# Open MPI would also try to reach other hosts by the bridges to a host's own containers and virtual machines, and hang.
# Where the site or the user names the network to take, nothing is left out: Open MPI refuses to be told of both.
named=$(
  compgen -e OMPI_MCA_btl_tcp_if_
  ompi_info --param btl tcp --level 9 --parsable 2>/dev/null | grep 'tcp_if_.*:source:' | grep -v default
) || true
if [ -z "$named" ]; then export OMPI_MCA_btl_tcp_if_exclude=lo,docker0,virbr0; fi

launch() {
  local status seen
  # Slurm's signal came when there was nobody yet to hand it on to.
  if [ "$signals" -gt 0 ]; then return 75; fi
  "${launcher[@]}" "${program[@]}" "$@" </dev/null &
  ranks=$!
  # Nor was there when it came while they were being started.
  if [ "$signals" -gt 0 ]; then kill -USR1 "$ranks" 2>/dev/null || true; fi
  # A signal ends the waiting, not what is waited for.
  until [ "${seen:-}" = "$signals" ]; do
    seen=$signals
    wait "$ranks" && status=0 || status=$?
  done
  ranks=''
  return "$status"
}

# Has this job's output in a folder too.
keep_output_in() {
  local output
  output=$(readlink "/proc/$$/fd/1")
  if [ ! -f "$output" ] || [ "$output" -ef "$1/$(basename "$output")" ]; then return; fi
  ln -f "$output" "$1/" 2>/dev/null || ln -sf "$output" "$1/"
}

# Ends the job where an option that the script gives itself is among the arguments.
#
#   refuse REASON OPTION… -- ARGUMENT…
refuse() {
  local reason=$1 ours=' ' argument
  shift
  while [ "$1" != -- ]; do ours+="$1 " && shift; done
  for argument; do
    if [[ $ours == *" ${argument%%=*} "* ]]; then fail "${argument%%=*} is no option here: $reason"; fi
  done
}

train() {
  local run=$1 status=0 start=1 before checkpoint=()
  shift
  refuse "FOLDER says where model and checkpoints go" --output -o --run-folder --checkpoint -- "$@"
  # A model is whole or absent. After a restart one that is there is this job's own, else it is another's.
  if [ -e "$run/model" ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -eq 0 ]; then
      fail "$run has a model already: name another folder, or remove it"
    fi
    say "the model in $run was written before the job was queued again: nothing to do"
    return 0
  fi
  mkdir -p "$run"
  keep_output_in "$run"
  if [ "${SLURM_RESTART_COUNT:-0}" -eq 0 ]; then rm -f "$run/fruitless-starts"; fi
  before=$(state_of_checkpoints "$run")
  # The manifest tells of the last start of the program; those of earlier ones stay beside it.
  if [ -e "$run/manifest.json" ]; then
    while [ -e "$run/manifest-$start.json" ]; do start=$((start + 1)); done
    mv "$run/manifest.json" "$run/manifest-$start.json"
  fi
  # L-BFGS cannot go on.
  if [[ " $* " != *" --solver"[\ =]"lbfgs "* ]]; then checkpoint=(--checkpoint "$run/checkpoint"); fi
  launch train --run-folder "$run" "${checkpoint[@]}" "$@" || status=$?
  case $status in
    0) rm -f "$run/fruitless-starts" ;;
    1 | 64) return "$status" ;; # what the program said will be so again
    2 | 8 | 13 | 126 | 127) # srun's and a shell's for what cannot be found or run
      say "the program could not be started (exit code $status): see launcher= and program= in $site" >&2
      return "$status"
      ;;
    75) go_on_later 75 "$run" "$before" "training was interrupted" ;;
    *) go_on_later "$status" "$run" "$before" "a rank or a node was lost (exit code $status)" ;;
  esac
}

# Prints the checkpoints that there are, whole ones alone: each start begins one to see whether it may write there.
state_of_checkpoints() { find "$1/checkpoint" -name '*.checkpoint' -printf '%P %T@\n' 2>/dev/null | sort || true; }

# Has Slurm start the job again, which then goes on from its last checkpoint, and end this shell; returns only where
# the job is not to start again. What gets nowhere is repeated twice.
go_on_later() {
  local status=$1 run=$2 before=$3 what=$4 now next='begin anew'
  now=$(state_of_checkpoints "$run")
  if [ -n "$now" ]; then next='go on from its last checkpoint'; fi
  if [ "$now" != "$before" ]; then
    rm -f "$run/fruitless-starts"
  else
    echo "$what" >>"$run/fruitless-starts"
    if [ "$(wc -l <"$run/fruitless-starts")" -gt 2 ]; then
      say "$what, for the third time without a new checkpoint: give more --time or memory, or see the output in $run" >&2
      return 1
    fi
  fi
  say "$what: the job is queued again, and will $next"
  if scontrol requeue "$SLURM_JOB_ID"; then sleep 300; fi
  say "the job cannot be queued again: submit it once more to go on" >&2
  return "$status"
}

# The numbers 1, 2, 4, … up to the tasks of the job.
powers_of_two() {
  local ranks
  for ((ranks = 1; ranks <= SLURM_NTASKS; ranks *= 2)); do printf '%s ' "$ranks"; done
}

study() {
  local name=$1 folder=${2:-$1-$SLURM_JOB_ID} plan=${3:-$jobscripts/$1.study} word command
  [ -f "$plan" ] || fail "there is no study $plan"
  mkdir -p "$folder/programs"
  keep_output_in "$folder"
  {
    cat "$plan"
    grep -q '^ranks' "$plan" || echo "ranks = $(powers_of_two)"
    grep -q '^threads' "$plan" || echo "threads = ${SLURM_CPUS_PER_TASK:-1}"
  } >"$folder/$name.study"
  # The study wants the programs in a directory, and they may be commands of several words.
  for word in stratum mpi-bench; do
    command=("${program[@]}")
    command[-1]=${command[-1]/%stratum/$word}
    printf '#!/bin/bash\nexec %s "$@"\n' "${command[*]@Q}" >"$folder/programs/$word"
    chmod +x "$folder/programs/$word"
  done
  python3 "$jobscripts/../Docs/studies/scaling.py" "$folder/programs" "$folder/$name.study" "$folder" \
    --launcher "${launcher[*]}"
}
