#pragma once

// The system's keychain (QtKeychain): the only place where a token outlives the program.

#include <QByteArray>
#include <QObject>
#include <QString>

#include <functional>

namespace kontor::desktop::keychain {

/// `problem` is empty, or says in the system's words why there is no keychain; a secret that is not there is none.
void read(const QString &name, QObject *context,
          std::function<void(const QByteArray &secret, const QString &problem)> then);
void write(const QString &name, const QByteArray &secret, QObject *context,
           std::function<void(const QString &problem)> then);
void remove(const QString &name, QObject *context, std::function<void(const QString &problem)> then);

}  // namespace kontor::desktop::keychain
