/// A file that `stratum import` has written, open for reading by any number of parts.
struct ImportedRatings: Sendable {
  let header: ImportedHeader
  private let file: InputFile

  /// Opens a file, if it is such a one.
  ///
  /// - Throws: `InputError` where it is damaged, truncated, or of another version.
  init?(_ file: InputFile) throws(InputError) {
    self.file = file
    let start = try Self.read(UInt8.self, min(file.size, ImportedHeader.byteCount), at: 0, file)
    guard start.starts(with: ImportedHeader.magic) else { return nil }
    header = try ImportedHeader(start, path: file.path)
    guard file.size >= header.fileBytes else { throw ImportedHeader.tooShort(file.path) }
    guard file.size == header.fileBytes else { throw ImportedHeader.damaged(file.path) }
  }

  /// Reads part `part` of `parts` of the ratings, whole sections, and all identifiers.
  ///
  /// Where the file is damaged the share has an error and no ratings.
  func readShare(part: Int, of parts: Int) -> RatingShare {
    let all = header.sectionCount(of: .ratings)
    let sections = all * part / parts..<all * (part + 1) / parts
    let ratings = [sections.lowerBound, sections.upperBound].map {
      min($0 * ImportedHeader.ratingsPerSection, header.ratings)
    }
    var share = RatingShare(
      rowIdentifiers: .integers([]), columnIdentifiers: .integers([]), ratings: RatingList(),
      entryCount: ratings[1] - ratings[0])
    do throws(InputError) {
      share.rowIdentifiers = try identifiers(.rowIdentifiers, header.rowKind, header.rows)
      share.columnIdentifiers = try identifiers(
        .columnIdentifiers, header.columnKind, header.columns)
      for section in sections {
        let ratings = try read(Rating.self, section, of: .ratings)
        guard ratings.allSatisfy({ $0.row < header.rows && $0.column < header.columns }) else {
          throw ImportedHeader.damaged(file.path)
        }
        share.ratings.append(chunk: ratings)
      }
    } catch {
      share.ratings = RatingList()
      share.error = error
    }
    return share
  }

  /// The numbers of ratings of all rows and of all columns.
  func degrees() throws(InputError) -> (rows: [Int32], columns: [Int32]) {
    (try readAll(Int32.self, .rowDegrees), try readAll(Int32.self, .columnDegrees))
  }

  private func identifiers(
    _ part: ImportedHeader.Part, _ kind: IdentifierKind, _ count: Int
  ) throws(InputError) -> LocalIdentifiers {
    let identifiers: LocalIdentifiers =
      switch kind {
      case .integers: .integers(try readAll(Int64.self, part))
      case .strings:
        .strings(
          try readAll(UInt8.self, part).split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
          })
      }
    guard identifiers.count == count else { throw ImportedHeader.damaged(file.path) }
    return identifiers
  }

  private func readAll<Element: BitwiseCopyable>(
    _ type: Element.Type, _ part: ImportedHeader.Part
  ) throws(InputError) -> [Element] {
    var elements: [Element] = []
    for section in 0..<header.sectionCount(of: part) {
      elements += try read(type, section, of: part)
    }
    return elements
  }

  /// Reads a section of a part and checks it.
  private func read<Element: BitwiseCopyable>(
    _ type: Element.Type, _ section: Int, of part: ImportedHeader.Part
  ) throws(InputError) -> [Element] {
    let start = section * ImportedHeader.sectionBytes
    let bytes = min(ImportedHeader.sectionBytes, header.byteCount(of: part) - start)
    let elements = try Self.read(
      type, bytes / MemoryLayout<Element>.stride, at: header.offset(of: part) + start, file)
    let number = header.firstSection(of: part) + section
    let expected = try Self.read(
      UInt32.self, 1, at: ImportedHeader.byteCount + 4 * number, file)
    guard elements.withUnsafeBytes({ checksum($0) }) == expected[0] else {
      throw ImportedHeader.damaged(file.path)
    }
    return elements
  }

  private static func read<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, at offset: Int, _ file: InputFile
  ) throws(InputError) -> [Element] {
    var failure: InputError?
    // Unsafe because the system fills the memory: elements count only once all bytes have come, and
    // numbers and ratings are right for any bytes.
    let elements = [Element](unsafeUninitializedCapacity: count) { storage, initializedCount in
      let bytes = UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(rebasing: storage[..<count]))
      var done = 0
      do throws(InputError) {
        while done < bytes.count {
          let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
          let read = try file.read(into: rest, at: offset + done)
          if read == 0 { throw ImportedHeader.tooShort(file.path) }
          done += read
        }
        initializedCount = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return elements
  }
}
