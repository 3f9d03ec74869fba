#pragma once

// What the server has answered, kept to be read again when the server is away.

#include "desktop/api/answer.h"
#include "desktop/api/local_database.h"

namespace kontor::desktop {

/// The id of the one record that a path is about ("contacts/01…"); empty when it is about more, or something else.
[[nodiscard]] QString recordIdOf(const QString &path);

/// Whether the answer to a call is worth keeping: a GET for people, not the state of a job or a file.
[[nodiscard]] bool isKept(const Call &call);

void keepAnswer(LocalDatabase &database, const Call &call, const QJsonObject &body);
/// What a write has answered: the whole record.
void keepRecord(LocalDatabase &database, const QString &collection, const QJsonObject &record);
void dropRecord(LocalDatabase &database, const QString &collection, const QString &id);
/// All of it; drafts and the writes that wait are not touched.
void dropAnswers(LocalDatabase &database);
/// Throws out what was not used for longest, where there is more than `mostBytes`.
void pruneAnswers(LocalDatabase &database, qint64 mostBytes);

/// What was answered before, with the writes that wait as if they were done; nothing when it was never asked.
[[nodiscard]] std::optional<QJsonObject> recallAnswer(LocalDatabase &database, const Call &call);
/// A record as the server gave it last; empty when it never did.
[[nodiscard]] QJsonObject storedRecord(LocalDatabase &database, const QString &collection, const QString &id);

}  // namespace kontor::desktop
