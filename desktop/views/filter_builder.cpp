#include "desktop/views/filter_builder.h"

#include "desktop/models/display.h"
#include "desktop/views/field_editor.h"
#include "desktop/views/look.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kontor::desktop {

namespace {

constexpr int pauseTime = 400;
constexpr int deepest = 2;  // groups in groups; what is deeper is shown all the same
constexpr int daysAtFirst = 7;
constexpr int daysAtMost = 36'500;
constexpr int narrowest = 120;

QString comparisonLabel(const FieldDescription &field, Comparison comparison) {
    bool const isDay = field.kind == Kind::date || field.kind == Kind::dateTime;
    switch (comparison) {
    case Comparison::contains:
        return FilterRow::tr("contains");
    case Comparison::beginsWith:
        return FilterRow::tr("begins with");
    case Comparison::endsWith:
        return FilterRow::tr("ends with");
    case Comparison::is:
        if (isDay) return FilterRow::tr("on");
        return field.kind == Kind::textList ? FilterRow::tr("has") : FilterRow::tr("is");
    case Comparison::isNot:
        return field.kind == Kind::textList ? FilterRow::tr("does not have") : FilterRow::tr("is not");
    case Comparison::less:
        return isDay ? FilterRow::tr("before") : FilterRow::tr("less than");
    case Comparison::atMost:
        return isDay ? FilterRow::tr("until") : FilterRow::tr("at most");
    case Comparison::atLeast:
        return isDay ? FilterRow::tr("from") : FilterRow::tr("at least");
    case Comparison::more:
        return isDay ? FilterRow::tr("after") : FilterRow::tr("more than");
    case Comparison::daysAgo:
        return FilterRow::tr("since … days ago");
    case Comparison::daysAhead:
        return FilterRow::tr("until … days from now");
    case Comparison::isSet:
        return FilterRow::tr("has a value");
    case Comparison::isNotSet:
        return FilterRow::tr("has no value");
    }
    return {};
}

/// As the filter language has it.
QString textOf(const QJsonValue &value) {
    if (value.isBool()) return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    if (value.isDouble()) return QString::number(value.toDouble(), 'g', 15);
    return value.toString();
}

QJsonValue jsonOf(const FieldDescription &field, const QString &text) {
    if (text.isEmpty()) return QJsonValue::Null;
    if (field.kind == Kind::boolean) return text == QLatin1String("true");
    if (field.kind == Kind::integer) return text.toDouble();
    return text;
}

QToolButton *removeButton(const QString &name, QWidget *parent) {
    auto *const button = new QToolButton(parent);
    button->setObjectName("remove");
    button->setIcon(look::icon("close"));
    button->setAutoRaise(true);
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

}  // namespace

QString filterTermTold(Workspace &workspace, const EntityDescription &entity, const FilterTerm &term) {
    if (term.form == FilterTerm::Form::written) return term.text;
    if (term.form == FilterTerm::Form::group) {
        QStringList parts;
        for (const FilterTerm &part : term.terms) parts.append(filterTermTold(workspace, entity, part));
        return parts.join(term.any ? FilterRow::tr(" or ") : FilterRow::tr(" and "));
    }
    const FieldDescription *const field = entity.field(term.field);
    if (field == nullptr) return filterText(entity, term);
    QString const comparison = comparisonLabel(*field, term.comparison);
    if (term.comparison == Comparison::daysAgo || term.comparison == Comparison::daysAhead) {
        return field->label + ' ' + QString(comparison).replace(QStringLiteral("…"), term.value);
    }
    if (!wantsValue(term.comparison)) return field->label + ' ' + comparison;
    FieldDescription shown = *field;
    if (shown.kind == Kind::dateTime) shown.kind = Kind::date;  // the whole day
    bool const isPart = shown.kind == Kind::textList;
    QString const value = isPart ? term.value : displayText(workspace, shown, jsonOf(shown, term.value));
    return field->label + ' ' + comparison + ' ' + (value.isEmpty() ? term.value : value);
}

FilterRow::FilterRow(Workspace &workspace, const EntityDescription &entity, const FilterTerm &term, QWidget *parent)
    : QWidget(parent), workspace_(workspace), entity_(entity) {
    auto *const row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(look::space);
    if (term.form == FilterTerm::Form::written) {
        makeWritten(term);
    } else {
        makeCondition(term);
    }
    auto *const remove = removeButton(tr("Remove this condition"), this);
    connect(remove, &QToolButton::clicked, this, &FilterRow::removeRequested);
    row->addWidget(remove);
}

void FilterRow::makeWritten(const FilterTerm &term) {
    auto *const line = new QLineEdit(term.text, this);
    line->setObjectName("written");
    line->setAccessibleName(tr("Condition in the filter language"));
    line->setPlaceholderText(tr("Condition in the filter language, such as account.name : \"acme*\""));
    connect(line, &QLineEdit::textChanged, this, &FilterRow::changed);
    value_ = [line] { return line->text(); };
    layout()->addWidget(line);
    setFocusProxy(line);
}

void FilterRow::makeCondition(const FilterTerm &term) {
    fields_ = new QComboBox(this);
    fields_->setObjectName("field");
    fields_->setAccessibleName(tr("Field"));
    QList<FieldDescription> offered;
    for (const FieldDescription &field : entity_.fields) {
        bool const isPart = field.kind == Kind::structure || field.kind == Kind::structureList;
        if (field.isFilterable && !isPart && field.kind != Kind::binary) offered.append(field);
    }
    std::ranges::sort(offered, [](const FieldDescription &a, const FieldDescription &b) {
        return QString::localeAwareCompare(a.label, b.label) < 0;
    });
    for (const FieldDescription &field : offered) fields_->addItem(field.label, field.name);
    fields_->setMaxVisibleItems(20);
    comparisons_ = new QComboBox(this);
    comparisons_->setObjectName("comparison");
    comparisons_->setAccessibleName(tr("Comparison"));
    // The rows' columns stand below each other, whatever is in them.
    for (QComboBox *const box : {fields_, comparisons_}) {
        box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        box->setMinimumWidth(narrowest);
    }
    auto *const row = static_cast<QHBoxLayout *>(layout());
    row->addWidget(fields_, 3);
    row->addWidget(comparisons_, 2);
    int const chosen = fields_->findData(term.field.isEmpty() ? entity_.displayField : term.field);
    fields_->setCurrentIndex(std::max(chosen, 0));
    showComparisons(term.comparison);
    if (term.field.isEmpty()) comparisons_->setCurrentIndex(0);
    showInput(term.value);
    setFocusProxy(fields_);
    connect(fields_, &QComboBox::currentIndexChanged, this, [this] {
        showComparisons(comparison());
        showInput({});
        Q_EMIT changed();
    });
    connect(comparisons_, &QComboBox::currentIndexChanged, this, [this] {
        showInput(value_ ? value_() : QString());
        Q_EMIT changed();
    });
}

const FieldDescription *FilterRow::field() const { return entity_.field(fields_->currentData().toString()); }

Comparison FilterRow::comparison() const { return static_cast<Comparison>(comparisons_->currentData().toInt()); }

void FilterRow::showComparisons(Comparison chosen) {
    QSignalBlocker const quiet(comparisons_);
    comparisons_->clear();
    const FieldDescription *const about = field();
    if (about == nullptr) return;
    for (Comparison const each : comparisonsOf(*about)) {
        comparisons_->addItem(comparisonLabel(*about, each), static_cast<int>(each));
    }
    comparisons_->setCurrentIndex(std::max(comparisons_->findData(static_cast<int>(chosen)), 0));
}

/// What fits the field and the comparison; a value that fits too stays.
void FilterRow::showInput(const QString &value) {
    delete input_;
    input_ = nullptr;
    value_ = nullptr;
    const FieldDescription *const about = field();
    Comparison const by = comparison();
    auto *const row = static_cast<QHBoxLayout *>(layout());
    if (about == nullptr || !wantsValue(by)) {
        input_ = new QWidget(this);
        value_ = [] { return QString(); };
    } else if (by == Comparison::daysAgo || by == Comparison::daysAhead) {
        auto *const days = new QSpinBox(this);
        days->setRange(0, daysAtMost);
        bool isNumber = false;
        int const given = value.toInt(&isNumber);
        days->setValue(isNumber ? given : daysAtFirst);
        connect(days, &QSpinBox::valueChanged, this, &FilterRow::changed);
        value_ = [days] { return QString::number(days->value()); };
        input_ = days;
    } else if (by == Comparison::contains || by == Comparison::beginsWith || by == Comparison::endsWith ||
               about->kind == Kind::textList || (about->kind == Kind::text && about->choices.isEmpty())) {
        auto *const line = new QLineEdit(value, this);
        line->setPlaceholderText(tr("Value"));
        connect(line, &QLineEdit::textChanged, this, &FilterRow::changed);
        value_ = [line] { return line->text().trimmed(); };
        input_ = line;
    } else {
        FieldDescription wanted = *about;
        wanted.isRequired = false;
        wanted.writable = Writable::always;
        if (wanted.kind == Kind::dateTime) wanted.kind = Kind::date;  // the whole day
        FieldEditor *const editor = makeFieldEditor(workspace_, wanted, this);
        editor->setValue(jsonOf(wanted, value));
        connect(editor, &FieldEditor::valueChanged, this, &FilterRow::changed);
        value_ = [editor] { return editor->problem().isEmpty() ? textOf(editor->value()) : QString(); };
        input_ = editor;
    }
    input_->setObjectName("value");
    input_->setAccessibleName(tr("Value"));
    input_->setSizePolicy(QSizePolicy::Ignored, input_->sizePolicy().verticalPolicy());
    row->insertWidget(2, input_, 4);
}

FilterTerm FilterRow::term() const {
    if (fields_ == nullptr) return {.form = FilterTerm::Form::written, .text = value_()};
    return {.form = FilterTerm::Form::condition,
            .field = fields_->currentData().toString(),
            .comparison = comparison(),
            .value = value_ ? value_() : QString()};
}

FilterGroup::FilterGroup(Workspace &workspace, const EntityDescription &entity, int depth, QWidget *parent)
    : QFrame(parent), workspace_(workspace), entity_(entity), depth_(depth), any_(new QComboBox(this)),
      parts_(new QVBoxLayout) {
    setObjectName(depth == 0 ? "filterGroups" : "filterGroup");
    if (depth > 0) setFrameShape(QFrame::StyledPanel);
    auto *const column = new QVBoxLayout(this);
    int const margin = depth > 0 ? look::space : 0;
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(look::halfSpace);
    auto *const head = new QHBoxLayout;
    head->setSpacing(look::space);
    any_->setObjectName("any");
    any_->addItems({tr("All of these"), tr("Any of these")});
    any_->setAccessibleName(tr("How many of the conditions must hold"));
    connect(any_, &QComboBox::currentIndexChanged, this, &FilterGroup::changed);
    head->addWidget(any_);
    auto const button = [&](const QString &name, const QString &text, auto run) {
        auto *const made = new QPushButton(look::icon("add"), text, this);
        made->setObjectName(name);
        made->setFlat(true);
        connect(made, &QPushButton::clicked, this, run);
        head->addWidget(made);
    };
    button("addCondition", tr("Condition"), [this] {
        addRow({.form = FilterTerm::Form::condition})->setFocus();
        Q_EMIT changed();
    });
    if (depth < deepest) {
        button("addGroup", tr("Group"), [this] {
            addGroup({.any = true, .terms = {{.form = FilterTerm::Form::condition}}});
            Q_EMIT changed();
        });
    }
    button("addWritten", tr("Written by hand"), [this] {
        addRow({.form = FilterTerm::Form::written})->setFocus();
        Q_EMIT changed();
    });
    head->addStretch(1);
    if (depth > 0) {
        auto *const remove = removeButton(tr("Remove this group"), this);
        connect(remove, &QToolButton::clicked, this, &FilterGroup::removeRequested);
        head->addWidget(remove);
    }
    column->addLayout(head);
    parts_->setSpacing(look::halfSpace);
    column->addLayout(parts_);
}

void FilterGroup::setTerm(const FilterTerm &group) {
    while (QLayoutItem *const item = parts_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    QSignalBlocker const quiet(any_);
    any_->setCurrentIndex(group.any ? 1 : 0);
    for (const FilterTerm &term : group.terms) {
        if (term.form == FilterTerm::Form::group) {
            addGroup(term);
        } else {
            addRow(term);
        }
    }
}

FilterTerm FilterGroup::term() const {
    FilterTerm group{.any = any_->currentIndex() == 1};
    for (int i = 0; i < parts_->count(); ++i) {
        QWidget *const part = parts_->itemAt(i)->widget();
        if (const auto *const row = qobject_cast<FilterRow *>(part)) group.terms.append(row->term());
        if (const auto *const inner = qobject_cast<FilterGroup *>(part)) group.terms.append(inner->term());
    }
    return group;
}

FilterRow *FilterGroup::addRow(const FilterTerm &term) {
    auto *const row = new FilterRow(workspace_, entity_, term, this);
    connect(row, &FilterRow::changed, this, &FilterGroup::changed);
    connect(row, &FilterRow::removeRequested, this, [this, row] { take(row); });
    parts_->addWidget(row);
    return row;
}

void FilterGroup::addGroup(const FilterTerm &group) {
    auto *const inner = new FilterGroup(workspace_, entity_, depth_ + 1, this);
    inner->setTerm(group);
    connect(inner, &FilterGroup::changed, this, &FilterGroup::changed);
    connect(inner, &FilterGroup::removeRequested, this, [this, inner] { take(inner); });
    parts_->addWidget(inner);
}

void FilterGroup::take(QWidget *part) {
    parts_->removeWidget(part);
    part->hide();
    part->deleteLater();
    Q_EMIT changed();
}

FilterBuilder::FilterBuilder(Workspace &workspace, const EntityDescription &entity, QWidget *parent)
    : QWidget(parent), entity_(entity), group_(new FilterGroup(workspace, entity, 0, this)) {
    setObjectName("filterBuilder");
    auto *const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(group_);
    pause_.setSingleShot(true);
    pause_.setInterval(pauseTime);
    connect(group_, &FilterGroup::changed, &pause_, qOverload<>(&QTimer::start));
    connect(&pause_, &QTimer::timeout, this, [this] { Q_EMIT filterChanged(filter()); });
}

void FilterBuilder::setFilter(const QString &text) {
    if (text.trimmed() == filter()) return;
    pause_.stop();
    group_->setTerm(parseFilterTerms(entity_, text));
}

QString FilterBuilder::filter() const { return filterText(entity_, group_->term()); }

void FilterBuilder::begin() {
    if (group_->term().terms.isEmpty()) group_->addRow({.form = FilterTerm::Form::condition})->setFocus();
}

}  // namespace kontor::desktop
