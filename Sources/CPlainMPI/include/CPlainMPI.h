/* The same communication as mpi-bench's Swift half, in plain C: what the wrapper is measured
 * against. Each function repeats one operation and returns MPI's code; seconds per repetition come
 * back through `seconds`. */
#ifndef C_PLAIN_MPI_H
#define C_PLAIN_MPI_H

/* Ranks 0 and 1 of the world send `bytes` to and fro; the other ranks return at once. */
int plain_ping_pong(unsigned char *buffer, long bytes, int repetitions, double *seconds);

/* Each rank of the world sends `bytes` to the next while it receives as many from the one before. */
int plain_exchange(
    const unsigned char *sent, unsigned char *received, long bytes, int repetitions, double *seconds);

/* All ranks of the world sum `count` doubles in place. */
int plain_all_reduce(double *values, long count, int repetitions, double *seconds);

/* One rank sums one double with itself: hardly more than the call. */
int plain_lonely_all_reduce(double *value, int repetitions, double *seconds);

#endif
