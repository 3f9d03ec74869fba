#include "desktop/views/tags_editor.h"

#include "desktop/views/chips.h"
#include "desktop/views/look.h"

#include <QCompleter>
#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStringListModel>
#include <QVBoxLayout>

namespace kontor::desktop {

TagsEditor::TagsEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent)
    : FieldEditor(field, parent), workspace_(workspace), offered_(new QStringListModel(this)) {
    auto *const body = new QWidget(this);
    auto *const layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::halfSpace);
    chips_ = new Chips(body);
    line_ = new QLineEdit(body);
    line_->setPlaceholderText(tr("Add a tag"));
    line_->setAccessibleName(tr("Add to %1").arg(field.label));
    auto *const completer = new QCompleter(offered_, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    line_->setCompleter(completer);
    line_->installEventFilter(this);
    layout->addWidget(chips_);
    layout->addWidget(line_);
    setInput(body);
    setFocusProxy(line_);
    chips_->hide();
    connect(chips_, &Chips::removeRequested, this, [this](const QString &tag) {
        if (!isEnabled()) return;
        tags_.removeAll(tag);
        showTags();
        changed();
    });
    connect(line_, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.contains(',')) add();
        changed();
    });
    connect(line_, &QLineEdit::editingFinished, this, &TagsEditor::add);
    // The completer writes its text into the line after this signal.
    connect(completer, qOverload<const QString &>(&QCompleter::activated), this, &TagsEditor::add,
            Qt::QueuedConnection);
}

QJsonValue TagsEditor::value() const {
    QStringList all = tags_;
    if (QString const begun = line_->text().trimmed(); !begun.isEmpty() && !all.contains(begun)) all.append(begun);
    QJsonArray const list = QJsonArray::fromStringList(all);
    if (list == given_.toArray()) return given_;
    return list.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(list);
}

void TagsEditor::setValue(const QJsonValue &value) {
    given_ = value.isUndefined() ? QJsonValue(QJsonValue::Null) : value;
    tags_.clear();
    for (const auto &tag : value.toArray()) tags_.append(tag.toString());
    line_->clear();
    showTags();
}

bool TagsEditor::eventFilter(QObject *watched, QEvent *event) {
    if (event->type() == QEvent::FocusIn) askForTags();
    if (event->type() == QEvent::KeyPress) {
        auto const *const key = static_cast<QKeyEvent *>(event);
        bool const isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && !line_->text().trimmed().isEmpty() && key->modifiers() == Qt::NoModifier) {
            add();
            return true;
        }
        if (key->key() == Qt::Key_Backspace && line_->text().isEmpty() && !tags_.isEmpty()) {
            tags_.removeLast();
            showTags();
            changed();
            return true;
        }
    }
    return FieldEditor::eventFilter(watched, event);
}

void TagsEditor::add() {
    QStringList const given = line_->text().split(',', Qt::SkipEmptyParts);
    if (given.isEmpty() && line_->text().isEmpty()) return;
    for (const QString &part : given) {
        QString const tag = part.trimmed();
        if (!tag.isEmpty() && !tags_.contains(tag)) tags_.append(tag);
    }
    QSignalBlocker const quiet(line_);
    line_->clear();
    showTags();
    changed();
}

void TagsEditor::showTags() { chips_->setTexts(tags_); }

void TagsEditor::askForTags() {
    if (asked_ || entity_.isEmpty()) return;
    asked_ = true;
    Call call;
    call.path = "tags";
    call.query = {{"entity", entity_}};
    workspace_.server().send(call, this, [this](const Answer &answer) {
        QStringList names;
        for (const char *const member : {"tag", "data"}) {
            for (const auto &tag : answer.body[QLatin1String(member)].toArray()) {
                names.append(tag.toObject()["name"].toString());
            }
        }
        asked_ = answer.ok();
        offered_->setStringList(names);
    });
}

}  // namespace kontor::desktop
