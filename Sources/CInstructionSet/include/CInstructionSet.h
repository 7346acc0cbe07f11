// Whether this CPU can run this program.
//
// A program built for the machine at hand (`-march=native`) dies of an illegal instruction on a CPU
// that lacks what it was built for. Linking this module puts a check before `main`, and so before any
// MPI work: one sentence names what is missing and the program ends with exit code 1.
//
// On other architectures than x86-64 the module is empty.
#ifndef CINSTRUCTIONSET_H
#define CINSTRUCTIONSET_H

#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>

/// A set of instruction-set extensions, one bit for each.
typedef uint64_t InstructionSet;

/// The extensions that the compiler was allowed to use when it built this program.
InstructionSet instruction_set_required(void);

/// The extensions that the CPU has and the operating system has enabled.
InstructionSet instruction_set_available(void);

/// The set of the one extension with this name, or the empty set where the name is unknown.
InstructionSet instruction_set_named(const char *name);

/// Writes the names of the extensions in `required` that are not in `available` as `avx2, fma`, cut
/// off at `capacity` bytes with the closing zero, and returns how many there are.
size_t instruction_set_missing(
  InstructionSet required, InstructionSet available, char *names, size_t capacity);

#endif
#endif
