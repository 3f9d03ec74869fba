#pragma once

#include "desktop/views/field_editor.h"

class QGridLayout;
class QToolButton;

namespace kontor::desktop {

/// Edits a structure or a list of structures (addresses, phones, lines of a quote), made from the contract: a line for
/// each, with what matters most side by side and the rest below on demand. Alt+Insert adds, Alt+Delete removes,
/// Alt+Up and Alt+Down move.
class StructureEditor : public FieldEditor {
    Q_OBJECT
  public:
    StructureEditor(Workspace &workspace, const FieldDescription &field, QWidget *parent);

    /// As it was given while nothing was changed; then without what only the server writes.
    [[nodiscard]] QJsonValue value() const override;
    void setValue(const QJsonValue &value) override;
    [[nodiscard]] QString problem() const override;
    void showProblemAt(const QString &pointer, const QString &text) override;

    [[nodiscard]] qsizetype count() const { return rows_.size(); }

  private:
    struct Row {
        QJsonObject given;
        QHash<QString, FieldEditor *> editors;
        QWidget *details = nullptr;
        QWidget *buttons = nullptr;
        QToolButton *more = nullptr;
        QToolButton *primary = nullptr;
    };

    [[nodiscard]] bool isList() const { return field().kind == Kind::structureList; }
    [[nodiscard]] QJsonObject valueOf(const Row &row) const;
    [[nodiscard]] bool isChanged(const Row &row) const;
    void append(const QJsonObject &item);
    void fill(Row &row, const QJsonObject &item);
    void makeDetails(Row &row);
    void makeButtons(Row &row);
    void add();
    void remove(qsizetype index);
    void move(qsizetype index, int by);
    [[nodiscard]] qsizetype rowWithFocus() const;
    void arrange();
    void drop(Row &row);
    void edited();

    Workspace &workspace_;
    QList<FieldDescription> members_;
    QStringList leading_;
    QList<Row> rows_;
    QJsonValue given_ = QJsonValue::Null;
    bool reordered_ = false;
    QWidget *body_;
    QGridLayout *grid_;
    QToolButton *add_;
    QList<QWidget *> headings_;
};

}  // namespace kontor::desktop
