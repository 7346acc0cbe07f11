import MPI

/// What a failing call throws.
///
/// An error that is not caught here would be printed by `withMPI`, and would take all ranks down.
func errors(_ world: borrowing Communicator) throws {
  do {
    try world.send(1, to: world.size)
  } catch {
    guard error.errorClass == .rank else { throw error }
    if world.rank == 0 { print("\(error.function) failed: there is no rank \(world.size)") }
  }
}
