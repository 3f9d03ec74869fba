#include "desktop/views/record_picker.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QStandardItemModel>

namespace kontor::desktop {

namespace {

constexpr int searchDelay = 150;  // ms without a key before the server is asked
constexpr auto mostFound = "20";

}  // namespace

RecordPicker::RecordPicker(Workspace &workspace, const QString &entity, QWidget *parent)
    : QLineEdit(parent), workspace_(workspace), entity_(entity), completer_(new QCompleter(this)),
      found_(new QStandardItemModel(this)) {
    setClearButtonEnabled(true);
    completer_->setModel(found_);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    setCompleter(completer_);
    delay_.setSingleShot(true);
    delay_.setInterval(searchDelay);
    connect(&delay_, &QTimer::timeout, this, &RecordPicker::look);
    connect(this, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.isEmpty() && !id_.isEmpty()) {
            setRecordId({});
            Q_EMIT recordChanged();
        }
        delay_.start();
    });
    connect(completer_, qOverload<const QModelIndex &>(&QCompleter::activated), this, [this](const QModelIndex &index) {
        setRecordId(index.data(Qt::UserRole).toString());
        Q_EMIT recordChanged();
    });
    // A name that was only begun is no choice.
    connect(this, &QLineEdit::editingFinished, this, [this] {
        if (!completer_->popup()->isVisible()) showName();
    });
    connect(&workspace_, &Workspace::namesCame, this, [this] {
        if (!hasFocus()) showName();
    });
}

void RecordPicker::setRecordId(const QString &id) {
    id_ = id;
    showName();
}

void RecordPicker::showName() { setText(id_.isEmpty() ? QString() : workspace_.nameOf(entity_, id_)); }

void RecordPicker::look() {
    const EntityDescription *const entity = workspace_.descriptions().entity(entity_);
    QString const wanted = text().trimmed();
    if (entity == nullptr || wanted.isEmpty()) return;
    Call call;
    call.path = entity->collection;
    call.query = {{"filter", entity->displayField + " : " + filterText(wanted)},
                  {"fields", entity->displayField},
                  {"limit", mostFound}};
    workspace_.server().send(call, this, [this, wanted, display = entity->displayField](const Answer &answer) {
        if (wanted != text().trimmed()) return;
        found_->clear();
        for (const QJsonObject &record : answer.records()) {
            QString const id = record["id"].toString();
            QString const name = record[display].toVariant().toString();
            workspace_.rememberName(entity_, id, name);
            auto *const item = new QStandardItem(name);
            item->setData(id, Qt::UserRole);
            found_->appendRow(item);
        }
        if (hasFocus()) completer_->complete();
    });
}

}  // namespace kontor::desktop
