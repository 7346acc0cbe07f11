import Factorization
import Foundation

/// The start of a checkpoint, and where everything else in it is.
///
/// First come 32 bytes with what is needed to read on, then a table of all sections, then JSON, then the sections:
/// those of all row blocks, and those of all column blocks. Numbers are little-endian, as in the memory of every
/// machine that Stratum builds for. Docs/file-formats.md has the layout.
struct CheckpointHeader {
  /// What the JSON holds.
  struct Content: Codable {
    let settings: CheckpointSettings
    let state: TrainingState
  }

  /// A row block or column block in the file.
  struct Section {
    var bytes: Int
    var checksum: UInt32
  }

  let json: [UInt8]
  /// Row blocks, then column blocks.
  var sections: [Section]

  /// The first bytes of a checkpoint; the first of all is none of text.
  static let magic: [UInt8] = [0x89] + Array("STRCKPT".utf8)
  private static let version: UInt32 = 1
  private static let firstBytes = 32
  private static let checkedBytes = 24
  private static let bytesPerSection = 16

  /// Describes a checkpoint whose sections are not known yet.
  init(_ content: Content) throws(InputError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(content) else {
      throw InputError("the run cannot be described in a checkpoint")
    }
    json = Array(data)
    sections = []
  }

  /// The bytes before the first section.
  static func byteCount(sections: Int, jsonBytes: Int) -> Int {
    firstBytes + bytesPerSection * sections + jsonBytes
  }

  /// Where each section begins, in bytes from the start of the file, and the size of the file at the end.
  var offsets: [Int] {
    sections.reduce(
      into: [Self.byteCount(sections: sections.count, jsonBytes: json.count)]
    ) { $0.append($0[$0.count - 1] + $1.bytes) }
  }

  /// The header as it is stored.
  var bytes: [UInt8] {
    var first = Self.magic + Self.version.littleEndianBytes
    first += UInt32(sections.count).littleEndianBytes + UInt64(json.count).littleEndianBytes
    var rest: [UInt8] = []
    for section in sections {
      rest += UInt64(section.bytes).littleEndianBytes + section.checksum.littleEndianBytes
      rest += UInt32(0).littleEndianBytes
    }
    rest += json
    return first + checksum(first + rest).littleEndianBytes + UInt32(0).littleEndianBytes + rest
  }

  /// Reads a header.
  ///
  /// - Returns: its bytes, which are those of a header whose file has the right size.
  /// - Throws: `InputError` where it is damaged, or of a version that this program does not know.
  static func read(_ path: String) throws(InputError) -> [UInt8] {
    let file = try FileDescriptor(reading: path)
    guard file.size >= firstBytes else { throw damaged(path) }
    let first = try file.read(UInt8.self, count: firstBytes, at: 0, path: path)
    guard first.starts(with: magic) else { throw damaged(path) }
    let version = UInt32(littleEndian: first, at: 8)
    guard version == Self.version else {
      throw InputError(
        "this checkpoint has format \(version), and this program knows format \(Self.version)",
        file: path)
    }
    let sections = Int(UInt32(littleEndian: first, at: 12))
    let jsonBytes = UInt64(littleEndian: first, at: 16)
    guard jsonBytes < file.size else { throw damaged(path) }
    let count = byteCount(sections: sections, jsonBytes: Int(jsonBytes))
    guard count <= file.size else { throw damaged(path) }
    let bytes = try file.read(UInt8.self, count: count, at: 0, path: path)
    guard
      UInt32(littleEndian: bytes, at: checkedBytes)
        == checksum(bytes[..<checkedBytes] + bytes[firstBytes...]),
      CheckpointHeader(bytes).offsets.last == file.size
    else { throw damaged(path) }
    return bytes
  }

  /// Takes a header apart that has been read.
  init(_ bytes: [UInt8]) {
    let count = Int(UInt32(littleEndian: bytes, at: 12))
    sections = (0..<count).map { section in
      let start = Self.firstBytes + Self.bytesPerSection * section
      return Section(
        bytes: Int(UInt64(littleEndian: bytes, at: start)),
        checksum: UInt32(littleEndian: bytes, at: start + 8))
    }
    json = Array(bytes[(Self.firstBytes + Self.bytesPerSection * count)...])
  }

  /// What the JSON holds.
  ///
  /// - Throws: `InputError` where it is not what this program writes.
  func content(_ path: String) throws(InputError) -> Content {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let content = try? decoder.decode(Content.self, from: Data(json)) else {
      throw Self.damaged(path)
    }
    return content
  }

  static func damaged(_ path: String) -> InputError {
    InputError("the checkpoint is damaged", file: path)
  }
}
