#include "CPlainMPI.h"

#include <mpi.h>

int plain_ping_pong(unsigned char *buffer, long bytes, int repetitions, double *seconds) {
  int rank;
  int code = MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  double start = MPI_Wtime();
  MPI_Status status;
  for (int i = 0; i < repetitions && rank < 2 && code == MPI_SUCCESS; i++) {
    if (rank == 0) {
      code = MPI_Send(buffer, (int)bytes, MPI_UINT8_T, 1, 0, MPI_COMM_WORLD);
      if (code != MPI_SUCCESS) break;
      code = MPI_Recv(buffer, (int)bytes, MPI_UINT8_T, 1, 0, MPI_COMM_WORLD, &status);
    } else {
      code = MPI_Recv(buffer, (int)bytes, MPI_UINT8_T, 0, 0, MPI_COMM_WORLD, &status);
      if (code != MPI_SUCCESS) break;
      code = MPI_Send(buffer, (int)bytes, MPI_UINT8_T, 0, 0, MPI_COMM_WORLD);
    }
  }
  *seconds = (MPI_Wtime() - start) / repetitions;
  return code;
}

int plain_exchange(
    const unsigned char *sent, unsigned char *received, long bytes, int repetitions, double *seconds) {
  int rank, size;
  int code = MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, &size);
  double start = MPI_Wtime();
  MPI_Status status;
  for (int i = 0; i < repetitions && code == MPI_SUCCESS; i++) {
    code = MPI_Sendrecv(
        sent, (int)bytes, MPI_UINT8_T, (rank + 1) % size, 0, received, (int)bytes, MPI_UINT8_T,
        (rank + size - 1) % size, 0, MPI_COMM_WORLD, &status);
  }
  *seconds = (MPI_Wtime() - start) / repetitions;
  return code;
}

int plain_all_reduce(double *values, long count, int repetitions, double *seconds) {
  int code = MPI_SUCCESS;
  double start = MPI_Wtime();
  for (int i = 0; i < repetitions && code == MPI_SUCCESS; i++) {
    code = MPI_Allreduce(MPI_IN_PLACE, values, (int)count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  }
  *seconds = (MPI_Wtime() - start) / repetitions;
  return code;
}

int plain_lonely_all_reduce(double *value, int repetitions, double *seconds) {
  int code = MPI_SUCCESS;
  double start = MPI_Wtime();
  for (int i = 0; i < repetitions && code == MPI_SUCCESS; i++) {
    code = MPI_Allreduce(MPI_IN_PLACE, value, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_SELF);
  }
  *seconds = (MPI_Wtime() - start) / repetitions;
  return code;
}
