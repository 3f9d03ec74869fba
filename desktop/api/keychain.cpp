#include "desktop/api/keychain.h"

#include <QPointer>

#include <qt6keychain/keychain.h>

namespace kontor::desktop::keychain {

namespace {

constexpr auto service = "Kontor";

template <typename Work> void run(QKeychain::Job &job, const QString &name, QObject *context, Work &&finished) {
    job.setKey(name);
    job.setInsecureFallback(false);
    QObject::connect(&job, &QKeychain::Job::finished, context, std::forward<Work>(finished));
    job.start();
}

QString problemOf(const QKeychain::Job &job) {
    if (job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound) return {};
    bool const isMissing = job.error() == QKeychain::NoBackendAvailable || job.error() == QKeychain::OtherError;
    return isMissing || job.errorString().isEmpty() ? QObject::tr("There is no keychain on this computer.")
                                                    : job.errorString();
}

}  // namespace

void read(const QString &name, QObject *context,
          std::function<void(const QByteArray &secret, const QString &problem)> then) {
    auto *const job = new QKeychain::ReadPasswordJob(service);
    run(*job, name, context, [job, then = std::move(then)](QKeychain::Job *) {
        then(job->error() == QKeychain::NoError ? job->binaryData() : QByteArray(), problemOf(*job));
    });
}

void write(const QString &name, const QByteArray &secret, QObject *context,
           std::function<void(const QString &problem)> then) {
    auto *const job = new QKeychain::WritePasswordJob(service);
    job->setBinaryData(secret);
    run(*job, name, context, [then = std::move(then)](QKeychain::Job *ended) { then(problemOf(*ended)); });
}

void remove(const QString &name, QObject *context, std::function<void(const QString &problem)> then) {
    auto *const job = new QKeychain::DeletePasswordJob(service);
    run(*job, name, context, [then = std::move(then)](QKeychain::Job *ended) { then(problemOf(*ended)); });
}

}  // namespace kontor::desktop::keychain
