import Factorization
import Foundation

/// A small piece of work with the same input in every run, done so many times: the difference of two runs
/// under a counter of instructions is that of the work alone, without the program's start.
struct CountedWork {
  private let piece: [String]
  private let times: Int

  init(_ words: some Sequence<String>) {
    let words = Array(words)
    piece = Array(words.dropLast())
    times = words.last.flatMap { Int($0) } ?? 0
  }

  func run() throws {
    let matrix = MeasuredMatrix.inCache
    var units = matrix.ratings.count
    switch (piece.first, piece.count) {
    case ("train", 2), ("train-adagrad", 2):
      let training = matrix.training(factors: factors, usesAdaGrad: piece[0] == "train-adagrad")
      for _ in 0..<times { _ = training.train(epoch: 1, stepSize: 0.01) }
    case ("evaluate", 2):
      let training = matrix.training(factors: factors, usesAdaGrad: false)
      for _ in 0..<times { _ = training.evaluate() }
    case ("cut", 1):
      for _ in 0..<times { _ = matrix.training(factors: 16, usesAdaGrad: false) }
    case ("read", 2):
      let file = try RatingFile(path: piece[1])
      units = 0
      for _ in 0..<times { units = try file.readAll().ratings.count }
    default:
      print("there is no piece of work '\(piece.joined(separator: " "))'")
      exit(64)
    }
    print(units)
  }

  private var factors: Int { Int(piece[1]) ?? 16 }
}
