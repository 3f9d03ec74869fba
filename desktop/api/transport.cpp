#include "desktop/api/transport.h"

#include "desktop/api/wording.h"

#include <QFile>
#include <QJsonDocument>
#include <QLocale>
#include <QPointer>
#include <QSaveFile>
#include <QSslError>
#include <QTimer>

namespace kontor::desktop {

namespace {

constexpr qsizetype largestAnswer = 256 * 1024 * 1024;

QList<FieldProblem> fieldProblems(const QJsonObject &document) {
    QList<FieldProblem> fields;
    for (const auto &value : document["errors"].toArray()) {
        QJsonObject const field = value.toObject();
        QString const code = field["code"].toString();
        fields.append({field["pointer"].toString(), code, wordedField(code, lineOf(field["detail"].toString()))});
    }
    return fields;
}

Problem refusal(int status, const QJsonObject &document) {
    Problem problem;
    problem.kind = status == 401 ? Problem::Kind::signedOut : Problem::Kind::refused;
    problem.code = document["code"].toString();
    problem.title = worded(lineOf(document["title"].toString()));
    problem.detail = worded(lineOf(document["detail"].toString()));
    problem.fields = fieldProblems(document);
    problem.document = document;
    if (problem.title.isEmpty()) problem.title = QString::number(status);
    return problem;
}

Problem::Kind kindOf(QNetworkReply::NetworkError error, bool cancelled, bool tooLarge) {
    if (cancelled) return Problem::Kind::cancelled;
    if (tooLarge) return Problem::Kind::unreadable;
    return error == QNetworkReply::SslHandshakeFailedError ? Problem::Kind::certificate : Problem::Kind::offline;
}

QString titleOf(Problem::Kind kind) {
    switch (kind) {
    case Problem::Kind::certificate:
        return QObject::tr("The server's certificate is not trusted.");
    case Problem::Kind::cancelled:
        return QObject::tr("Cancelled.");
    case Problem::Kind::unreadable:
        return QObject::tr("The server's answer is too large.");
    default:
        return QObject::tr("The server cannot be reached.");
    }
}

/// What is wrong with a certificate, and whose it is, so that a person can decide whom to ask.
QString explanation(const QList<QSslError> &errors) {
    QStringList lines;
    for (const QSslError &error : errors) {
        if (!lines.contains(error.errorString())) lines.append(error.errorString());
    }
    QSslCertificate const certificate = errors.isEmpty() ? QSslCertificate() : errors.first().certificate();
    if (!certificate.isNull()) {
        lines.append(QObject::tr("It is made out to %1, by %2, from %3 to %4.")
                         .arg(certificate.subjectDisplayName(), certificate.issuerDisplayName(),
                              QLocale().toString(certificate.effectiveDate().date(), QLocale::ShortFormat),
                              QLocale().toString(certificate.expiryDate().date(), QLocale::ShortFormat)));
    }
    return lines.join(' ');
}

bool isJson(const QNetworkReply &reply) {
    QByteArray const type = reply.header(QNetworkRequest::ContentTypeHeader).toByteArray().toLower();
    return type.startsWith("application/json") || type.contains("+json");
}

/// The body as an object; a list, which no endpoint gives, and anything else that is not one, is unreadable.
Answer readAnswer(QNetworkReply &reply) {
    Answer answer;
    answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.etag = reply.rawHeader("ETag");
    answer.location = reply.rawHeader("Location");
    QByteArray const bytes = reply.readAll();
    QVariant const promised = reply.header(QNetworkRequest::ContentLengthHeader);
    bool const cut = reply.rawHeader("Content-Encoding").isEmpty() && promised.isValid() &&
                     reply.operation() != QNetworkAccessManager::HeadOperation && promised.toLongLong() > bytes.size();
    if (!bytes.isEmpty() && isJson(reply) && !cut) {
        QJsonParseError error;
        QJsonDocument const document = QJsonDocument::fromJson(bytes, &error);
        if (document.isObject()) {
            answer.body = document.object();
            if (answer.status >= 400) answer.problem = refusal(answer.status, answer.body);
            return answer;
        }
    } else if (bytes.isEmpty() && answer.status >= 200 && answer.status < 400) {
        return answer;
    }
    answer.problem = Problem{};
    answer.problem->kind = Problem::Kind::unreadable;
    answer.problem->title = QObject::tr("The server's answer cannot be read.");
    answer.problem->detail = QObject::tr("Status %1, %2 bytes.").arg(answer.status).arg(bytes.size());
    return answer;
}

}  // namespace

QString lineOf(const QString &text) {
    constexpr qsizetype longest = 500;
    return text.size() <= longest ? text : text.left(longest) + QChar(0x2026);
}

QList<QJsonObject> Answer::records() const {
    QList<QJsonObject> found;
    for (const auto &value : body["data"].toArray()) {
        if (value.isObject()) found.append(value.toObject());
    }
    return found;
}

bool Transport::mayRepeat(const Order &order) {
    if (order.attempts <= 1 || !order.call.fileToSend.isEmpty()) return false;
    if (order.call.method != "POST") return true;  // PATCH carries the version that it changes
    return order.call.isRepeatable || std::ranges::any_of(order.call.headers, [](const auto &header) {
               return header.first == "Idempotency-Key";
           });
}

void Transport::start(const Order &order) {
    if (!network_) {
        network_ = std::make_unique<QNetworkAccessManager>();
        network_->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    }
    QNetworkRequest request(order.url);
    request.setSslConfiguration(tls_);
    request.setTransferTimeout(order.call.timeoutSeconds * 1000);
    request.setRawHeader("Accept", "application/json, application/problem+json;q=0.9, */*;q=0.1");
    if (!order.authorization.isEmpty()) request.setRawHeader("Authorization", order.authorization);
    if (order.call.version) request.setRawHeader("If-Match", '"' + QByteArray::number(*order.call.version) + '"');
    for (const auto &[name, value] : order.call.headers) request.setRawHeader(name, value);

    QByteArray content = order.call.content;
    QByteArray type = order.call.contentType;
    if (order.call.body.isObject()) content = QJsonDocument(order.call.body.toObject()).toJson(QJsonDocument::Compact);
    if (order.call.body.isArray()) content = QJsonDocument(order.call.body.toArray()).toJson(QJsonDocument::Compact);
    if (type.isEmpty() && !content.isEmpty()) {
        type = order.call.method == "PATCH" ? "application/merge-patch+json" : "application/json";
    }
    if (!type.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, type);

    QNetworkReply *reply = nullptr;
    if (!order.call.fileToSend.isEmpty()) {
        auto file = std::make_unique<QFile>(order.call.fileToSend);
        if (!file->open(QIODevice::ReadOnly)) {
            Answer answer;
            answer.problem = Problem{};
            answer.problem->title = tr("The file cannot be read.");
            answer.problem->detail = file->errorString();
            Q_EMIT finished(order.number, answer);
            return;
        }
        reply = network_->sendCustomRequest(request, order.call.method, file.get());
        file.release()->setParent(reply);
    } else {
        reply = network_->sendCustomRequest(request, order.call.method, content);
    }
    replies_.insert(order.number, reply);
    connect(reply, &QNetworkReply::sslErrors, this, [reply](const QList<QSslError> &errors) {
        reply->setProperty("certificate", explanation(errors));  // never ignored
    });
    connect(reply, &QNetworkReply::uploadProgress, this,
            [this, number = order.number](qint64 done, qint64 total) { Q_EMIT progressed(number, done, total); });
    connect(reply, &QNetworkReply::downloadProgress, this, [this, reply, order](qint64 done, qint64 total) {
        if (done > largestAnswer && order.call.fileToWrite.isEmpty()) {
            reply->setProperty("tooLarge", true);
            reply->abort();
            return;
        }
        if (!order.call.fileToWrite.isEmpty()) Q_EMIT progressed(order.number, done, total);
    });
    if (order.isStream) {
        connect(reply, &QNetworkReply::readyRead, this, [this, reply, number = order.number] {
            if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 200)
                Q_EMIT received(number, reply->readAll());
        });
    }
    if (!order.call.fileToWrite.isEmpty()) {
        auto *const file = new QSaveFile(order.call.fileToWrite, reply);
        if (file->open(QIODevice::WriteOnly)) {
            connect(reply, &QNetworkReply::readyRead, file, [reply, file] {
                if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() < 300)
                    file->write(reply->readAll());
            });
        }
        reply->setProperty("file", QVariant::fromValue<QObject *>(file));
    }
    connect(reply, &QNetworkReply::finished, this, [this, reply, order] { receive(reply, order); });
}

void Transport::trust(const QList<QSslCertificate> &authorities) {
    tls_ = QSslConfiguration::defaultConfiguration();
    tls_.addCaCertificates(authorities);
    if (network_) network_->clearConnectionCache();
}

void Transport::cancel(quint64 number) {
    QNetworkReply *const reply = replies_.value(number);
    if (reply == nullptr && !pausing_.contains(number)) return;
    cancelled_.insert(number);
    if (reply != nullptr) reply->abort();
}

void Transport::receive(QNetworkReply *reply, const Order &order) {
    reply->deleteLater();
    replies_.remove(order.number);
    int const status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    QNetworkReply::NetworkError const error = reply->error();
    auto *const file = qobject_cast<QSaveFile *>(reply->property("file").value<QObject *>());

    bool const streamEnded = order.isStream && status < 400;  // without an error too: streams have no end of their own
    Answer answer;
    if (status == 0 || streamEnded ||
        (status < 400 && error != QNetworkReply::NoError)) {  // never answered, or broke in the middle
        auto const kind = kindOf(error, cancelled_.remove(order.number), reply->property("tooLarge").toBool());
        if (kind == Problem::Kind::offline && mayRepeat(order)) {
            repeat(order);
            return;
        }
        answer.status = status;
        answer.problem = Problem{};
        answer.problem->kind = kind;
        answer.problem->title = titleOf(kind);
        QString const certificate = reply->property("certificate").toString();
        answer.problem->detail = certificate.isEmpty() ? reply->errorString() : certificate;
    } else if (file != nullptr && status < 300) {
        file->write(reply->readAll());
        answer.status = status;
        if (!file->commit()) {
            answer.problem = Problem{};
            answer.problem->title = tr("The file cannot be written.");
            answer.problem->detail = file->errorString();
        }
    } else {
        answer = readAnswer(*reply);
    }
    cancelled_.remove(order.number);
    Q_EMIT finished(order.number, answer);
}

void Transport::repeat(const Order &order) {
    Order again = order;
    --again.attempts;
    pausing_.insert(order.number);
    QTimer::singleShot(200 * (4 - again.attempts), this, [this, again] {
        pausing_.remove(again.number);
        if (!cancelled_.remove(again.number)) {
            start(again);
            return;
        }
        Answer answer;
        answer.problem = Problem{};
        answer.problem->kind = Problem::Kind::cancelled;
        answer.problem->title = titleOf(Problem::Kind::cancelled);
        Q_EMIT finished(again.number, answer);
    });
}

}  // namespace kontor::desktop
