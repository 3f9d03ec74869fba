#pragma once

// Files that people import: CSV with any usual delimiter and encoding, and vCards. They are read in pieces on a thread
// of their own, and become the CSV that the server takes.

#include "desktop/models/import_values.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>

#include <atomic>
#include <functional>
#include <memory>

class QThread;

namespace kontor::desktop {

/// What a look at the whole file has told.
struct ImportTable {
    enum class Encoding { utf8, utf16, windows1252 };
    QStringList header;
    QList<QStringList> sample;       ///< the first rows
    QList<ImportEvidence> evidence;  ///< of all rows, by column
    qint64 rows = 0;                 ///< without the header
    Encoding encoding = Encoding::utf8;
    QChar delimiter = u',';
    bool isVCard = false;
    qint64 size = 0;     ///< of the file
    QDateTime modified;  ///< the same
    QString problem;     ///< why it cannot be imported; empty when it can
};

/// A column of what is sent; without a name it is left out.
struct ImportColumn {
    QString name;
    ImportReading reading;
};

/// Splits text into rows (RFC 4180, with LF, CR LF or CR, and any delimiter). Empty lines are left out.
class CsvRows {
  public:
    explicit CsvRows(QChar delimiter) : delimiter_(delimiter) {}
    void append(const QString &piece);
    void finish() { isFinished_ = true; }
    /// False when there is no complete row yet or any more, or where the text is broken: then problem() says why.
    bool next(QStringList &row);
    [[nodiscard]] const QString &problem() const { return problem_; }
    /// Where the last row begins, as an editor counts.
    [[nodiscard]] qint64 line() const { return line_; }

  private:
    enum class Step { row, more };
    Step scan(QStringList &row, qsizetype &end);

    QChar delimiter_;
    QString buffer_;
    qsizetype position_ = 0;
    qint64 line_ = 0;
    qint64 nextLine_ = 1;
    bool isFinished_ = false;
    QString problem_;
};

/// The contacts of a vCard file (versions 3.0 and 4.0) as rows under vCardHeader().
class VCardRows {
  public:
    void append(const QString &piece);
    void finish();
    bool next(QStringList &row);
    /// Cards have no lines to speak of.
    [[nodiscard]] static qint64 line() { return 0; }

  private:
    void take(const QString &line);

    QString buffer_;
    QString folded_;  ///< a line that the next one may continue
    QStringList card_;
    bool isInside_ = false;
    int emails_ = 0;
    int phones_ = 0;
    QList<QStringList> done_;
};

/// The columns of VCardRows, in the server's names.
[[nodiscard]] const QStringList &vCardHeader();

/// Reads the whole file; to be called off the GUI thread. `stop` ends it early.
[[nodiscard]] ImportTable examineImport(const QString &path, const std::atomic<bool> &stop);
/// Writes the columns that have a name as the server's CSV, each row on the line that it has in the file; returns why
/// it could not, or nothing.
[[nodiscard]] QString convertImport(const QString &path, const ImportTable &table, const QList<ImportColumn> &columns,
                                    const QString &target, const std::atomic<bool> &stop);
/// Writes the rows of the file that the server has refused as they are there, with its reasons behind them. `errors`:
/// the server's own file of them. It stands for itself where the file is not the one any more that was read.
[[nodiscard]] QString writeRefused(const QString &path, const ImportTable &table, const QString &errors,
                                   const QString &target, const std::atomic<bool> &stop);
/// What a file of refused rows has in addition.
[[nodiscard]] bool isNote(const QString &title);

/// Does these on a thread of its own; one piece of work at a time, a new one ends the one before.
class ImportReader : public QObject {
    Q_OBJECT
  public:
    explicit ImportReader(QObject *parent) : QObject(parent) {}
    ~ImportReader() override;
    ImportReader(const ImportReader &) = delete;
    ImportReader &operator=(const ImportReader &) = delete;

    void examine(const QString &path, const std::function<void(const ImportTable &)> &then);
    void convert(const QString &path, const ImportTable &table, const QList<ImportColumn> &columns,
                 const QString &target, const std::function<void(const QString &problem)> &then);
    void writeRefused(const QString &path, const ImportTable &table, const QString &errors, const QString &target,
                      const std::function<void(const QString &problem)> &then);
    void stop();

  private:
    void run(const std::function<std::function<void()>(const std::atomic<bool> &)> &work);

    std::shared_ptr<std::atomic<bool>> stop_;
    QList<QThread *> threads_;
};

}  // namespace kontor::desktop
