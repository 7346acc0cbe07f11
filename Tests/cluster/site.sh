#!/bin/bash
# shellcheck disable=SC2034 # the variables are for jobscripts/common.sh
# The virtual nodes' site.sh: each takes itself for the only one on the machine, and ranks are root's.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# More ranks than the machine has cores: a waiting rank must give way.
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl=self,vader,tcp OMPI_MCA_btl_vader_single_copy_mechanism=none
program=("$STRATUM")
case ${LAUNCHER:-srun} in
  srun) launcher=(srun --mpi=pmix --kill-on-bad-exit=0 --wait=10) ;;
  mpirun) launcher=(mpirun --bind-to none) ;;
esac
