import CMPI

/// The transfers of lent memory during one closure: all are over when `run` has returned.
///
/// Whoever adds one keeps its memory in place until then.
struct LentTransfers: ~Copyable {
  private var handles: [CMPIRequest] = []
  private var receive: Int?
  private var statuses: [MPI_Status] = []

  mutating func addSend(
    _ message: borrowing Message, to destination: Int, tag: Int,
    on communicator: borrowing Communicator
  ) throws(MPIError) {
    try add { (request) throws(MPIError) in
      let code = MPI_Isend(
        message.address, message.count, message.type.handle, mpiRank(destination), mpiTag(tag),
        communicator.handle.handle, &request.handle)
      try check(code, "MPI_Isend")
    }
  }

  mutating func addReceive(
    _ message: borrowing Message, from source: Int?, tag: Int?,
    on communicator: borrowing Communicator
  ) throws(MPIError) {
    try add { (request) throws(MPIError) in
      let code = MPI_Irecv(
        message.address, message.count, message.type.handle, mpiSource(source), mpiTag(tag),
        communicator.handle.handle, &request.handle)
      try check(code, "MPI_Irecv")
    }
    receive = handles.count - 1
  }

  mutating func addCollective(
    _ start: (inout CMPIRequest) throws(MPIError) -> Void
  ) throws(MPIError) {
    try add(start)
  }

  /// Runs the closure and then waits for all transfers.
  mutating func run<Result>(_ work: () throws -> Result) throws -> Result {
    let result: Result
    do {
      result = try work()
    } catch {
      giveUp(because: error)
      throw error
    }
    try wait()
    return result
  }

  /// What the receive among the transfers tells, after `run`.
  func receivedStatus(of datatype: Datatype) throws(MPIError) -> Status {
    guard let receive else { return .nothingReceived }
    return try Status(statuses[receive], of: datatype, "MPI_Wait")
  }

  /// Starts a transfer.
  ///
  /// If that fails, those started before it are given up: their memory is about to go back to its
  /// owner.
  private mutating func add(
    _ start: (inout CMPIRequest) throws(MPIError) -> Void
  ) throws(MPIError) {
    var handle = cmpi_request_null()
    do throws(MPIError) {
      try start(&handle)
    } catch {
      giveUp(because: error)
      throw error
    }
    handles.append(handle)
  }

  /// Waits for every transfer, then throws the error of the first one that failed.
  private mutating func wait() throws(MPIError) {
    statuses = Array(repeating: MPI_Status(), count: handles.count)
    var failure: MPIError?
    for index in handles.indices {
      let code = MPI_Wait(&handles[index].handle, &statuses[index])
      if code != MPI_SUCCESS, failure == nil {
        failure = MPIError(code: code, function: "MPI_Wait")
      }
    }
    handles = []
    if let failure { throw failure }
  }

  /// Brings the transfers to an end because of an error: cancels the receive, and gives the others
  /// some time.
  ///
  /// After that the error takes the job down, for the memory cannot be given back.
  private mutating func giveUp(because error: any Error) {
    if let receive, MPI_Cancel(&handles[receive].handle) != MPI_SUCCESS {
      Runtime.abort(because: error)
    }
    let deadline = MPI_Wtime() + Runtime.grace
    for index in handles.indices {
      var isOver: Int32 = 0
      var status = MPI_Status()
      while isOver == 0 {
        // A transfer that fails now is over too, and its failure is not what matters.
        let code = MPI_Test(&handles[index].handle, &isOver, &status)
        if code != MPI_SUCCESS { break }
        if isOver == 0, MPI_Wtime() > deadline { Runtime.abort(because: error) }
      }
    }
    handles = []
  }
}
