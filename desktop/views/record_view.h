#pragma once

#include "desktop/models/workspace.h"

#include <QJsonObject>
#include <QWidget>

class QAction;
class QFormLayout;
class QLabel;
class QScrollArea;

namespace kontor::desktop {

class FieldEditor;

/// One record as a form made from the description. What was changed is sent as a change of the version it was made on;
/// when somebody else was faster, the user decides field by field.
class RecordView : public QWidget {
    Q_OBJECT
  public:
    RecordView(Workspace &workspace, const QString &entity, const QString &id, QWidget *parent = nullptr);
    /// A record that is yet to be made, with these values filled in.
    RecordView(Workspace &workspace, const QString &entity, const QJsonObject &values, QWidget *parent = nullptr);

    [[nodiscard]] bool hasUnsavedChanges() const;
    [[nodiscard]] QList<QAction *> recordActions() const { return {save_, revert_, reload_}; }
    void save();

  Q_SIGNALS:
    void titleChanged(const QString &title);

  private:
    void build();
    void read();
    void show(const QJsonObject &record);
    void showState();
    /// The members that differ from what was read.
    [[nodiscard]] QJsonObject changes() const;
    void send(const QJsonObject &change, qint64 version);
    void saved(const QJsonObject &record);
    void refused(const Problem &problem);
    void resolve(const QJsonObject &theirs);
    void readTheirs();

    Workspace &workspace_;
    const EntityDescription *entity_;
    QString id_;
    QJsonObject record_;  ///< as it was read
    QJsonObject values_;  ///< of a record that is yet to be made
    QHash<QString, FieldEditor *> editors_;
    QLabel *title_;
    QLabel *banner_;
    QAction *save_;
    QAction *revert_;
    QAction *reload_;
    bool saving_ = false;
};

}  // namespace kontor::desktop
