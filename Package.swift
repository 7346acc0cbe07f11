// swift-tools-version: 6.2
import PackageDescription

/// The pkg-config name of the MPI to build against: Debian's Open MPI unless the environment names
/// another (`MPI_PKG_CONFIG=mpich`).
let mpiPackage = Context.environment["MPI_PKG_CONFIG"] ?? "ompi-c"

/// What `make` says of the build, for the manifests of runs.
let buildRecord = ["STRATUM_COMMIT", "STRATUM_BUILD_OPTIONS"].compactMap { name in
  Context.environment[name].map { CSetting.define(name, to: "\"\($0)\"") }
}

let kernelSettings: [SwiftSetting] = [
  .enableExperimentalFeature("Lifetimes")
]

let package = Package(
  name: "Stratum",
  products: [
    .library(name: "MPI", targets: ["MPI"]),
    .library(name: "Factorization", targets: ["Factorization"]),
    .library(name: "DistributedFactorization", targets: ["DistributedFactorization"]),
    .executable(name: "stratum", targets: ["stratum"]),
    .executable(name: "mpi-bench", targets: ["mpi-bench"]),
    .executable(name: "mpi-tour", targets: ["mpi-tour"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries
    .systemLibrary(
      name: "CMPI", pkgConfig: mpiPackage, providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-pthread-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .target(name: "CBuild", cSettings: buildRecord),
    .target(name: "CInstructionSet"),
    .target(name: "CInterruption"),
    .target(name: "CPlainMPI", dependencies: ["CMPI"]),

    // Libraries
    .target(name: "MPI", dependencies: ["CMPI"], swiftSettings: kernelSettings),
    .target(
      name: "Factorization",
      dependencies: ["CISAL", "CInstructionSet", "COpenBLAS", "CProcessor"],
      swiftSettings: kernelSettings),
    .target(
      name: "DistributedFactorization", dependencies: ["CProcessor", "Factorization", "MPI"],
      swiftSettings: kernelSettings),

    // Programs
    .executableTarget(
      name: "stratum",
      dependencies: [
        "CBuild", "CInterruption", "DistributedFactorization", "Factorization", "MPI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "stratum-bench", dependencies: ["Factorization"]),
    .executableTarget(name: "mpi-bench", dependencies: ["MPI", "CPlainMPI"]),
    .executableTarget(name: "mpi-tour", dependencies: ["MPI"]),

    // Tests
    .executableTarget(
      name: "MPILauncherProbe", dependencies: ["MPI"], path: "Tests/MPILauncherProbe"),
    .target(name: "MPITestSupport", dependencies: ["MPI"], path: "Tests/MPITestSupport"),
    .target(name: "SerialReplay", dependencies: ["Factorization"], path: "Tests/SerialReplay"),
    .testTarget(name: "InstructionSetTests", dependencies: ["CInstructionSet"]),
    .testTarget(
      name: "FactorizationTests", dependencies: ["Factorization", "SerialReplay"]),
    .testTarget(
      name: "MPITests", dependencies: ["MPI", "MPITestSupport", "MPILauncherProbe", "mpi-tour"]),
    .testTarget(
      name: "DistributedFactorizationTests",
      dependencies: ["DistributedFactorization", "MPITestSupport", "SerialReplay"]),
    .testTarget(name: "CommandLineTests", dependencies: ["Factorization"]),
  ],
  swiftLanguageModes: [.v6]
)
