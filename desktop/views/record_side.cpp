#include "desktop/views/record_side.h"

#include "desktop/views/attachments_view.h"
#include "desktop/views/look.h"
#include "desktop/views/related_view.h"
#include "desktop/views/timeline_view.h"

namespace kontor::desktop {

RecordSide::RecordSide(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent)
    : QTabWidget(parent), timeline_(new TimelineView(workspace, entity, id, this)),
      related_(new RelatedView(workspace, entity, id, this)),
      attachments_(new AttachmentsView(workspace, entity.name, id, this)) {
    setObjectName("recordSide");
    setDocumentMode(true);
    setMinimumWidth(36 * look::space);
    addTab(timeline_, tr("Timeline"));
    addTab(related_, tr("Related"));
    addTab(attachments_, tr("Files"));
}

/// A newer version is news for the timeline.
void RecordSide::setRecord(const QJsonObject &record) {
    timeline_->setRecord(record);
    qint64 const version = record["version"].toInteger();
    qint64 const before = std::exchange(version_, version);
    if (before != 0 && before != version) timeline_->reload();
}

void RecordSide::reload() {
    timeline_->reload();
    related_->reload();
    attachments_->reload();
}

void RecordSide::startEntry(const QString &kind) {
    showTimeline();
    timeline_->startEntry(kind);
}

void RecordSide::upload(const QStringList &paths) {
    showAttachments();
    attachments_->upload(paths);
}

void RecordSide::showTimeline() { setCurrentWidget(timeline_); }

void RecordSide::showRelated() { setCurrentWidget(related_); }

void RecordSide::showAttachments() { setCurrentWidget(attachments_); }

}  // namespace kontor::desktop
