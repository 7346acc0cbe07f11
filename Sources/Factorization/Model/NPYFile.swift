import Foundation

/// A NumPy `.npy` file open for reading: its header, and its elements read straight into an array.
///
/// The file's size is checked against its header when it is opened, so a truncated file is refused
/// before memory is taken for it.
public struct NPYFile: ~Copyable {
  /// The file's path.
  public let path: String
  /// What the file holds.
  public let header: NPYHeader
  private let descriptor: FileDescriptor

  /// Opens a file and reads its header.
  ///
  /// - Throws: `InputError` where there is no such file, it is no NumPy file that can be read, or
  ///   its size is not what its header says.
  public init(path: String) throws(InputError) {
    let descriptor = try FileDescriptor(reading: path)
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else {
      throw systemFailure("cannot be examined", file: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError("is not a file", file: path)
    }
    let size = Int(status.st_size)
    let longestHeader = NPYHeader.preambleBytes + Int(UInt16.max)
    let start = try descriptor.read(
      UInt8.self, count: min(size, longestHeader), at: 0, path: path)
    let header = try NPYHeader(parsing: start, file: path)
    guard size == header.fileBytes else {
      let difference = size < header.fileBytes ? "is truncated: it has" : "is damaged: it has"
      throw InputError(
        "\(difference) \(size) bytes where its header tells of \(header.fileBytes)", file: path)
    }
    self.path = path
    self.header = header
    self.descriptor = descriptor
  }

  /// All elements of a float32 array in C order.
  ///
  /// - Throws: `InputError` where the elements are of another type or cannot be read.
  public func readFloats() throws(InputError) -> [Float] {
    try check(.float32)
    return try descriptor.read(
      Float.self, count: header.count, at: header.dataOffset, path: path)
  }

  /// All elements of an int64 array in C order.
  ///
  /// - Throws: `InputError` where the elements are of another type or cannot be read.
  public func readIntegers() throws(InputError) -> [Int64] {
    try check(.int64)
    return try descriptor.read(
      Int64.self, count: header.count, at: header.dataOffset, path: path)
  }

  /// All elements of a text array in C order, read a few megabytes at a time.
  ///
  /// - Throws: `InputError` where the elements are of another type, are no text, or cannot be read.
  public func readStrings() throws(InputError) -> [String] {
    guard case .unicode = header.elementType else { throw wrongType("text ('<U')") }
    let bytes = header.elementType.bytes
    let stringsAtOnce = max(1, (4 << 20) / bytes)
    var strings: [String] = []
    strings.reserveCapacity(header.count)
    while strings.count < header.count {
      let count = min(stringsAtOnce, header.count - strings.count)
      let chunk = try descriptor.read(
        UInt8.self, count: count * bytes, at: header.dataOffset + strings.count * bytes, path: path)
      let isText = chunk.withUnsafeBytes { chunk in
        for index in 0..<count {
          let element = UnsafeRawBufferPointer(rebasing: chunk[index * bytes..<(index + 1) * bytes])
          guard let string = NPYText.decode(element) else { return false }
          strings.append(string)
        }
        return true
      }
      guard isText else {
        throw InputError("has text that is no Unicode, near element \(strings.count)", file: path)
      }
    }
    return strings
  }

  private func check(_ type: NPYElementType) throws(InputError) {
    guard header.elementType == type else { throw wrongType("'\(type.name)'") }
  }

  private func wrongType(_ wanted: String) -> InputError {
    InputError(
      "has elements of type '\(header.elementType.name)' where \(wanted) is needed", file: path)
  }
}
