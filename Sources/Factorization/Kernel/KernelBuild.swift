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
}
