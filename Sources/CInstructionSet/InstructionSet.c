#define _GNU_SOURCE  // program_invocation_short_name
#include "CInstructionSet.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The whole program is compiled for the advanced CPU, these functions too: they may use nothing of it.
#pragma clang attribute push( \
    __attribute__((target("general-regs-only,no-bmi,no-bmi2,no-lzcnt,no-popcnt,no-movbe,no-adx"))), \
    apply_to = function)

// The registers that the operating system must save for an extension to be usable: bits of XCR0.
enum { GENERAL = 0, YMM = 0x06, ZMM = 0xe6 };

enum { EAX, EBX, ECX, EDX };

struct Extension {
  const char *name;
  /// What the compiler's macro expands to: "1" where the compiler may use the extension, else the
  /// macro's own name.
  const char *expansion;
  uint32_t leaf, subleaf;
  uint8_t word, bit;
  uint8_t state;
};

#define TEXT(macro) TEXT_AS_IS(macro)
#define TEXT_AS_IS(text) #text
#define EXTENSION(name, macro, leaf, subleaf, word, bit, state) \
  {name, TEXT(macro), leaf, subleaf, word, bit, state}

// What a compiler uses of its own accord. Places of the bits: Intel 64 Software Developer's Manual,
// volume 2A, CPUID; AMD64 Architecture Programmer's Manual, volume 3, appendix E (leaf 0x80000001).
static const struct Extension extensions[] = {
  EXTENSION("sse3", __SSE3__, 1, 0, ECX, 0, GENERAL),
  EXTENSION("pclmulqdq", __PCLMUL__, 1, 0, ECX, 1, GENERAL),
  EXTENSION("ssse3", __SSSE3__, 1, 0, ECX, 9, GENERAL),
  EXTENSION("fma", __FMA__, 1, 0, ECX, 12, YMM),
  EXTENSION("cx16", __GCC_HAVE_SYNC_COMPARE_AND_SWAP_16, 1, 0, ECX, 13, GENERAL),
  EXTENSION("sse4_1", __SSE4_1__, 1, 0, ECX, 19, GENERAL),
  EXTENSION("sse4_2", __SSE4_2__, 1, 0, ECX, 20, GENERAL),
  EXTENSION("movbe", __MOVBE__, 1, 0, ECX, 22, GENERAL),
  EXTENSION("popcnt", __POPCNT__, 1, 0, ECX, 23, GENERAL),
  EXTENSION("aes", __AES__, 1, 0, ECX, 25, GENERAL),
  EXTENSION("avx", __AVX__, 1, 0, ECX, 28, YMM),
  EXTENSION("f16c", __F16C__, 1, 0, ECX, 29, YMM),
  EXTENSION("bmi1", __BMI__, 7, 0, EBX, 3, GENERAL),
  EXTENSION("avx2", __AVX2__, 7, 0, EBX, 5, YMM),
  EXTENSION("bmi2", __BMI2__, 7, 0, EBX, 8, GENERAL),
  EXTENSION("avx512f", __AVX512F__, 7, 0, EBX, 16, ZMM),
  EXTENSION("avx512dq", __AVX512DQ__, 7, 0, EBX, 17, ZMM),
  EXTENSION("adx", __ADX__, 7, 0, EBX, 19, GENERAL),
  EXTENSION("avx512ifma", __AVX512IFMA__, 7, 0, EBX, 21, ZMM),
  EXTENSION("avx512cd", __AVX512CD__, 7, 0, EBX, 28, ZMM),
  EXTENSION("avx512bw", __AVX512BW__, 7, 0, EBX, 30, ZMM),
  EXTENSION("avx512vl", __AVX512VL__, 7, 0, EBX, 31, ZMM),
  EXTENSION("avx512vbmi", __AVX512VBMI__, 7, 0, ECX, 1, ZMM),
  EXTENSION("avx512_vbmi2", __AVX512VBMI2__, 7, 0, ECX, 6, ZMM),
  EXTENSION("gfni", __GFNI__, 7, 0, ECX, 8, GENERAL),
  EXTENSION("vaes", __VAES__, 7, 0, ECX, 9, YMM),
  EXTENSION("vpclmulqdq", __VPCLMULQDQ__, 7, 0, ECX, 10, YMM),
  EXTENSION("avx512_vnni", __AVX512VNNI__, 7, 0, ECX, 11, ZMM),
  EXTENSION("avx512_bitalg", __AVX512BITALG__, 7, 0, ECX, 12, ZMM),
  EXTENSION("avx512_vpopcntdq", __AVX512VPOPCNTDQ__, 7, 0, ECX, 14, ZMM),
  EXTENSION("avx512_vp2intersect", __AVX512VP2INTERSECT__, 7, 0, EDX, 8, ZMM),
  EXTENSION("avx512_fp16", __AVX512FP16__, 7, 0, EDX, 23, ZMM),
  EXTENSION("avx_vnni", __AVXVNNI__, 7, 1, EAX, 4, YMM),
  EXTENSION("avx512_bf16", __AVX512BF16__, 7, 1, EAX, 5, ZMM),
  EXTENSION("avx_ifma", __AVXIFMA__, 7, 1, EAX, 23, YMM),
  EXTENSION("lzcnt", __LZCNT__, 0x80000001, 0, ECX, 5, GENERAL),
  EXTENSION("sse4a", __SSE4A__, 0x80000001, 0, ECX, 6, GENERAL),
  EXTENSION("xop", __XOP__, 0x80000001, 0, ECX, 11, YMM),
  EXTENSION("fma4", __FMA4__, 0x80000001, 0, ECX, 16, YMM),
  EXTENSION("tbm", __TBM__, 0x80000001, 0, ECX, 21, GENERAL),
};

enum { COUNT = sizeof extensions / sizeof extensions[0] };
_Static_assert(COUNT <= 64, "an InstructionSet has 64 bits");

InstructionSet instruction_set_required(void) {
  InstructionSet required = 0;
  for (size_t i = 0; i < COUNT; i++)
    if (strcmp(extensions[i].expansion, "1") == 0) required |= (InstructionSet)1 << i;
  return required;
}

/// The registers that the operating system saves: XCR0, or 0 where it has not enabled XGETBV.
static uint32_t enabled_state(void) {
  uint32_t words[4];
  if (!__get_cpuid(1, &words[EAX], &words[EBX], &words[ECX], &words[EDX])) return 0;
  if (!(words[ECX] >> 27 & 1)) return 0;
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

InstructionSet instruction_set_available(void) {
  InstructionSet available = 0;
  uint32_t state = enabled_state();
  for (size_t i = 0; i < COUNT; i++) {
    const struct Extension *it = &extensions[i];
    uint32_t words[4];
    bool answered = __get_cpuid_count(
      it->leaf, it->subleaf, &words[EAX], &words[EBX], &words[ECX], &words[EDX]);
    if (answered && (words[it->word] >> it->bit & 1) && (state & it->state) == it->state)
      available |= (InstructionSet)1 << i;
  }
  return available;
}

InstructionSet instruction_set_named(const char *name) {
  for (size_t i = 0; i < COUNT; i++)
    if (strcmp(extensions[i].name, name) == 0) return (InstructionSet)1 << i;
  return 0;
}

size_t instruction_set_missing(
  InstructionSet required, InstructionSet available, char *names, size_t capacity) {
  InstructionSet missing = required & ~available;
  size_t count = 0, length = 0;
  if (capacity > 0) names[0] = 0;
  for (size_t i = 0; i < COUNT; i++) {
    if (!(missing >> i & 1)) continue;
    if (length < capacity)
      length += (size_t)snprintf(
        names + length, capacity - length, count == 0 ? "%s" : ", %s", extensions[i].name);
    count++;
  }
  return count;
}

/// Whether this process is the one of its node that speaks: without a launcher, or the first of the
/// launcher's processes there.
///
/// One on each node and not rank 0 alone, since it may be another node's CPU that is too old. The
/// innermost launcher counts: Open MPI's mpirun, MPICH's, Slurm's srun.
static bool speaks_for_node(void) {
  static const char *const variables[] = {
    "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"};
  for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
    const char *value = getenv(variables[i]);
    if (value != NULL) return strcmp(value, "0") == 0;
  }
  return true;
}

// Runs before main, and before the first line of Swift.
__attribute__((constructor(101))) static void require_instruction_set(void) {
  char names[1024];
  InstructionSet available = instruction_set_available();
  if (instruction_set_missing(instruction_set_required(), available, names, sizeof names) == 0)
    return;
  if (speaks_for_node()) {
    char host[256] = "this machine";
    gethostname(host, sizeof host - 1);
    int level = available & instruction_set_named("avx2") ? 3 : 2;
    fprintf(
      stderr,
      "%s: this program was built for a CPU with %s, which the CPU of %s lacks: build it there, or "
      "for all CPUs like it with `make build ARCH=x86-64-v%d`.\n",
      program_invocation_short_name, names, host, level);
  } else {
    // A launcher ends all processes at the first that fails: let the sentence come out before.
    usleep(300 * 1000);
  }
  _exit(1);
}

#pragma clang attribute pop

#endif
