#pragma once

// What is asked of the server and what comes back.

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>

#include <optional>
#include <utility>

namespace kontor::desktop {

/// One request below /api/v1/.
struct Call {
    QByteArray method = "GET";
    QString path;                              ///< "contacts/01…", without a slash at the start
    QList<std::pair<QString, QString>> query;  ///< not encoded
    QJsonValue body = QJsonValue::Undefined;   ///< an object or an array; undefined: none
    std::optional<qint64> version;             ///< If-Match: refused with CONFLICT_VERSION when the record has moved on
    QByteArray contentType;                    ///< of `content`, or of the body when it is not plain JSON
    QByteArray content;                        ///< a body that is not JSON
    QString fileToSend;                        ///< a body that is streamed from disk; wins over content
    QString fileToWrite;                       ///< the answer is streamed there, and Answer::body stays empty
    QList<std::pair<QByteArray, QByteArray>> headers;
    int timeoutSeconds = 30;    ///< without any byte moving
    bool isRepeatable = false;  ///< a POST that changes nothing (a preview); others get an idempotency key
};

/// One member that the server has found wrong.
struct FieldProblem {
    QString pointer;  ///< RFC 6901, "/emailAddresses/0/address"
    QString code;     ///< stable: "REQUIRED", "TOO_LONG" …
    QString detail;   ///< for people, in their language as far as it is known there
};

struct Problem {
    enum class Kind {
        offline,      ///< no connection, or it broke: worth trying again
        certificate,  ///< TLS: the server is not who it says it is
        signedOut,    ///< the credentials are no longer good
        refused,      ///< the server said no, with a problem document (RFC 9457)
        unreadable,   ///< what came is not what was promised: cut off, no JSON, wrong types
        cancelled,
    };
    Kind kind = Kind::refused;
    QString
        code;  ///< stable code of the server: "VALIDATION", "CONFLICT_VERSION", "NOT_FOUND" …; empty when not refused
    QString title;
    QString detail;
    QList<FieldProblem> fields;
    QJsonObject document;  ///< the whole problem document: `currentVersion` of CONFLICT_VERSION, `candidates` of
                           ///< DUPLICATES_DETECTED
    /// For a line at the foot of the window: how a connection broke is nothing to its user.
    [[nodiscard]] QString told() const { return detail.isEmpty() || kind == Kind::offline ? title : detail; }
};

struct Answer {
    int status = 0;
    QJsonObject body;
    QByteArray etag;
    QByteArray location;
    bool isStored = false;  ///< read from the local store, since the server was not there
    bool isQueued = false;  ///< a write that waits for the server: the body is the record as it will be
    std::optional<Problem> problem;

    [[nodiscard]] bool ok() const { return !problem; }
    /// The records of a list; those that are no objects are left out.
    [[nodiscard]] QList<QJsonObject> records() const;
};

/// As much of a text as a line of the window can show: one of a megabyte would hold up the painting.
[[nodiscard]] QString lineOf(const QString &text);

}  // namespace kontor::desktop
