/* OpenBLAS: how it was built, and of its LAPACK what Stratum calls, for which it has no header. */
#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

#include <cblas.h>
#include <stddef.h>

/* Fortran's own: all arguments by address, matrices by columns, and behind them the length of the text. */
void sposv_(
    const char *triangle, const blasint *order, const blasint *rightSides, float *matrix,
    const blasint *leading, float *rights, const blasint *leadingOfRights, blasint *info,
    size_t triangleLength);

#endif
