#pragma once

#include <sys/syscall.h>
#include <unistd.h>

/// Asks for the cache line at an address that will be read and written soon, without waiting for it.
///
/// Any address will do: one that cannot be read is ignored.
static inline __attribute__((always_inline)) void cprocessor_prefetch_for_writing(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

/// Keeps the calling thread to one CPU; does nothing where the system refuses.
///
/// The C library's function for it is hidden from Swift.
static inline void cprocessor_pin_this_thread(long cpu) {
  enum { bits = 8 * sizeof(unsigned long) };
  unsigned long set[64] = {0};
  if (cpu < 0 || cpu >= 64 * bits) return;
  set[cpu / bits] = 1UL << cpu % bits;
  (void)syscall(SYS_sched_setaffinity, 0, sizeof set, set);
}

/// Sixteen floats, as Swift has them in `SIMD16<Float>`.
typedef float cprocessor_float16 __attribute__((ext_vector_type(16)));

/// The same sixteen floats, which the compiler must now have in one register.
///
/// It would otherwise take the last multiply-add of a dot product apart into the elements that their sum
/// asks for: thirty-two instructions in place of one.
static inline __attribute__((always_inline)) cprocessor_float16
cprocessor_whole(cprocessor_float16 floats) {
#if defined(__AVX512F__)
  __asm__("" : "+v"(floats));
#endif
  return floats;
}
