#pragma once

#include "desktop/models/related.h"

#include <QWidget>

class QMenu;
class QTreeWidget;
class QTreeWidgetItem;

namespace kontor::desktop {

/// The records that point at this one, by entity. Enter opens one; Insert adds one to the group that is chosen, with
/// the reference filled in.
class RelatedView : public QWidget {
    Q_OBJECT
  public:
    RelatedView(Workspace &workspace, const EntityDescription &entity, const QString &id, QWidget *parent);

    void reload();

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void read(qsizetype group);
    void show(qsizetype group, const Answer &answer);
    void open(QTreeWidgetItem *item);
    void create(qsizetype group);
    [[nodiscard]] QString detailOf(const Relation &relation, const QJsonObject &record) const;

    Workspace &workspace_;
    QString id_;
    QList<Relation> relations_;
    QTreeWidget *tree_;
    QMenu *menu_;
    QList<bool> all_;  // whether a group shows more than its first few
    bool stale_ = true;
};

}  // namespace kontor::desktop
