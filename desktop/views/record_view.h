#pragma once

#include "desktop/api/local_store.h"
#include "desktop/models/workspace.h"

#include <QJsonObject>
#include <QWidget>

class QAction;
class QFormLayout;
class QLabel;
class QMenu;
class QSplitter;
class QToolBar;

namespace kontor::desktop {

class FieldEditor;
class RecordSide;
class ReminderOfForm;
class StageBar;

/// The id of a draft of a record that is yet to be made.
struct NewRecordDraft {
    QString id;
};

/// One record as a form made from the description. What was changed is sent as a change of the version it was made on;
/// when somebody else was faster, the user decides field by field.
class RecordView : public QWidget {
    Q_OBJECT
  public:
    RecordView(Workspace &workspace, const QString &entity, const QString &id, QWidget *parent = nullptr);
    /// A record that is yet to be made, with these values filled in.
    RecordView(Workspace &workspace, const QString &entity, const QJsonObject &values, QWidget *parent = nullptr);
    /// One that was begun before: what was typed comes out of the draft of this id.
    RecordView(Workspace &workspace, const QString &entity, const NewRecordDraft &draft, QWidget *parent = nullptr);

    [[nodiscard]] bool hasUnsavedChanges() const;
    /// Of a record that is yet to be made; empty when it is there.
    [[nodiscard]] QString draftId() const { return id_.isEmpty() ? draftId_ : QString(); }
    [[nodiscard]] const EntityDescription &entity() const { return *entity_; }
    [[nodiscard]] const QJsonObject &record() const { return record_; }  ///< as it was read; empty of a new one
    [[nodiscard]] QList<QAction *> recordActions() const { return actions_; }
    void save();
    /// Of a record that was just made: shows at once what that form shows.
    void takeOver(const RecordView &before);

  Q_SIGNALS:
    void titleChanged(const QString &title);
    /// A new record was made: this form is that of a record now.
    void created(const QString &id);

  protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

  private:
    QAction *makeAction(const QString &text, const QString &icon, const QKeySequence &shortcut,
                        const std::function<void()> &then);
    void build();
    void makeActions();
    void makeHead();
    [[nodiscard]] QWidget *makeForm();
    void addField(const FieldDescription &field, QFormLayout &form, QWidget &page);
    void makeReminder(QFormLayout &form);
    void makeSide();
    void changedElsewhere(const QString &name, const QString &id, qint64 version, bool isDeleted);
    void showBanner(const QString &text);
    void showHistory(const QString &fieldName);
    void makeEntityActions();
    void merge();
    void convert();
    void showDuplicates(const Problem &problem);
    void lookForDuplicates();
    void read();
    void readIfOld();
    void rename(const QString &name, const QString &before, const QString &id);
    void showRecord(const QJsonObject &record);
    void showState();
    /// The members that differ from what was read.
    [[nodiscard]] QJsonObject changes() const;
    void send(const QJsonObject &change, qint64 version);
    void saved(const QJsonObject &answer, bool isQueued);
    void refused(const Problem &problem);
    void resolve(const QJsonObject &theirs);
    void readTheirs();
    void followDraft();
    void takeDraftAgain(const QString &name, const QString &id);
    void restore(const DraftContent &draft);
    void keepDraft();

    Workspace &workspace_;
    const EntityDescription *entity_;
    QString id_;
    QString draftId_;     ///< of a record that is yet to be made
    QJsonObject record_;  ///< as it was read
    QJsonObject values_;  ///< of a record that is yet to be made
    QHash<QString, FieldEditor *> editors_;
    QLabel *title_;
    QLabel *banner_;
    QList<QAction *> actions_;
    QAction *save_ = nullptr;
    QAction *revert_ = nullptr;
    QAction *reload_ = nullptr;
    QToolBar *bar_ = nullptr;
    QMenu *more_ = nullptr;
    QSplitter *splitter_ = nullptr;
    StageBar *stages_ = nullptr;  ///< only of an opportunity
    QAction *convert_ = nullptr;  ///< only of a lead
    QAction *duplicates_ = nullptr;
    ReminderOfForm *reminder_ = nullptr;  ///< only of an activity
    QJsonArray alike_;
    RecordSide *side_ = nullptr;  ///< only of a record that is there
    Draft *draft_ = nullptr;      ///< of what was typed; nothing where it cannot be kept
    bool draftRead_ = false;
    bool saving_ = false;
    bool allowDuplicates_ = false;
};

}  // namespace kontor::desktop
