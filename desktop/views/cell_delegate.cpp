#include "desktop/views/cell_delegate.h"

#include "desktop/models/display.h"
#include "desktop/models/record_list_model.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QComboBox>
#include <QJsonArray>
#include <QLineEdit>

namespace kontor::desktop {

namespace {

const FieldDescription *fieldAt(const QModelIndex &index) {
    auto const *const model = qobject_cast<const RecordListModel *>(index.model());
    return model == nullptr ? nullptr : model->columnField(index.column());
}

/// What stands in the line edit: numbers and dates by locale where that can be read back, the wire's form else.
QString editText(const FieldDescription &field, const QJsonValue &value) {
    switch (field.kind) {
    case Kind::integer:
        return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
    case Kind::decimal:
        return value.toString().replace('.', QLocale().decimalPoint());
    case Kind::textList: {
        QStringList items;
        for (const QJsonValue &item : value.toArray()) items.append(item.toString());
        return items.join(QLatin1String(", "));
    }
    default:
        return value.toString();
    }
}

/// As the list shows it, whose short dates have years of two digits: those of this century.
QDate typedDate(const QString &text) {
    if (QDate const iso = QDate::fromString(text, Qt::ISODate); iso.isValid()) return iso;
    constexpr int firstOfTwoDigits = 1970;
    QDate const whole = QLocale().toDate(text, shortDateFormat(QLocale()));
    if (whole.isValid() && whole.year() >= 1000) return whole;
    QDate const date = QLocale().toDate(text, QLocale::ShortFormat);
    return date.isValid() && date.year() < firstOfTwoDigits ? date.addYears(100) : date;
}

}  // namespace

QJsonValue typedValue(const FieldDescription &field, const QString &typed) {
    QString const text = typed.trimmed();
    if (field.kind == Kind::textList) {
        QJsonArray items;
        for (const QString &item : text.split(',', Qt::SkipEmptyParts)) items.append(item.trimmed());
        return items;
    }
    if (text.isEmpty()) return QJsonValue::Null;
    if (field.kind == Kind::integer) {
        bool isNumber = false;
        qint64 const number = QLocale().toLongLong(text, &isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(text);
    }
    if (field.kind == Kind::decimal) {
        return plainNumber(text, QLocale());
    }
    if (field.kind == Kind::date) {
        QDate const date = typedDate(text);
        return date.isValid() ? date.toString(Qt::ISODate) : text;
    }
    return text;
}

QWidget *CellDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &index) const {
    const FieldDescription *const field = fieldAt(index);
    // References need a picker; they are edited in the record's form.
    if (field == nullptr || field->kind == Kind::id || field->kind == Kind::dateTime) return nullptr;
    QWidget *editor = nullptr;
    if (!field->choices.isEmpty() || field->kind == Kind::boolean) {
        auto *const box = new QComboBox(parent);
        if (!field->isRequired) box->addItem(QString(), QVariant());
        if (field->kind == Kind::boolean) {
            box->addItem(tr("Yes"), true);
            box->addItem(tr("No"), false);
        }
        for (const QString &choice : field->choices) box->addItem(choiceText(choice), choice);
        editor = box;
    } else {
        auto *const line = new QLineEdit(parent);
        keepWholeOnOneLine(*line);
        editor = line;
    }
    editor->setObjectName("cellEditor");
    editor->setAccessibleName(field->label);
    editor->setAutoFillBackground(true);
    return editor;
}

void CellDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const {
    const FieldDescription *const field = fieldAt(index);
    auto const value = index.data(RecordListModel::valueRole).toJsonValue();
    if (auto *const box = qobject_cast<QComboBox *>(editor)) {
        box->setCurrentIndex(std::max(0, box->findData(value.toVariant())));
    } else if (auto *const line = qobject_cast<QLineEdit *>(editor); line != nullptr && field != nullptr) {
        line->setText(editText(*field, value));
        line->selectAll();
    }
}

void CellDelegate::setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const {
    auto *const list = qobject_cast<RecordListModel *>(model);
    const FieldDescription *const field = fieldAt(index);
    if (list == nullptr || field == nullptr) return;
    if (auto const *const box = qobject_cast<QComboBox *>(editor)) {
        QVariant const chosen = box->currentData();
        list->change(index, chosen.isValid() ? QJsonValue::fromVariant(chosen) : QJsonValue(QJsonValue::Null));
    } else if (auto const *const line = qobject_cast<QLineEdit *>(editor)) {
        QString const before = editText(*field, index.data(RecordListModel::valueRole).toJsonValue());
        bool const isRefused = !index.data(RecordListModel::problemRole).toString().isEmpty();
        if (line->text() != before || isRefused) list->change(index, typedValue(*field, line->text()));
    }
}

void CellDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    if (!index.data(RecordListModel::problemRole).toString().isEmpty()) {
        option->backgroundBrush = look::ground(look::Tone::bad);
        option->palette.setColor(QPalette::Text, look::colour(look::Tone::bad));
    }
}

}  // namespace kontor::desktop
