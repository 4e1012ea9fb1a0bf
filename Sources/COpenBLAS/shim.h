// CBLAS from OpenBLAS, and the LAPACK routines that are used: Debian's OpenBLAS has no LAPACKE
// header, so the Fortran symbols are declared here (every argument by reference, column-major).
#pragma once
#include <cblas.h>
#include <stdbool.h>

/// Cholesky factorisation of a symmetric positive definite matrix, in place.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
/// Solves A X = B in place from the factor that dpotrf_ made.
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda,
             double *b, const int *ldb, int *info);

/// Whether this processor and its operating system run the instructions that the numeric targets
/// are compiled for (AVX2 and FMA on x86-64; nothing beyond the baseline elsewhere).
static inline bool bancada_processor_has_vector_units(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true;
#endif
}
