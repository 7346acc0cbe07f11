/// The script beside a trace that has SimGrid replay it with the options that the trace is meant for.
struct ReplayScript {
  /// The ranks of the trace.
  let ranks: Int

  // A platform's latency and rate are those of messages: SimGrid's corrections for its authors' clusters do not apply.
  // Collectives are as Open MPI does them. A send that is waited for is simulated in a third of the time of others. No code
  // is run, so the speed of this host is of no use, but SimGrid warns where it does not know it.
  private static let options = [
    "--cfg=smpi/bw-factor:0:1", "--cfg=smpi/lat-factor:0:1", "--cfg=network/TCP-gamma:0",
    "--cfg=network/crosstraffic:0", "--cfg=smpi/coll-selector:ompi",
    "--cfg=smpi/send-is-detached-thresh:1", "--cfg=smpi/host-speed:1Gf",
    "--log=xbt_cfg.thresh:warning", "--log=smpi_coll.thresh:warning",
  ]

  /// The script, for a POSIX shell.
  var text: String {
    """
    #!/bin/sh
    # Replays the trace beside it by SimGrid 3.32, and prints the seconds that it takes.
    # usage: sh replay.sh PLATFORM [OPTIONS OF smpirun]
    #   PLATFORM   SimGrid's description of a cluster
    # Files that options name are looked for beside this script, unless their path begins with a slash.
    set -e
    [ $# -ge 1 ] || { echo 'usage: sh replay.sh PLATFORM [OPTIONS OF smpirun]' >&2; exit 2; }
    platform=$(realpath -e -- "$1")
    shift
    # The trace names its files without a folder.
    cd -- "$(dirname -- "$0")"
    exec smpirun -np \(ranks) -platform "$platform" -replay trace.txt \\
    \(Self.options.map { "  \($0) \\\n" }.joined())  "$@"

    """
  }
}
