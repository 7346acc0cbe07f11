#pragma once

/// Asks for the cache line at an address that will be read and written soon, without waiting for it.
///
/// Any address will do: one that cannot be read is ignored.
static inline __attribute__((always_inline)) void cprefetch_for_writing(const void *address) {
  __builtin_prefetch(address, 1, 3);
}
