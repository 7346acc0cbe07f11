import CInstructionSet

/// What the kernels were compiled for.
public enum KernelBuild {
  /// Whether this CPU has fused multiplication and addition and the kernels were compiled without: they
  /// are then some forty times slower than they need be.
  public static var ignoresFMA: Bool {
    #if arch(x86_64)
    let fma = instruction_set_named("fma")
    return instruction_set_available() & ~instruction_set_required() & fma != 0
    #else
    return false
    #endif
  }

  /// The extensions of the instruction set that the compiler was allowed to use, as `avx2, fma`; empty on
  /// other architectures than x86-64.
  public static var instructionSet: String {
    #if arch(x86_64)
    var names = [CChar](repeating: 0, count: 1024)
    _ = instruction_set_missing(instruction_set_required(), 0, &names, names.count)
    return String(
      decoding: names.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #else
    return ""
    #endif
  }
}
