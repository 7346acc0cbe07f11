/// What is wrong with a line: enough to write the sentence later, off the hot path.
enum LineProblem: Error {
  /// The side of the matrix that an identifier belongs to.
  enum Role {
    case row
    case column
  }

  case tooFewFields(found: Int)
  case unclosedQuote
  case emptyIdentifier(Role)
  case unusableIdentifier(Role, IdentifierFault, text: String)
  case outsideMatrix(Role, text: String)
  case notANumber(text: String)
  case nanValue
  case infiniteValue
  case valueTooLarge(text: String)
}

extension LineProblem.Role {
  /// The word that users know this side of the matrix by.
  var word: String { self == .row ? "row" : "column" }
}

extension LineProblem {
  /// The sentence for the user.
  func message(in layout: RatingLayout) -> String {
    switch self {
    case .tooFewFields(let found):
      "this line has \(counted(found)) where \(layout.neededFields) are needed"
        + " (columns are separated by \(layout.separator.words)): complete the line, or choose"
        + " other columns or another separator"
    case .unclosedQuote:
      "a double quote opens a column and does not close it before the separator: remove the quote"
        + " or close it on the same line"
    case .emptyIdentifier(let role):
      "the \(role.word) identifier (column \(layout.field(of: role)) of the line) is empty: give"
        + " every rating a row and a column identifier"
    case .unusableIdentifier(let role, let fault, let text): fault.message(role, text: text)
    case .outsideMatrix(let role, let text):
      "the \(role.word) index \(text) is not an integer from 1 to \(layout.bound(of: role)), as the"
        + " size line of the Matrix Market file promises: correct the index or the size line"
    case .notANumber(let text):
      "“\(text)” is not a number: column \(layout.valueField ?? 0) of the line must hold the value"
        + " of the rating; correct it or choose another column"
    case .nanValue: "the value is NaN: leave this rating out or give it a number"
    case .infiniteValue: "the value is infinite: leave this rating out or give it a finite number"
    case .valueTooLarge(let text):
      "the value \(text) is beyond single precision (3.4e38): scale the values down"
    }
  }

  private func counted(_ fields: Int) -> String {
    fields == 1 ? "1 column" : "\(fields) columns"
  }
}

extension IdentifierFault {
  fileprivate func message(_ role: LineProblem.Role, text: String) -> String {
    switch self {
    case .invalidUTF8:
      "the \(role.word) identifier is not valid UTF-8: convert the file, for example with"
        + " iconv -f latin1 -t utf-8"
    case .beyond64Bits:
      "the \(role.word) identifier \(text) does not fit into 64 bits: use smaller integers, or"
        + " words (a letter before each number will do)"
    case .holdsZero:
      "the \(role.word) identifier \(text) contains a zero byte: remove it, or leave this line out"
    case .tooLong:
      "the \(role.word) identifier \(text) is longer than \(Self.longestBytes) bytes: shorten it, or"
        + " choose another column or separator"
    case .oneTooMany:
      "there are more than \(UInt32.max - 1) different \(role.word) identifiers: split the file"
    }
  }
}

extension RatingFormat.Separator {
  /// The separator as an error message names it.
  var words: String {
    switch self {
    case .tab: "tabs"
    case .doubleColon: "“::”"
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .whitespace: "spaces or tabs"
    }
  }
}

extension Token {
  /// The start of the token, fit to be shown in a message.
  var shown: String {
    let limit = 40
    let text = String(decoding: prefix(limit), as: UTF8.self)
    let printable = String(text.unicodeScalars.map { $0.value < 32 ? "?" : Character($0) })
    return count > limit ? printable + "…" : printable
  }
}
