#pragma once

#include "desktop/models/workspace.h"

#include <QTabWidget>

namespace kontor::desktop {

class AttachmentsView;
class RelatedView;
class TimelineView;

/// What stands beside the form of a record: its timeline, the records that point at it, its files.
class RecordSide : public QTabWidget {
    Q_OBJECT
  public:
    RecordSide(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent);

    void setRecord(const QJsonObject &record);
    void reload();
    /// Brings the line for an activity of this kind to the front.
    void startEntry(const QString &kind);
    void upload(const QStringList &paths);
    void showTimeline();
    void showRelated();
    void showAttachments();

  private:
    TimelineView *timeline_;
    RelatedView *related_;
    AttachmentsView *attachments_;
    qint64 version_ = 0;  ///< of the record that is shown
};

}  // namespace kontor::desktop
