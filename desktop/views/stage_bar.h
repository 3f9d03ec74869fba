#pragma once

#include "desktop/models/workspace.h"

#include <QWidget>

class QHBoxLayout;

namespace kontor::desktop {

/// The stages of an opportunity's pipeline side by side, the one that it is in marked. A click moves it; what the stage
/// asks for is asked of the user.
class StageBar : public QWidget {
    Q_OBJECT
  public:
    StageBar(Workspace &workspace, QWidget *parent);

    void setRecord(const QJsonObject &record);
    /// To the open stage that follows.
    void advance();

  Q_SIGNALS:
    /// The record as it is after a move.
    void moved(const QJsonObject &record);

  private:
    void readStages();
    void showStages();
    void moveTo(const QString &stageId, const QJsonObject &fields);
    void refused(const QString &stageId, const Problem &problem);
    [[nodiscard]] QJsonObject stage(const QString &id) const;

    Workspace &workspace_;
    QJsonObject record_;
    QString pipelineId_;
    QList<QJsonObject> stages_;
    QHBoxLayout *line_;
    bool moving_ = false;
};

}  // namespace kontor::desktop
