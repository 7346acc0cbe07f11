#!/bin/bash
# shellcheck disable=SC2034 # the variables are for common.sh
# What differs from cluster to cluster. Edit it, or a copy of it that you name by `export STRATUM_SITE=FILE`.
# Every job script sources it on the first node of the job.

# The account and the partition: sbatch takes them from here where you source this file before you submit.
# export SBATCH_ACCOUNT=your-account SBATCH_PARTITION=your-partition

# The modules with which the program was built.
# module load openmpi/4.1

# The program: a command that the launcher starts once for each rank.
program=("${STRATUM:-stratum}")

# The launcher: srun, with what `srun --mpi=list` has for your MPI. A rank that ended badly ends the others, at
# the latest after 10 s; --kill-on-bad-exit=1 would do it at once, and could hit ranks that are about to end
# with a code that tells more.
launcher=(srun --mpi=pmix --kill-on-bad-exit=0 --wait=10)

# Or mpirun, where Slurm and your MPI share no PMI. The program itself keeps its threads to their CPUs.
# launcher=(mpirun --bind-to none)

# Or an Apptainer image made from stratum.def: name the folders where your ratings and runs are.
# program=(apptainer exec --bind /scratch "$HOME/stratum.sif" stratum)
# export PMIX_MCA_gds=hash # PMIx without files that the image does not see
