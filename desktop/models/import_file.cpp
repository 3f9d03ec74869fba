#include "desktop/models/import_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QSaveFile>
#include <QStringDecoder>
#include <QThread>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

constexpr qint64 pieceSize = 1 << 20;
constexpr qsizetype longestRow = 1 << 20;
constexpr qsizetype rowsInSample = 20;
constexpr qsizetype mostColumns = 1000;

QString told(const char *text) { return QCoreApplication::translate("ImportFile", text); }

/// Windows-1252, which Qt has no decoder for without ICU: Latin 1 but for 0x80 to 0x9F.
QString fromWindows1252(const QByteArray &bytes) {
    static constexpr std::array<char16_t, 32> special{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                      0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    QString text = QString::fromLatin1(bytes);
    for (QChar &character : text) {
        char16_t const code = character.unicode();
        if (code >= 0x80 && code < 0xA0) character = QChar(special.at(code - 0x80U));
    }
    return text;
}

/// A file as text, piece by piece.
class TextPieces {
  public:
    TextPieces(const QString &path, ImportTable::Encoding encoding)
        : file_(path), encoding_(encoding),
          decoder_(encoding == ImportTable::Encoding::utf16 ? QStringDecoder::Utf16 : QStringDecoder::Utf8) {
        isOpen_ = file_.open(QIODevice::ReadOnly);
    }
    [[nodiscard]] bool isOpen() const { return isOpen_; }
    /// False at the end.
    bool next(QString &piece) {
        QByteArray const bytes = file_.read(pieceSize);
        if (bytes.isEmpty()) return false;
        piece = encoding_ == ImportTable::Encoding::windows1252 ? fromWindows1252(bytes) : decoder_.decode(bytes);
        if (std::exchange(isFirst_, false) && piece.startsWith(QChar::ByteOrderMark)) piece.remove(0, 1);
        return true;
    }

  private:
    QFile file_;
    ImportTable::Encoding encoding_;
    QStringDecoder decoder_;
    bool isOpen_ = false;
    bool isFirst_ = true;
};

/// The encoding of the whole file: what is no UTF-8 anywhere is Windows-1252. Says so when it is no text at all.
QString findEncoding(const QString &path, ImportTable &table, const std::atomic<bool> &stop) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return file.errorString();
    if (file.size() == 0) return told(QT_TRANSLATE_NOOP("ImportFile", "The file is empty."));
    QByteArray const head = file.peek(2);
    if (head == "\xff\xfe" || head == "\xfe\xff") {
        table.encoding = ImportTable::Encoding::utf16;
        return {};
    }
    QStringDecoder decoder(QStringDecoder::Utf8);
    while (!file.atEnd() && !stop) {
        QByteArray const piece = file.read(pieceSize);
        if (piece.isEmpty()) return file.errorString();
        if (piece.contains('\0')) return told(QT_TRANSLATE_NOOP("ImportFile", "This is not a text file."));
        if (table.encoding != ImportTable::Encoding::utf8) continue;
        QString const decoded = decoder.decode(piece);
        if (decoder.hasError()) table.encoding = ImportTable::Encoding::windows1252;
    }
    // A character that the end cuts off is no error of the decoder.
    return {};
}

QChar delimiterOf(const QString &text) {
    qsizetype commas = 0;
    qsizetype semicolons = 0;
    qsizetype tabs = 0;
    bool isQuoted = false;
    for (QChar const character : text) {
        if (character == u'"') isQuoted = !isQuoted;
        if (isQuoted) continue;
        if (character == u'\n' || character == u'\r') break;
        if (character == u',') ++commas;
        if (character == u';') ++semicolons;
        if (character == u'\t') ++tabs;
    }
    if (semicolons > commas && semicolons >= tabs) return u';';
    return tabs > commas ? u'\t' : u',';
}

/// Takes a row and the line that it begins on; false ends the reading.
using UseRow = std::function<bool(const QStringList &row, qint64 line)>;

/// Calls `use` with each row; tells what is wrong.
template <typename Source>
QString readRows(Source &rows, TextPieces &pieces, const std::atomic<bool> &stop, const UseRow &use) {
    QString piece;
    QStringList row;
    bool isMore = true;
    while (isMore && !stop) {
        isMore = pieces.next(piece);
        if (isMore) {
            rows.append(piece);
        } else {
            rows.finish();
        }
        while (rows.next(row)) {
            if (!use(row, rows.line())) return {};
        }
        if constexpr (requires { rows.problem(); }) {
            if (!rows.problem().isEmpty()) return rows.problem();
        }
    }
    return {};
}

QString readTable(const QString &path, const ImportTable &table, const std::atomic<bool> &stop, const UseRow &use) {
    TextPieces pieces(path, table.encoding);
    if (!pieces.isOpen()) return told(QT_TRANSLATE_NOOP("ImportFile", "The file cannot be read."));
    if (table.isVCard) {
        VCardRows rows;
        if (!use(vCardHeader(), 0)) return {};
        return readRows(rows, pieces, stop, use);
    }
    CsvRows rows(table.delimiter);
    return readRows(rows, pieces, stop, use);
}

qsizetype lineEnds(QStringView text) {
    qsizetype count = text.count(u'\n');
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'\r' && (i + 1 == text.size() || text[i + 1] != u'\n')) ++count;
    }
    return count;
}

void appendCell(QByteArray &out, const QString &cell, QChar delimiter = u',') {
    bool const isPlain = std::ranges::none_of(cell, [&](QChar one) {
        return one == delimiter || one == u'"' || one == u'\n' || one == u'\r' || one == u';' || one == u',';
    });
    if (isPlain) {
        out += cell.toUtf8();
        return;
    }
    QString quoted = cell;
    out += '"' + quoted.replace(u'"', "\"\"").toUtf8() + '"';
}

enum VCardColumn : std::uint8_t {
    salutation,
    firstName,
    middleName,
    lastName,
    suffix,
    nickname,
    jobTitle,
    department,
    birthDate,
    description,
    email0,
    email1,
    email2,
    phone0,
    phone0Kind,
    phone1,
    phone1Kind,
    phone2,
    phone2Kind,
    street,
    city,
    postalCode,
};
constexpr int entriesOfAKind = 3;

QString unescaped(const QString &text) {
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != u'\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        out += text[i] == u'n' || text[i] == u'N' ? QChar(u'\n') : text[i];
    }
    return out.trimmed();
}

/// The parts between semicolons that are not escaped.
QStringList parts(const QString &text) {
    QStringList out(1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u';') {
            out.append(QString());
        } else {
            out.last() += text[i];
            if (text[i] == u'\\' && i + 1 < text.size()) out.last() += text[++i];
        }
    }
    for (QString &part : out) part = unescaped(part);
    return out;
}

QString kindOfPhone(const QString &parameters) {
    for (const char *const kind : {"cell", "fax", "home", "work"}) {
        if (parameters.contains(QLatin1String(kind), Qt::CaseInsensitive)) {
            return QLatin1String(kind) == QLatin1String("cell") ? QString("mobile") : QString(kind);
        }
    }
    return {};
}

QString dateOf(const QString &text) {
    QString digits = text.section(u'T', 0, 0);
    digits.remove(u'-');
    if (digits.size() != 8) return {};
    return digits.left(4) + u'-' + digits.mid(4, 2) + u'-' + digits.mid(6, 2);
}

}  // namespace

void CsvRows::append(const QString &piece) {
    buffer_.remove(0, position_);
    position_ = 0;
    buffer_ += piece;
}

CsvRows::Step CsvRows::scan(QStringList &row, qsizetype &end) {
    row.clear();
    QString cell;
    bool isQuoted = false;
    qsizetype at = position_;
    for (; at < buffer_.size(); ++at) {
        QChar const one = buffer_[at];
        if (isQuoted) {
            if (one != u'"') {
                cell += one;
            } else if (at + 1 == buffer_.size() && !isFinished_) {
                return Step::more;
            } else if (at + 1 < buffer_.size() && buffer_[at + 1] == u'"') {
                cell += one;
                ++at;
            } else {
                isQuoted = false;
            }
        } else if (one == u'"' && cell.isEmpty()) {
            isQuoted = true;
        } else if (one == delimiter_) {
            row.append(cell);
            cell.clear();
        } else if (one == u'\n' || one == u'\r') {
            // A line feed after a carriage return may come with the next piece.
            if (one == u'\r' && at + 1 == buffer_.size() && !isFinished_) return Step::more;
            end = at + (one == u'\r' && at + 1 < buffer_.size() && buffer_[at + 1] == u'\n' ? 2 : 1);
            row.append(cell);
            return Step::row;
        } else {
            cell += one;
        }
    }
    if (!isFinished_ || position_ == buffer_.size()) return Step::more;
    if (isQuoted) problem_ = told(QT_TRANSLATE_NOOP("ImportFile", "A quotation mark is never closed."));
    if (isQuoted) return Step::more;
    row.append(cell);
    end = at;
    return Step::row;
}

bool CsvRows::next(QStringList &row) {
    while (problem_.isEmpty()) {
        qsizetype end = 0;
        if (scan(row, end) == Step::more) {
            if (buffer_.size() - position_ > 2 * longestRow) {
                problem_ = told(QT_TRANSLATE_NOOP("ImportFile", "A quotation mark is never closed."));
            }
            return false;
        }
        line_ = nextLine_;
        nextLine_ += lineEnds(QStringView(buffer_).mid(position_, end - position_));
        position_ = end;
        if (row.size() > mostColumns) {
            problem_ = told(QT_TRANSLATE_NOOP("ImportFile", "A row has more than 1,000 columns."));
            return false;
        }
        if (row.size() > 1 || !row.first().isEmpty()) return true;
    }
    return false;
}

const QStringList &vCardHeader() {
    static const QStringList header{"salutation",
                                    "firstName",
                                    "middleName",
                                    "lastName",
                                    "suffix",
                                    "nickname",
                                    "jobTitle",
                                    "department",
                                    "birthDate",
                                    "description",
                                    "emailAddresses.0.address",
                                    "emailAddresses.1.address",
                                    "emailAddresses.2.address",
                                    "phoneNumbers.0.number",
                                    "phoneNumbers.0.kind",
                                    "phoneNumbers.1.number",
                                    "phoneNumbers.1.kind",
                                    "phoneNumbers.2.number",
                                    "phoneNumbers.2.kind",
                                    "postalAddresses.0.street",
                                    "postalAddresses.0.city",
                                    "postalAddresses.0.postalCode"};
    return header;
}

void VCardRows::append(const QString &piece) {
    buffer_ += piece;
    qsizetype start = 0;
    for (qsizetype end = 0; (end = buffer_.indexOf(u'\n', start)) >= 0; start = end + 1) {
        QString line = buffer_.mid(start, end - start);
        if (line.endsWith(u'\r')) line.chop(1);
        if (line.startsWith(u' ') || line.startsWith(u'\t')) {
            // A photograph has megabytes; nothing that is imported is as long.
            if (folded_.size() < longestRow) folded_ += QStringView(line).mid(1);
            continue;
        }
        take(std::exchange(folded_, line));
    }
    buffer_.remove(0, start);
}

void VCardRows::finish() {
    append("\n");
    take(std::exchange(folded_, QString()));
}

bool VCardRows::next(QStringList &row) {
    if (done_.isEmpty()) return false;
    row = done_.takeFirst();
    return true;
}

void VCardRows::take(const QString &line) {
    bool isQuoted = false;
    qsizetype colon = 0;
    for (; colon < line.size() && (isQuoted || line[colon] != u':'); ++colon) {
        if (line[colon] == u'"') isQuoted = !isQuoted;
    }
    if (colon >= line.size()) return;
    QString const value = line.mid(colon + 1);
    QString const parameters = line.left(colon).section(u';', 1);
    QString const name = line.left(colon).section(u';', 0, 0).section(u'.', -1).toUpper();
    if (name == "BEGIN") {
        card_ = QStringList(vCardHeader().size());
        isInside_ = true;
        emails_ = phones_ = 0;
        return;
    }
    if (!isInside_) return;
    if (name == "END") {
        isInside_ = false;
        done_.append(card_);
    } else if (name == "N") {
        QStringList const names = parts(value);
        static constexpr std::array order{lastName, firstName, middleName, salutation, suffix};
        for (qsizetype i = 0; i < std::min<qsizetype>(names.size(), order.size()); ++i) {
            card_[order.at(static_cast<std::size_t>(i))] = names[i];
        }
    } else if (name == "FN") {
        // Where there is no N (which 4.0 allows): the last word is the family name.
        if (card_[lastName].isEmpty()) {
            QString const whole = unescaped(value);
            card_[lastName] = whole.section(u' ', -1);
            card_[firstName] = whole.section(u' ', 0, -2);
        }
    } else if (name == "EMAIL") {
        if (emails_ < entriesOfAKind) card_[email0 + emails_++] = unescaped(value);
    } else if (name == "TEL") {
        if (phones_ == entriesOfAKind) return;
        QString number = unescaped(value);
        if (number.startsWith("tel:")) number = number.mid(4).section(u';', 0, 0);
        card_[phone0 + 2 * phones_] = number;
        card_[phone0Kind + 2 * phones_++] = kindOfPhone(parameters);
    } else if (name == "ADR") {
        QStringList const address = parts(value);
        if (address.size() < 6 || !card_[street].isEmpty() || !card_[city].isEmpty()) return;
        card_[street] = address[2];
        card_[city] = address[3];
        card_[postalCode] = address[5];
    } else if (name == "ORG") {
        card_[department] = parts(value).value(1);
    } else if (name == "BDAY") {
        card_[birthDate] = dateOf(value);
    } else if (name == "TITLE") {
        card_[jobTitle] = unescaped(value);
    } else if (name == "NICKNAME") {
        card_[nickname] = unescaped(value);
    } else if (name == "NOTE") {
        card_[description] = unescaped(value);
    }
}

ImportTable examineImport(const QString &path, const std::atomic<bool> &stop) {
    ImportTable table;
    table.problem = findEncoding(path, table, stop);
    if (!table.problem.isEmpty() || stop) return table;
    QString head;
    TextPieces(path, table.encoding).next(head);
    table.isVCard = head.trimmed().startsWith("BEGIN:VCARD", Qt::CaseInsensitive);
    if (table.isVCard && head.contains("\nVERSION:2.1")) {
        table.problem =
            told(QT_TRANSLATE_NOOP("ImportFile", "vCards of version 2.1 are not read; export them as 3.0 or 4.0."));
        return table;
    }
    QFileInfo const info(path);
    table.size = info.size();
    table.modified = info.lastModified();
    table.delimiter = delimiterOf(head);
    table.rows = -1;
    table.problem = readTable(path, table, stop, [&](const QStringList &row, qint64) {
        if (++table.rows == 0) {
            table.header = row;
            table.evidence.resize(row.size());
            return true;
        }
        if (table.sample.size() < rowsInSample) table.sample.append(row);
        for (qsizetype i = 0; i < std::min(row.size(), table.evidence.size()); ++i) table.evidence[i].look(row[i]);
        return true;
    });
    if (table.problem.isEmpty() && table.rows < 1) {
        table.rows = 0;
        table.problem = told(QT_TRANSLATE_NOOP("ImportFile", "There are no rows under the header."));
    }
    return table;
}

QString convertImport(const QString &path, const ImportTable &table, const QList<ImportColumn> &columns,
                      const QString &target, const std::atomic<bool> &stop) {
    QSaveFile out(target);
    if (!out.open(QIODevice::WriteOnly)) return out.errorString();
    QByteArray pending;
    bool isHeader = true;
    qint64 written = 1;  // the line to be written
    QString const problem = readTable(path, table, stop, [&](const QStringList &row, qint64 line) {
        // The server speaks of lines, and the user looks for them in the file.
        for (; written < line; ++written) pending += "\r\n";
        bool isFirst = true;
        for (qsizetype i = 0; i < columns.size(); ++i) {
            if (columns[i].name.isEmpty()) continue;
            if (!std::exchange(isFirst, false)) pending += ',';
            QString const cell = isHeader ? columns[i].name : wireText(columns[i].reading, row.value(i).trimmed());
            if (!isHeader) written += lineEnds(cell);
            appendCell(pending, cell);
        }
        isHeader = false;
        pending += "\r\n";
        ++written;
        if (pending.size() < pieceSize) return true;
        bool const isWritten = out.write(pending) == pending.size();
        pending.clear();
        return isWritten;
    });
    if (!problem.isEmpty() || stop) return problem;
    out.write(pending);
    return out.commit() ? QString() : out.errorString();
}

bool isNote(const QString &title) { return title == "_line" || title == "_error"; }

namespace {

/// The lines that the server has refused and why, one after the other.
class Refusals {
  public:
    explicit Refusals(const QString &path) : pieces_(path, ImportTable::Encoding::utf8), rows_(u',') {
        QStringList const header = next();
        line_ = header.indexOf("_line");
        reason_ = header.indexOf("_error");
        isGood_ = line_ >= 0 && reason_ >= 0;
        if (isGood_) advance();
    }
    [[nodiscard]] bool isGood() const { return isGood_; }
    [[nodiscard]] bool isOver() const { return row_.isEmpty(); }
    [[nodiscard]] qint64 line() const { return row_.value(line_).toLongLong(); }
    [[nodiscard]] QString reason() const { return row_.value(reason_); }
    void advance() { row_ = next(); }

  private:
    QStringList next() {
        QStringList row;
        QString piece;
        while (!rows_.next(row)) {
            if (isLast_ || !pieces_.isOpen() || !rows_.problem().isEmpty()) return {};
            isLast_ = !pieces_.next(piece);
            isLast_ ? rows_.finish() : rows_.append(piece);
        }
        return row;
    }

    TextPieces pieces_;
    CsvRows rows_;
    bool isLast_ = false;
    bool isGood_ = false;
    qsizetype line_ = -1;
    qsizetype reason_ = -1;
    QStringList row_;
};

}  // namespace

QString writeRefused(const QString &path, const ImportTable &table, const QString &errors, const QString &target,
                     const std::atomic<bool> &stop) {
    QFileInfo const info(path);
    bool const isSame = info.size() == table.size && info.lastModified() == table.modified;
    Refusals refusals(errors);
    QSaveFile out(target);
    if (!out.open(QIODevice::WriteOnly)) return out.errorString();
    if (!isSame || table.isVCard || !refusals.isGood()) {
        QFile served(errors);
        if (!served.open(QIODevice::ReadOnly)) return served.errorString();
        while (!served.atEnd() && !stop) out.write(served.read(pieceSize));
        return stop || out.commit() ? QString() : out.errorString();
    }
    QByteArray pending = "\xef\xbb\xbf";  // without it, spreadsheets take UTF-8 for something else
    bool isHeader = true;
    QList<bool> isKept;
    for (const QString &title : table.header) isKept.append(!isNote(title));
    QString const problem = readTable(path, table, stop, [&](const QStringList &row, qint64 line) {
        while (!isHeader && !refusals.isOver() && refusals.line() < line) refusals.advance();
        if (!isHeader && refusals.isOver()) return false;
        if (!isHeader && refusals.line() != line) return true;
        for (qsizetype i = 0; i < table.header.size(); ++i) {
            if (!isKept[i]) continue;
            appendCell(pending, row.value(i), table.delimiter);
            pending += QString(table.delimiter).toUtf8();
        }
        appendCell(pending, isHeader ? "_line" : QString::number(line), table.delimiter);
        pending += QString(table.delimiter).toUtf8();
        appendCell(pending, isHeader ? "_error" : refusals.reason(), table.delimiter);
        pending += "\r\n";
        isHeader = false;
        if (pending.size() < pieceSize) return true;
        bool const isWritten = out.write(pending) == pending.size();
        pending.clear();
        return isWritten;
    });
    if (!problem.isEmpty() || stop) return problem;
    out.write(pending);
    return out.commit() ? QString() : out.errorString();
}

ImportReader::~ImportReader() {
    stop();
    for (QThread *const thread : std::as_const(threads_)) {
        thread->wait();
        delete thread;
    }
}

void ImportReader::stop() {
    if (stop_) *stop_ = true;
}

void ImportReader::run(const std::function<std::function<void()>(const std::atomic<bool> &)> &work) {
    stop();
    stop_ = std::make_shared<std::atomic<bool>>(false);
    QThread *const thread = QThread::create([this, stop = stop_, work] {
        auto const then = work(*stop);
        // The destructor waits for this thread: `this` is there.
        QMetaObject::invokeMethod(
            this,
            [stop, then] {
                if (!*stop) then();
            },
            Qt::QueuedConnection);
    });
    threads_.append(thread);
    thread->start();
}

void ImportReader::examine(const QString &path, const std::function<void(const ImportTable &)> &then) {
    run([path, then](const std::atomic<bool> &stop) -> std::function<void()> {
        ImportTable const table = examineImport(path, stop);
        return [table, then] { then(table); };
    });
}

void ImportReader::convert(const QString &path, const ImportTable &table, const QList<ImportColumn> &columns,
                           const QString &target, const std::function<void(const QString &)> &then) {
    run([=](const std::atomic<bool> &stop) -> std::function<void()> {
        QString const problem = convertImport(path, table, columns, target, stop);
        return [problem, then] { then(problem); };
    });
}

void ImportReader::writeRefused(const QString &path, const ImportTable &table, const QString &errors,
                                const QString &target, const std::function<void(const QString &)> &then) {
    run([=](const std::atomic<bool> &stop) -> std::function<void()> {
        QString const problem = desktop::writeRefused(path, table, errors, target, stop);
        return [problem, then] { then(problem); };
    });
}

}  // namespace kontor::desktop
