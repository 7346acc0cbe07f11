#pragma once

#include <sys/syscall.h>
#include <unistd.h>

/// How many vectors of 16 floats the registers hold of the CPUs that this is compiled for.
#if defined(__AVX512F__)
enum { cprocessor_vectors_in_registers = 32 };
#elif defined(__AVX__) || defined(__ARM_NEON)
enum { cprocessor_vectors_in_registers = 8 };
#else
enum { cprocessor_vectors_in_registers = 4 };
#endif

/// Asks for the cache line at an address that will be read and written soon, without waiting for it.
///
/// Any address will do: one that cannot be read is ignored.
static inline __attribute__((always_inline)) void cprocessor_prefetch_for_writing(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

/// Keeps the calling thread to some CPUs; does nothing where the system refuses.
///
/// The C library's function for it is hidden from Swift.
static inline void cprocessor_keep_this_thread_to(const long *cpus, long count) {
  enum { bits = 8 * sizeof(unsigned long) };
  unsigned long set[64] = {0};
  for (long i = 0; i < count; i++)
    if (cpus[i] >= 0 && cpus[i] < 64 * bits) set[cpus[i] / bits] |= 1UL << cpus[i] % bits;
  (void)syscall(SYS_sched_setaffinity, 0, sizeof set, set);
}

/// Four floats, as Swift has them in `SIMD4<Float>`.
typedef float cprocessor_float4 __attribute__((ext_vector_type(4)));

/// The square roots of four floats, in one instruction.
///
/// Swift's own is four calls of the C library, each behind a branch.
static inline __attribute__((always_inline)) cprocessor_float4
cprocessor_roots(cprocessor_float4 floats) {
  return __builtin_elementwise_sqrt(floats);
}
