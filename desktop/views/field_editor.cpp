#include "desktop/views/field_editor.h"

#include "desktop/models/display.h"
#include "desktop/models/structures.h"
#include "desktop/views/look.h"
#include "desktop/views/record_picker.h"
#include "desktop/views/structure_editor.h"
#include "desktop/views/tags_editor.h"

#include "shared/contract/decimal.h"

#include <QComboBox>
#include <QDateEdit>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTimeZone>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

constexpr int longestTyped = 1'000'000;
/// More than any field may have: shown in part, which cannot be changed, so that the window does not stand still.
constexpr qsizetype longestLine = 5'000;
constexpr qsizetype longestText = 200'000;
constexpr int longText = 500;  // characters from which on a text has several lines

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(text); }

class LineEditor : public FieldEditor {
  public:
    LineEditor(const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), line_(new QLineEdit(this)) {
        keepWholeOnOneLine(*line_);
        // Telephone numbers and addresses of the web and of mail, in whatever way letters go.
        if (!field.pattern.isEmpty()) line_->setLayoutDirection(Qt::LeftToRight);
        setInput(line_);
        connect(line_, &QLineEdit::textChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override {
        if (line_->text() == shown_) return given_;  // not touched: it is what it was, spaces and digits included
        QString const text = line_->text().trimmed();
        if (field().kind == Kind::textList) {
            QJsonArray list;
            for (const QString &part : text.split(',', Qt::SkipEmptyParts)) list.append(part.trimmed());
            return list.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(list);
        }
        if (field().kind == Kind::integer) {
            bool good = false;
            qint64 const number = locale().toLongLong(text, &good);
            return good ? QJsonValue(number) : textOrNull(text);
        }
        if (field().kind == Kind::decimal) {
            return textOrNull(plainNumber(text, locale()));
        }
        return textOrNull(text);
    }
    void setValue(const QJsonValue &value) override {
        if (value.isArray()) {
            QStringList parts;
            for (const QJsonValue &item : value.toArray()) parts.append(item.toString());
            line_->setText(parts.join(", ").left(longestLine));
        } else if (field().kind == Kind::integer && value.isDouble()) {
            line_->setText(locale().toString(value.toInteger()));
        } else if (field().kind == Kind::decimal) {
            auto const number = Decimal::parse(value.toString().toStdString());
            QString text =
                number ? QString::fromStdString(number->rounded(number->fractionDigits()).toString()) : QString();
            line_->setText(text.replace('.', locale().decimalPoint()));
        } else {
            line_->setText(value.toVariant().toString().left(longestLine));
        }
        line_->setReadOnly(value.isString() && value.toString().size() > longestLine);
        shown_ = line_->text();
        given_ = value.isUndefined() ? QJsonValue(QJsonValue::Null) : value;
    }

  private:
    QLineEdit *line_;
    QString shown_;
    QJsonValue given_ = QJsonValue::Null;
};

class TextEditor : public FieldEditor {
  public:
    TextEditor(const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), text_(new QPlainTextEdit(this)) {
        text_->setTabChangesFocus(true);
        text_->setFixedHeight(text_->fontMetrics().lineSpacing() * 5);
        setInput(text_);
        connect(text_, &QPlainTextEdit::textChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override {
        return text_->isReadOnly() ? given_ : textOrNull(text_->toPlainText());
    }
    void setValue(const QJsonValue &value) override {
        given_ = value;
        QString const text = value.toString();
        text_->setReadOnly(text.size() > longestText);
        text_->setPlainText(text_->isReadOnly() ? lineOf(text) : text);
    }

  private:
    QPlainTextEdit *text_;
    QJsonValue given_ = QJsonValue::Null;
};

/// Choices, yes and no, and what has neither.
class ChoiceEditor : public FieldEditor {
  public:
    ChoiceEditor(const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), box_(new QComboBox(this)) {
        box_->addItem(QString());
        if (field.kind == Kind::boolean) {
            box_->addItem(tr("Yes"), true);
            box_->addItem(tr("No"), false);
        }
        for (const QString &choice : field.choices) box_->addItem(choiceText(choice), choice);
        setInput(box_);
        connect(box_, &QComboBox::currentIndexChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override {
        return box_->currentIndex() <= 0 ? QJsonValue(QJsonValue::Null) : QJsonValue::fromVariant(box_->currentData());
    }
    void setValue(const QJsonValue &value) override {
        box_->setCurrentIndex(value.isNull() || value.isUndefined() ? 0
                                                                    : std::max(0, box_->findData(value.toVariant())));
    }

  private:
    QComboBox *box_;
};

/// A text that usually is one of a few, but may be any.
class UsualEditor : public FieldEditor {
  public:
    UsualEditor(const FieldDescription &field, const QStringList &values, QWidget *parent)
        : FieldEditor(field, parent), box_(new QComboBox(this)) {
        box_->setEditable(true);
        box_->setInsertPolicy(QComboBox::NoInsert);
        box_->addItem(QString(), QString());
        for (const QString &value : values) box_->addItem(choiceText(value), value);
        box_->setMinimumContentsLength(6);
        box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        setInput(box_);
        connect(box_, &QComboBox::currentTextChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override {
        if (!isWhole_) return given_;
        QString const text = box_->currentText().trimmed();
        int const known = box_->findText(text, Qt::MatchFixedString);
        return textOrNull(known > 0 ? box_->itemData(known).toString() : text);
    }
    void setValue(const QJsonValue &value) override {
        int const known = box_->findData(value.toString());
        box_->setCurrentIndex(known);
        given_ = value;
        isWhole_ = value.toString().size() <= longestLine;
        box_->lineEdit()->setReadOnly(!isWhole_);
        if (known < 0) box_->setEditText(value.toString().left(longestLine));
    }

  private:
    QComboBox *box_;
    QJsonValue given_ = QJsonValue::Null;
    bool isWhole_ = true;
};

/// A day, or a moment in the user's time zone; typed, since no date at all must be possible too.
class DateEditor : public FieldEditor {
  public:
    DateEditor(const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), line_(new QLineEdit(this)) {
        line_->setPlaceholderText(field.kind == Kind::date ? shortDate() : shortTime());
        setInput(line_);
        connect(line_, &QLineEdit::textChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override {
        QString const text = line_->text().trimmed();
        if (field().kind == Kind::date) {
            QDate date = locale().toDate(text, shortDate());
            if (!date.isValid()) date = QDate::fromString(text, Qt::ISODate);
            return date.isValid() ? QJsonValue(date.toString(Qt::ISODate)) : textOrNull(text);
        }
        QDateTime time = locale().toDateTime(text, shortTime());
        if (!time.isValid()) time = QDateTime::fromString(text, Qt::ISODate);
        return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODateWithMs)) : textOrNull(text);
    }
    void setValue(const QJsonValue &value) override {
        if (field().kind == Kind::date) {
            line_->setText(locale().toString(QDate::fromString(value.toString(), Qt::ISODate), shortDate()));
        } else {
            QDateTime const time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
            line_->setText(locale().toString(time.toLocalTime(), shortTime()));
        }
    }

  protected:
    /// How a date is written is of interest where one can be.
    void changeEvent(QEvent *event) override {
        FieldEditor::changeEvent(event);
        if (event->type() != QEvent::EnabledChange) return;
        QString const form = field().kind == Kind::date ? shortDate() : shortTime();
        line_->setPlaceholderText(isEnabled() ? form : QString());
    }

  private:
    [[nodiscard]] QString shortDate() const { return shortDateFormat(locale()); }
    [[nodiscard]] QString shortTime() const { return shortDate() + " HH:mm"; }

    QLineEdit *line_;
};

class ReferenceEditor : public FieldEditor {
  public:
    ReferenceEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), picker_(new RecordPicker(workspace, field.references, this)) {
        setInput(picker_);
        connect(picker_, &RecordPicker::recordChanged, this, [this] { changed(); });
    }
    [[nodiscard]] QJsonValue value() const override { return textOrNull(picker_->recordId()); }
    void setValue(const QJsonValue &value) override { picker_->setRecordId(value.toString()); }

  private:
    RecordPicker *picker_;
};

/// Shows what it cannot edit, and gives it back as it was.
class ShownValue : public FieldEditor {
  public:
    ShownValue(Workspace &workspace, const FieldDescription &field, QWidget *parent)
        : FieldEditor(field, parent), workspace_(workspace), label_(new QLabel(this)) {
        label_->setTextFormat(Qt::PlainText);
        label_->setWordWrap(true);
        setInput(label_);
    }
    [[nodiscard]] QJsonValue value() const override { return value_; }
    void setValue(const QJsonValue &value) override {
        value_ = value;
        label_->setText(lineOf(displayText(workspace_, field(), value)));
    }

  private:
    Workspace &workspace_;
    QLabel *label_;
    QJsonValue value_;
};

QString problemOfNumber(const FieldDescription &field, const QString &text) {
    auto const number = Decimal::parse(text.toStdString());
    if (!number) return FieldEditor::tr("is not a number");
    if (field.totalDigits > 0 && number->fractionDigits() > field.fractionDigits) {
        return FieldEditor::tr("must have at most %1 decimals").arg(field.fractionDigits);
    }
    if (field.totalDigits > 0 && number->integerDigits() > field.totalDigits - field.fractionDigits) {
        return FieldEditor::tr("is too large");
    }
    return {};
}

}  // namespace

FieldEditor::FieldEditor(const FieldDescription &field, QWidget *parent)
    : QWidget(parent), field_(field), message_(new QLabel(this)) {
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::halfSpace / 2);
    message_->setTextFormat(Qt::PlainText);
    message_->setWordWrap(true);
    message_->hide();
    layout->addWidget(message_);
}

void FieldEditor::setInput(QWidget *input) {
    static_cast<QVBoxLayout *>(layout())->insertWidget(0, input);
    input->setAccessibleName(field_.label);
    input->setToolTip(field_.documentation);
    setFocusProxy(input);
}

void FieldEditor::changed() {
    showProblem(problem());
    Q_EMIT valueChanged();
}

void FieldEditor::showProblem(const QString &text) {
    QPalette palette = message_->palette();
    palette.setColor(QPalette::WindowText, look::colour(look::Tone::bad));
    message_->setPalette(palette);
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

void FieldEditor::showProblemAt(const QString & /*pointer*/, const QString &text) { showProblem(text); }

QString FieldEditor::problem() const {
    QJsonValue const now = value();
    if (now.isNull() || now.isUndefined()) return field_.isRequired ? tr("must have a value") : QString();
    QString const text = now.toString();
    if (field_.kind == Kind::integer) return now.isDouble() ? QString() : tr("is not a whole number");
    if (field_.kind == Kind::decimal) return problemOfNumber(field_, text);
    if (field_.kind == Kind::date && !QDate::fromString(text, Qt::ISODate).isValid()) return tr("is not a date");
    if (field_.kind == Kind::dateTime && !QDateTime::fromString(text, Qt::ISODateWithMs).isValid()) {
        return tr("is not a date and time");
    }
    if (field_.kind != Kind::text) return {};
    auto const length = text.toUcs4().size();
    if (field_.minLength > 0 && length < field_.minLength)
        return tr("must have at least %1 characters").arg(field_.minLength);
    if (field_.maxLength > 0 && length > field_.maxLength)
        return tr("must have at most %1 characters").arg(field_.maxLength);
    if (!field_.pattern.isEmpty()) {
        QRegularExpression const pattern(QRegularExpression::anchoredPattern(field_.pattern));
        if (pattern.isValid() && !pattern.match(text).hasMatch()) return tr("does not have the form that is wanted");
    }
    return {};
}

QString plainNumber(const QString &text, const QLocale &locale) {
    QString const group = QRegularExpression::escape(locale.groupSeparator());
    QString const point = QRegularExpression::escape(locale.decimalPoint());
    QRegularExpression const form(
        QRegularExpression::anchoredPattern("[-+]?(\\d+|\\d{1,3}(" + group + "\\d{3})+)(" + point + "\\d+)?"));
    if (!form.match(text).hasMatch()) return '?' + text;  // no number in any reading
    QString plain = text;
    return plain.remove(locale.groupSeparator()).replace(locale.decimalPoint(), ".");
}

QString shortDateFormat(const QLocale &locale) {
    QString format = locale.dateFormat(QLocale::ShortFormat);
    return format.contains("yyyy") ? format : format.replace("yy", "yyyy");
}

void keepWholeOnOneLine(QLineEdit &line) {
    line.setMaxLength(longestTyped);
    QObject::connect(&line, &QLineEdit::textChanged, &line, [&line](const QString &text) {
        static QRegularExpression const ends("\\s*[\\r\\n\\x{2028}\\x{2029}]\\s*");
        if (!text.contains(ends)) return;
        QString before = text.left(line.cursorPosition());
        QString after = text.mid(line.cursorPosition());
        before.replace(ends, " ");
        line.setText(before + after.replace(ends, " "));
        line.setCursorPosition(static_cast<int>(before.size()));
    });
}

FieldEditor *makeFieldEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent) {
    if (!field.choices.isEmpty() && field.kind == Kind::text) return new ChoiceEditor(field, parent);
    switch (field.kind) {
    case Kind::boolean:
        return new ChoiceEditor(field, parent);
    case Kind::text:
        if (QStringList const usual = usualValues(field); !usual.isEmpty())
            return new UsualEditor(field, usual, parent);
        if (field.pattern.isEmpty() && (field.maxLength == 0 || field.maxLength > longText))
            return new TextEditor(field, parent);
        return new LineEditor(field, parent);
    case Kind::integer:
    case Kind::decimal:
        return new LineEditor(field, parent);
    case Kind::textList:
        if (field.name == "tags") return new TagsEditor(workspace, field, parent);
        return new LineEditor(field, parent);
    case Kind::date:
    case Kind::dateTime:
        return new DateEditor(field, parent);
    case Kind::id:
        if (!field.references.isEmpty() && field.references != "*")
            return new ReferenceEditor(workspace, field, parent);
        return new LineEditor(field, parent);
    case Kind::structure:
    case Kind::structureList:
        if (field.structure != nullptr) return new StructureEditor(workspace, field, parent);
        break;
    case Kind::binary:
        break;
    }
    return new ShownValue(workspace, field, parent);
}

}  // namespace kontor::desktop
