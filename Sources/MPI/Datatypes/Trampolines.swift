import CMPI

/// The C functions that MPI calls for user-defined reductions, one for each slot: a C function
/// cannot capture, so each has its number written in it.
enum Trampolines {
  static let all: [CMPIUserFunction] = [
    { left, right, count, _ in CustomOperation.apply(0, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(1, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(2, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(3, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(4, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(5, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(6, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(7, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(8, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(9, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(10, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(11, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(12, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(13, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(14, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(15, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(16, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(17, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(18, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(19, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(20, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(21, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(22, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(23, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(24, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(25, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(26, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(27, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(28, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(29, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(30, left, right, count) },
    { left, right, count, _ in CustomOperation.apply(31, left, right, count) },
  ]
}
