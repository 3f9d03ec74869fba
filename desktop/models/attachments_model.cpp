#include "desktop/models/attachments_model.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QMimeDatabase>

namespace kontor::desktop {

namespace {

constexpr auto mostFiles = "500";
constexpr qint64 largest = 100LL * 1024 * 1024;  // the server's limit: said before the file is sent

}  // namespace

AttachmentsModel::AttachmentsModel(Workspace &workspace, const QString &entity, const QString &recordId,
                                   QObject *parent)
    : QAbstractTableModel(parent), workspace_(workspace), entity_(entity), recordId_(recordId) {
    connect(&workspace_.server(), &Server::progressed, this, [this](quint64 number, qint64 done, qint64 total) {
        int const row = rowOf(number);
        if (row < 0 || total <= 0) return;
        files_[row].percent = static_cast<int>(100 * done / total);
        Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
    });
}

void AttachmentsModel::reload() {
    Call call;
    call.path = "attachments";
    call.query = {{"filter", "parentId = " + filterText(recordId_)}, {"sort", "-createdAt"}, {"limit", mostFiles}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        if (!answer.ok()) return say(*answer.problem, tr("Attachments"));
        QList<File> files;
        for (const File &file : std::as_const(files_)) {
            if (file.transfer != 0 && file.isNew) files.append(file);
        }
        for (const QJsonObject &record : answer.records()) {
            File file;
            file.id = record["id"].toString();
            file.name = record["fileName"].toString();
            file.size = record["size"].toInteger();
            file.createdAt = record["createdAt"].toString();
            for (const File &before : std::as_const(files_)) {
                if (before.id != file.id || before.transfer == 0) continue;
                file.transfer = before.transfer;
                file.percent = before.percent;
            }
            files.append(file);
        }
        beginResetModel();
        files_ = files;
        endResetModel();
        Q_EMIT loaded();
    });
}

void AttachmentsModel::upload(const QString &path) {
    QFileInfo const info(path);
    if (!info.isFile() || !info.isReadable()) {
        Q_EMIT failed(tr("%1 cannot be read.").arg(info.fileName()));
        return;
    }
    if (info.size() > largest) {
        Q_EMIT failed(tr("%1 is larger than 100 MB.").arg(info.fileName()));
        return;
    }
    Call call;
    call.method = "POST";
    call.path = "attachments/content";
    call.query = {{"parentEntity", entity_}, {"parentId", recordId_}, {"fileName", info.fileName()}};
    call.contentType = QMimeDatabase().mimeTypeForFile(info, QMimeDatabase::MatchExtension).name().toLatin1();
    call.fileToSend = path;
    File file;
    file.name = info.fileName();
    file.size = info.size();
    file.isNew = true;
    auto const number = std::make_shared<quint64>(0);
    *number =
        workspace_.server().send(call, this, [this, number](const Answer &answer) { uploadEnded(*number, answer); });
    file.transfer = *number;
    beginInsertRows({}, 0, 0);
    files_.prepend(file);
    endInsertRows();
    Q_EMIT loaded();
}

void AttachmentsModel::uploadEnded(quint64 transfer, const Answer &answer) {
    int const row = rowOf(transfer);
    if (row < 0) return;
    QString const name = files_[row].name;
    if (!answer.ok()) {
        beginRemoveRows({}, row, row);
        files_.removeAt(row);
        endRemoveRows();
        Q_EMIT loaded();
        return say(*answer.problem, name);
    }
    File &file = files_[row];
    file.transfer = 0;
    file.isNew = false;
    file.id = answer.body["id"].toString();
    file.createdAt = answer.body["createdAt"].toString();
    file.size = answer.body["size"].toInteger(file.size);
    Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
    workspace_.announceChange("Attachment", file.id, answer.body["version"].toInteger(1));
    Q_EMIT uploaded(name);
}

void AttachmentsModel::download(int row, const QString &path) {
    if (row < 0 || row >= files_.size() || files_[row].transfer != 0) return;
    Call call;
    call.path = "attachments/" + files_[row].id + "/content";
    call.fileToWrite = path;
    auto const number = std::make_shared<quint64>(0);
    QString const name = files_[row].name;
    *number = workspace_.server().send(call, this, [this, number, path, name](const Answer &answer) {
        int const now = rowOf(*number);
        if (now >= 0) {
            files_[now].transfer = 0;
            Q_EMIT dataChanged(index(now, 0), index(now, columns - 1));
        }
        if (!answer.ok()) return say(*answer.problem, name);
        Q_EMIT downloaded(path);
    });
    files_[row].transfer = *number;
    files_[row].percent = 0;
    Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
}

void AttachmentsModel::cancel(int row) {
    if (row >= 0 && row < files_.size() && files_[row].transfer != 0) workspace_.server().cancel(files_[row].transfer);
}

void AttachmentsModel::remove(int row) {
    if (row < 0 || row >= files_.size() || files_[row].id.isEmpty()) return;
    QString const id = files_[row].id;
    QString const name = files_[row].name;
    workspace_.server().send({.method = "DELETE", .path = "attachments/" + id}, this,
                             [this, id, name](const Answer &answer) {
                                 if (!answer.ok()) return say(*answer.problem, name);
                                 workspace_.announceChange("Attachment", id, std::numeric_limits<qint64>::max(), true);
                                 reload();
                                 Q_EMIT removed(id, name);
                             });
}

void AttachmentsModel::takeBack(const QString &attachmentId) {
    workspace_.server().send({.method = "POST", .path = "attachments/" + attachmentId + "/undelete"}, this,
                             [this, attachmentId](const Answer &answer) {
                                 if (!answer.ok()) return say(*answer.problem, tr("Attachments"));
                                 workspace_.announceChange("Attachment", attachmentId,
                                                           answer.body["version"].toInteger(1));
                                 reload();
                             });
}

QString AttachmentsModel::fileName(int row) const {
    return row < 0 || row >= files_.size() ? QString() : files_[row].name;
}

int AttachmentsModel::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(files_.size());
}

int AttachmentsModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int{columns}; }

QVariant AttachmentsModel::data(const QModelIndex &index, int role) const {
    if (index.row() < 0 || index.row() >= files_.size()) return {};
    const File &file = files_[index.row()];
    if (role == idRole) return file.id;
    if (role == progressRole) return file.transfer != 0 ? QVariant(file.percent) : QVariant();
    if (role == Qt::TextAlignmentRole && index.column() != nameColumn) {
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole) return file.name;
    if (role != Qt::DisplayRole) return {};
    if (index.column() == nameColumn) return file.name;
    if (index.column() == sizeColumn)
        return QLocale().formattedDataSize(file.size, 1, QLocale::DataSizeTraditionalFormat);
    QDateTime const at = QDateTime::fromString(file.createdAt, Qt::ISODateWithMs).toLocalTime();
    return at.isValid() ? QLocale().toString(at.date(), QLocale::ShortFormat) : QString();
}

int AttachmentsModel::rowOf(quint64 transfer) const {
    for (qsizetype row = 0; transfer != 0 && row < files_.size(); ++row) {
        if (files_[row].transfer == transfer) return static_cast<int>(row);
    }
    return -1;
}

void AttachmentsModel::say(const Problem &problem, const QString &fileName) {
    if (problem.kind == Problem::Kind::cancelled) {
        Q_EMIT failed(tr("%1: stopped.").arg(fileName));
    } else {
        Q_EMIT failed(fileName + ": " + problem.title + ' ' + problem.detail);
    }
}

}  // namespace kontor::desktop
