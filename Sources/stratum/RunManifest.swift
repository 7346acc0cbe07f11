import CBuild
import DistributedFactorization
import Factorization
import Foundation
import MPI

/// What a run was made of, beyond what decides its result: the program, the machines, the job, the data.
struct RunManifest {
  /// The manifest's values.
  let values: [String: JSONValue]

  /// Describes a run that begins.
  ///
  /// Collective.
  ///
  /// - Throws: `InputFailure` on all ranks where the data cannot be read, or `MPIError`.
  init(
    _ command: TrainCommand, _ placement: Placement?, _ world: borrowing Communicator
  ) throws {
    let environment = ProcessInfo.processInfo.environment
    var values: [String: JSONValue] = [
      "stratumVersion": JSONValue(Stratum.configuration.version),
      "commit": Self.told(build_commit()),
      "buildOptions": Self.told(build_options()),
      "instructionSet": JSONValue(KernelBuild.instructionSet),
      "programCRC32": Self.programChecksum,
      "mpi": JSONValue(MPILibrary.version),
      "ranks": JSONValue(world.size),
      "hosts": .array(placement.map { $0.hosts.map(Self.describe) } ?? []),
      "commandLine": .array(CommandLine.arguments.map { JSONValue($0) }),
      "started": JSONValue(Date.now.formatted(.iso8601)),
      "options": .object(command.learning.values),
    ]
    let job = environment.filter { Self.variablesOfJob.contains($0.key) }
    values["job"] = job.isEmpty ? .null : .object(job.mapValues { JSONValue($0) })
    values["ratings"] = try Self.describe(command.ratings, world) ?? .null
    values["synthetic"] = command.synthetic.map { JSONValue($0) } ?? .null
    values["test"] = try Self.describe(command.heldOut.test, world) ?? .null
    values["testFraction"] = command.heldOut.testFraction.map { JSONValue($0) } ?? .null
    self.values = values
  }

  /// What Slurm tells of a job.
  private static let variablesOfJob: Set = [
    "SLURM_CLUSTER_NAME", "SLURM_JOB_ID", "SLURM_JOB_NAME", "SLURM_JOB_PARTITION",
    "SLURM_JOB_NODELIST", "SLURM_RESTART_COUNT", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID",
  ]

  private static func told(_ text: UnsafePointer<CChar>) -> JSONValue {
    let text = String(cString: text)
    return text.isEmpty ? .null : JSONValue(text)
  }

  /// The checksum of the program's file, which tells more than what `make` knows of it.
  private static var programChecksum: JSONValue {
    guard let program = FileManager.default.contents(atPath: "/proc/self/exe") else { return .null }
    return JSONValue(checksum(program).hexadecimal)
  }

  private static func describe(_ host: Placement.Host) -> JSONValue {
    [
      "name": JSONValue(host.name),
      "ranks": .array(
        host.ranks.map { rank in
          [
            "threads": JSONValue(rank.threads),
            "cpus": JSONValue(ProcessStatus.list(ofCPUs: rank.cpus)),
          ]
        }),
    ]
  }

  private static func describe(
    _ path: String?, _ world: borrowing Communicator
  ) throws -> JSONValue? {
    guard let path else { return nil }
    let checksum = try FileChecksum(path: path, world)
    return [
      "path": JSONValue(path), "bytes": JSONValue(checksum.bytes),
      "crc32": JSONValue(checksum.crc32.hexadecimal),
    ]
  }
}
